import { availableParallelism } from 'node:os'
import { afterwards, type Operation, queryOne, run } from '../engine/operation.ts'
import type { Plan } from '../prove/plan.ts'
import { nameOf, tokenize } from '../sql/token.ts'

/** More than so many find nothing to do beside the thread that reads. */
const mostThreads = 2

/**
 * Lets sorters use the machine's other cores while a plan with much work runs. https://www.sqlite.org/pragma.html#pragma_threads
 *
 * Not where an application has brought a collation: nobody knows whether that can be called from another thread.
 */
export function* withSorterThreads<T>(plan: Plan, operation: Operation<T>): Operation<T> {
  const wanted = Math.min(mostThreads, availableParallelism() - 1)
  if (plan.details.work === undefined || wanted < 1 || hasOwnCollation(plan)) return yield* operation
  const { threads: was } = yield* queryOne<{ threads: number }>('PRAGMA threads')
  if (wanted <= was) return yield* operation
  yield* run(`PRAGMA threads = ${wanted}`)
  return yield* afterwards(operation, run(`PRAGMA threads = ${was}`))
}

const builtIn = new Set(['BINARY', 'NOCASE', 'RTRIM'])

function hasOwnCollation({ details: { catalog, reachedCatalog } }: Plan): boolean {
  return [...catalog, ...reachedCatalog].some(({ type, sql }) => {
    if (sql === null || (type !== 'table' && type !== 'index') || !sql.toUpperCase().includes('COLLATE')) return false
    const tokens = tokenize(sql)
    return tokens.some((token, at) => token.key === 'COLLATE' && !builtIn.has(nameOf(tokens[at + 1]!).toUpperCase()))
  })
}

import { sqliteCode } from '../engine/explain-error.ts'
import { editCatalog, type Operation, queryOne, run } from '../engine/operation.ts'
import { ConvergeError } from '../model/error.ts'
import { includes, type VerifyLevel } from '../model/verify-level.ts'
import { editsCatalog, rewritesReferences, type Step } from '../plan/step.ts'
import { withPageCache } from './page-cache.ts'
import type { Progress, Watcher } from './progress.ts'
import { askRanged, runRanged } from './run-ranged.ts'
import { verificationFailed } from './verify.ts'

export interface RunOptions {
  readonly verify: VerifyLevel
  /** The step's number, and how many there are. */
  readonly place: { readonly number: number; readonly of: number }
  /** Bytes of page cache that are of use to a copy. */
  readonly cache: number
  /** How many rows the table has, where that is known. */
  readonly rows: number | undefined
  readonly watch?: Watcher
  readonly rangeWidth?: bigint
}

/**
 * Runs one step; before rows go, asks whether each of them is in its new place with the same values, and where the catalog was
 * edited, whether the indexes are what it says.
 *
 * @throws ConvergeError `step-failed`, `verification-failed`
 */
export function* runStep(step: Step, options: RunOptions): Operation<void> {
  const { watch, rangeWidth, verify } = options
  const tell = (rows?: Progress['rows']): void =>
    watch?.({
      phase: 'running',
      step: { ...options.place, kind: step.kind, object: step.object },
      ...(rows && { rows }),
    })
  const told = (work: NonNullable<Progress['rows']>['work']) => (done: number) =>
    tell({ work, done, ...(options.rows !== undefined && { of: options.rows }) })
  tell()
  if (includes(verify, 'values')) yield* compareFirst(step, watch && told('compared'), rangeWidth)
  try {
    yield* run(`PRAGMA legacy_alter_table = ${rewritesReferences(step.kind) ? 'OFF' : 'ON'}`)
    const isAtOnce = watch === undefined || step.ranged === undefined
    const running = isAtOnce ? run(step.sql) : runRanged(step.ranged, told('copied'), rangeWidth)
    if (editsCatalog(step.kind)) yield* editCatalog(step.sql)
    else yield* step.kind === 'copy-rows' ? withPageCache(options.cache, running) : running
  } catch (cause) {
    // The disk and other connections are not the statement's fault: these errors explain themselves.
    const elsewhere = /^SQLITE_(READONLY|BUSY|LOCKED|FULL|IOERR|CANTOPEN)/
    if (cause instanceof ConvergeError || elsewhere.test(sqliteCode(cause))) throw cause
    throw stepFailed(step, cause)
  }
  if (includes(verify, 'counts')) yield* confirm(step)
}

function* confirm({ confirm, object }: Step): Operation<void> {
  if (confirm === undefined) return
  const { n } = yield* queryOne<{ n: number }>(confirm)
  if (n > 0) throw verificationFailed(`the indexes of ${object} are not those of its keys`, { table: object, found: n })
}

function* compareFirst(
  { compare, compareRanged, object }: Step,
  told: ((rows: number) => void) | undefined,
  width: bigint | undefined,
): Operation<void> {
  if (compare === undefined) return
  const inParts = told !== undefined && compareRanged !== undefined
  const n = inParts ? yield* askRanged(compareRanged, told, width) : (yield* queryOne<{ n: number }>(compare)).n
  if (n > 0)
    throw verificationFailed(`${n} rows of ${object} have other values than before`, { table: object, rows: n })
}

function stepFailed({ kind, object, sql }: Step, cause: unknown): ConvergeError {
  const code = sqliteCode(cause)
  return new ConvergeError(
    'step-failed',
    `${kind} ${object}: ${(cause as Error).message}; everything was rolled back`,
    {
      objects: [object],
      advice: [`the step: ${sql}`, ...(code === '' ? [] : [`SQLite's code: ${code}`])],
      cause,
    },
  )
}

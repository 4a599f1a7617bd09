import { afterwards, type Operation, queryOne, run } from '../engine/operation.ts'

/** A page cache takes no more than one in so many bytes that the machine has left. */
const share = 4

/**
 * Lends the connection a larger page cache while an operation runs, where it has a smaller one. SQLite takes the memory as it fills it. Not for
 * what sorts: a sorter takes as much memory as the cache may have, and is the slower for it.
 * https://www.sqlite.org/pragma.html#pragma_cache_size
 *
 * @param bytes How much of it is of use; no more than a part of the free memory is taken.
 */
export function* withPageCache<T>(bytes: number, operation: Operation<T>): Operation<T> {
  if (bytes === 0) return yield* operation
  const { cache_size: was } = yield* queryOne<{ cache_size: number }>('PRAGMA main.cache_size')
  const { page_size: pageSize } = yield* queryOne<{ page_size: number }>('PRAGMA main.page_size')
  const lent = Math.min(bytes, process.availableMemory() / share)
  if (lent <= (was < 0 ? -was * 1024 : was * pageSize)) return yield* operation
  yield* run(`PRAGMA main.cache_size = ${-Math.ceil(lent / 1024)}`)
  return yield* afterwards(operation, run(`PRAGMA main.cache_size = ${was}`))
}

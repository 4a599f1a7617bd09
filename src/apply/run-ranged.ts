import { type Operation, queryOne, run } from '../engine/operation.ts'
import type { Ranged } from '../plan/step.ts'
import { quoteName } from '../sql/quote.ts'

/** How long a range may take, such that somebody who waits sees something move. */
const seconds = 0.1
const firstWidth = 5_000n
const leastWidth = 100n

/** Is given how many rows are done. */
type Told = (rows: number) => void

/**
 * Runs a statement that writes, for one range of rowids after the other in rising order: each row is met as in one go.
 *
 * @param width How many rowids a range has; by default as many as take a tenth of a second.
 */
export function* runRanged({ sql, ...ranged }: Ranged, told: Told, width?: bigint): Operation<void> {
  yield* inRanges(ranged, told, width, function* (first, last) {
    yield* run(sql, [first, last])
    return (yield* queryOne<{ n: number }>('SELECT changes() AS n')).n
  })
}

/** Asks a question in the same way, and adds up the answers. */
export function* askRanged({ sql, ...ranged }: Ranged, told: Told, width?: bigint): Operation<number> {
  let sum = 0
  yield* inRanges(ranged, told, width, function* (first, last) {
    const { n, seen } = yield* queryOne<{ n: number; seen: number }>(sql, [first, last])
    sum += n
    return seen
  })
  return sum
}

function* inRanges(
  { table, rowid }: Omit<Ranged, 'sql'>,
  told: Told,
  width: bigint | undefined,
  each: (first: bigint, last: bigint) => Operation<number>,
): Operation<void> {
  // As text: a number is exact up to 2^53 only.
  const from = `SELECT CAST(${rowid} AS TEXT) AS n FROM ${quoteName(table)}`
  const end = yield* rowidOf(`${from} ORDER BY ${rowid} DESC LIMIT 1`)
  let first = yield* rowidOf(`${from} ORDER BY ${rowid} LIMIT 1`)
  let range = width ?? firstWidth
  let done = 0
  while (first !== undefined && end !== undefined) {
    const started = performance.now()
    const last: bigint = first + range < end ? first + range - 1n : end
    const rows: number = yield* each(first, last)
    done += rows
    told(done)
    range = width ?? paced(range, (performance.now() - started) / 1000)
    if (last === end) return
    // Rowids may lie far apart.
    first = rows > 0 ? last + 1n : yield* rowidOf(`${from} WHERE ${rowid} > ? ORDER BY ${rowid} LIMIT 1`, last)
  }
}

function* rowidOf(sql: string, ...after: readonly bigint[]): Operation<bigint | undefined> {
  const { n } = yield* queryOne<{ n: string | null }>(`SELECT (${sql}) AS n`, after)
  return n === null ? undefined : BigInt(n)
}

/** A wider range after a quick one, a narrower one after a slow one. */
function paced(range: bigint, took: number): bigint {
  const factor = Math.min(4, Math.max(0.25, seconds / Math.max(took, 1e-6)))
  // Beyond this a number is not exact, and no table has as many rows.
  const next = BigInt(Math.min(Number.MAX_SAFE_INTEGER, Math.round(Number(range) * factor)))
  return next > leastWidth ? next : leastWidth
}

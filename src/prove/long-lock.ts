import { type Operation, queryOne } from '../engine/operation.ts'
import { sameName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { aboutSize } from '../model/size.ts'
import type { Draft } from '../plan/draft.ts'
import { estimateLock, type FileFacts, type Handled, secondsOf } from '../plan/lock-estimate.ts'
import { type Hazard, hazardCodes } from '../plan/step.ts'
import { goesThroughRows, handledTables, type Start } from './handled-tables.ts'
import type { CountedRebuild } from './plan.ts'

/** An application that waits for a lock at all waits 5 seconds by most drivers' default; a person notices one. */
const longSeconds = 1
/** Bytes that may not be left on the disk. */
const largeGrowth = 100e6
/** In a file of fewer bytes there are not enough rows for either. */
const smallFile = 1e6

/** What an estimate of a plan's time and room is made from. */
export interface Work {
  readonly tables: readonly Handled[]
  readonly file: LockedFile
}

/** The file that is locked, and how SQLite keeps what it may have to take back. */
export interface LockedFile extends FileFacts {
  readonly journal: string
  /** Whether what does not fit into memory goes to a file for it. */
  readonly usesTempFiles: boolean
}

/**
 * Warns of a plan that keeps the write lock for long, or needs much disk. Rebuilt tables have been counted; how many rows
 * others have is estimated from a few of them, and where they don't tell, nothing is said.
 */
export function* longLock(
  draft: Draft,
  start: Start,
  target: Schema,
  rebuilds: readonly CountedRebuild[],
): Operation<{ readonly hazards: readonly Hazard[]; readonly work?: Work }> {
  if (!draft.steps.some(goesThroughRows)) return { hazards: [] }
  const file = yield* fileFacts()
  if (file.bytes < smallFile) return { hazards: [] }
  const tables = yield* handledTables(draft, start, target, rebuilds)
  return { hazards: warn(tables, rebuilds, file), work: { tables, file } }
}

function* fileFacts(): Operation<LockedFile> {
  const pragma = function* (name: string): Operation<number> {
    return (yield* queryOne<Record<string, number>>(`PRAGMA main.${name}`))[name]!
  }
  const [pages, pageSize] = [yield* pragma('page_count'), yield* pragma('page_size')]
  const [unused, cached] = [yield* pragma('freelist_count'), yield* pragma('cache_size')]
  const { journal_mode: journal } = yield* queryOne<{ journal_mode: string }>('PRAGMA main.journal_mode')
  // A negative size is one in KiB: https://www.sqlite.org/pragma.html#pragma_cache_size
  const cache = cached < 0 ? -cached * 1024 : cached * pageSize
  const { temp_store: store } = yield* queryOne<{ temp_store: number }>('PRAGMA temp_store')
  return { bytes: pages * pageSize, pageSize, free: unused * pageSize, cache, journal, usesTempFiles: store !== 2 }
}

function warn(tables: readonly Handled[], rebuilds: readonly CountedRebuild[], file: LockedFile): readonly Hazard[] {
  const { low, high, growth, written } = estimateLock(tables, file)
  if ((low + high) / 2 < longSeconds && growth < largeGrowth) return []
  const cost = (table: Handled): number => secondsOf(table, file)[1]
  // What takes the least of the time is not worth a word.
  const most = Math.max(...tables.map(cost))
  const named = [...tables].sort((a, b) => cost(b) - cost(a)).filter((table) => cost(table) >= most / 10)
  const isCounted = (table: Handled): boolean => rebuilds.some((one) => sameName(one.table, table.table))
  const work = named
    .slice(0, 3)
    .map((table) => `${rowsOf(table, isCounted(table))} of ${table.table} are ${table.handling}`)
  const locked = file.journal === 'wal' ? "others can't write" : 'others can neither read nor write'
  const message = [
    `${locked} for about ${duration(low, high)}, while ${work.join(' and ')}`,
    ...(growth < 1e6 ? [] : [`the file grows by about ${aboutSize(growth)}`]),
    ...(file.journal === 'wal' ? [`its -wal file by about ${aboutSize(written)}`] : []),
  ].join('; ')
  const rows = tables.filter(isCounted).reduce((total, table) => total + table.rows, 0)
  const object = named[0]!.table
  const level = hazardCodes['long-lock']
  return [{ code: 'long-lock', level, object, message, ...(rows > 0 && { rows }) }]
}

function rowsOf({ rows }: Handled, isCounted: boolean): string {
  const about = Number(rows.toPrecision(2))
  return isCounted ? `${rows.toLocaleString('en')} rows` : `about ${about.toLocaleString('en')} rows`
}

function duration(low: number, high: number): string {
  const [unit, length] = low >= 120 ? ['minutes', 60] : ['seconds', 1]
  const [from, to] = [low, high].map((seconds) => Math.max(1, Number((seconds / length).toPrecision(2))))
  const [least, most] = [Math.round(from!), Math.round(to!)]
  if (least === most) return `${most} ${most === 1 ? unit.slice(0, -1) : unit}`
  return `${least}–${most} ${unit}`
}

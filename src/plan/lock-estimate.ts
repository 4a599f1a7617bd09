/** How a table is gone through, row by row. */
export type Handling = 'copied' | 'rewritten' | 'indexed'

/** One table that a plan goes through while it holds the lock. */
export interface Handled {
  readonly table: string
  readonly handling: Handling
  readonly rows: number
  /** Bytes of a row, and of an entry in each of its keys that are kept up while rows are copied. */
  readonly rowBytes: number
  readonly keys: readonly number[]
  /** Bytes of an entry in each index that goes before, and that is made after. */
  readonly dropped: readonly number[]
  readonly indexes: readonly number[]
  /** How often its rows are written: twice where they are put aside, never where they are indexed only. */
  readonly copies: number
}

export interface FileFacts {
  readonly bytes: number
  readonly pageSize: number
  /** Of free pages, which are used first. */
  readonly free: number
  /** Of the page cache: a key that fits into it is kept up without reading it again and again. */
  readonly cache: number
}

export interface LockEstimate {
  readonly low: number
  readonly high: number
  /** Bytes that the file grows by. */
  readonly growth: number
  /** Bytes that are written, which a -wal file holds until they are moved into the database. */
  readonly written: number
  /** Bytes of pages that are overwritten, which a rollback journal holds as they were. */
  readonly overwritten: number
  /** Bytes of pages that are filled, whether they are new in the file, were free, or are overwritten. */
  readonly filled: number
  /** Bytes of the largest index that does not fit into the cache while it is sorted, which a temporary file holds. */
  readonly sorted: number
}

/**
 * Seconds, as a range: the lower end is about what a fast disk and keys in rising order take, the upper one a slow disk
 * and keys in no order. Measured with better-sqlite3 on two cores and an SSD: 2,000,000 narrow rows a second are copied
 * without a key, 250,000 to 500,000 with one that fits into the cache, 125,000 with one that does not; 90 MB a second of wide rows;
 * 900,000 rows a second are indexed.
 */
const rates = {
  copied: { row: [0.3e-6, 0.6e-6], byte: [1 / 200e6, 1 / 70e6] },
  rewritten: { row: [0.3e-6, 0.6e-6], byte: [1 / 500e6, 1 / 150e6] },
  indexed: { row: [0, 0], byte: [1 / 1000e6, 1 / 200e6] },
  key: [1.2e-6, 4e-6, 8e-6],
  index: [0.5e-6, 1.3e-6],
} as const

/** Bytes: a page cache beyond that is not lent. */
export const largestCache: number = 512 * 2 ** 20
/** A key whose entries come in no order leaves its pages two thirds full, and an estimate may be short; the rows pass through the cache too. */
const [spare, passing] = [1.6, 8 * 2 ** 20]

/**
 * Bytes of page cache that keep a table's keys in memory while its rows are copied; 0 where it has none. Without room for all of a key, nearly
 * each row reads a page of it and writes one.
 */
export function cacheFor({ rows, keys }: Pick<Handled, 'rows' | 'keys'>): number {
  return keys.length === 0 ? 0 : Math.min(largestCache, Math.ceil(rows * sum(keys) * spare + passing))
}

/** How long some tables keep the lock, and how much the file grows. */
export function estimateLock(tables: readonly Handled[], file: FileFacts): LockEstimate {
  const seconds = tables.map((table) => secondsOf(table, file))
  return {
    low: sum(seconds.map(([low]) => low)),
    high: sum(seconds.map(([, high]) => high)),
    ...pagesOf(tables, file),
    written: sum(tables.map((table) => writtenBytes(table, file))),
    sorted: Math.max(0, ...tables.flatMap((table) => sortedBytes(table, file))),
  }
}

export function secondsOf(table: Handled, file: FileFacts): readonly [low: number, high: number] {
  const { row, byte } = rates[table.handling]
  const bytes = tableBytes(table, file)
  const times = Math.max(1, table.copies)
  const one = (end: 0 | 1): number => {
    const isLarge = cacheFor(table) > file.cache && cacheFor(table) === largestCache
    const key = table.keys.map(() => rates.key[end === 1 && isLarge ? 2 : end])
    const index = table.indexes.map(() => rates.index[end])
    return times * (table.rows * row[end] + bytes * byte[end]) + table.rows * (sum(key) + sum(index))
  }
  return [one(0), one(1)]
}

/**
 * A copy stands beside its table until that is dropped; what is free then is used by the next, and by the indexes. What was free from
 * the start is overwritten without a trace in the journal, and what is new in the file too.
 * https://www.sqlite.org/tempfiles.html#rollback_journals
 */
function pagesOf(tables: readonly Handled[], file: FileFacts): Pick<LockEstimate, 'growth' | 'overwritten' | 'filled'> {
  let unused = file.free
  let freed = sum(tables.map((table) => entryBytes(table, table.dropped)))
  let growth = 0
  let overwritten = sum(tables.map((table) => (table.handling === 'rewritten' ? tableBytes(table, file) : 0)))
  let filled = overwritten
  const take = (bytes: number): void => {
    const fromUnused = Math.min(bytes, unused)
    const fromFreed = Math.min(bytes - fromUnused, freed)
    unused -= fromUnused
    freed -= fromFreed
    overwritten += fromFreed
    filled += bytes
    growth += bytes - fromUnused - fromFreed
  }
  for (const table of tables) {
    const bytes = Math.min(copyBytes(table, file), file.bytes)
    take(bytes)
    if (table.handling === 'copied') freed += bytes
  }
  for (const table of tables) take(entryBytes(table, table.indexes))
  return { growth, overwritten, filled }
}

/** What stands beside the table while it is copied: it and its keys. */
function copyBytes(table: Handled, file: FileFacts): number {
  return table.handling === 'copied' ? tableBytes(table, file) + entryBytes(table, table.keys) : 0
}

/** Pages are filled by whole rows, and one that is longer than a page takes whole pages. */
function tableBytes({ rows, rowBytes }: Handled, { pageSize }: FileFacts): number {
  const perPage = Math.floor(pageSize / rowBytes)
  return perPage > 0 ? (rows / perPage) * pageSize : rows * Math.ceil(rowBytes / pageSize) * pageSize
}

function writtenBytes(table: Handled, file: FileFacts): number {
  return table.copies * tableBytes(table, file) + entryBytes(table, table.keys) + entryBytes(table, table.indexes)
}

/** What is sorted within the cache needs no file. */
function sortedBytes({ rows, indexes }: Handled, { cache }: FileFacts): readonly number[] {
  return indexes.map((entry) => rows * entry).filter((bytes) => bytes > cache)
}

function entryBytes({ rows }: Handled, entries: readonly number[]): number {
  return rows * sum(entries)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

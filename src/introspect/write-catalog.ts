import type { Handle } from '../engine/handle.ts'
import { foldName } from '../model/name.ts'
import { readObject } from '../sql/read-object.ts'
import type { CatalogEntry } from './read-facts.ts'

/**
 * Puts rows into the catalog of a scratch database as they are. SQLite reads them as it reads those of a file: without running
 * them, and with the leniency it has for what older versions and other builds have written.
 * https://www.sqlite.org/pragma.html#pragma_writable_schema
 *
 * @param storage `shared`: all tables are one empty page, so that 5,000 of them cost what their rows cost; none of them may be
 * written to. `own`: each table and index has a page of its own, and can be used.
 */
export function writeCatalog(handle: Handle, entries: readonly CatalogEntry[], storage: 'shared' | 'own'): void {
  if (entries.length === 0) return
  const pages = storage === 'own' ? ownPages(entries) : sharedPages(entries)
  const roots = makePages(handle, entries, [...new Map([...pages.values()].map((page) => [page.name, page])).values()])
  handle.unsafeMode(true)
  handle.pragma('writable_schema = ON')
  handle.exec('BEGIN')
  const remove = handle.prepare('DELETE FROM sqlite_schema WHERE name = ?')
  for (const { name } of roots.values()) remove.run(name)
  const insert = handle.prepare(
    'INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?)',
  )
  for (const entry of entries) {
    const page = pages.get(entry)
    const root = page === undefined ? 0 : roots.get(page.name)!.rootpage
    insert.run(entry.type, entry.name, entry.tbl_name, root, entry.sql)
  }
  handle.exec('COMMIT')
  handle.pragma('writable_schema = RESET')
  handle.unsafeMode(false)
}

/** An empty page that an entry takes over. */
interface Page {
  readonly name: string
  readonly kind: 'table' | 'keyed' | 'index'
}

type Pages = ReadonlyMap<CatalogEntry, Page>

interface Root {
  readonly name: string
  readonly rootpage: number
}

/** Makes the pages, as objects of free names that `writeCatalog` takes from the catalog again. */
function makePages(
  handle: Handle,
  entries: readonly CatalogEntry[],
  pages: readonly Page[],
): ReadonlyMap<string, Root> {
  const all = 'SELECT name, rootpage FROM sqlite_schema'
  const taken = [...(handle.prepare(all).all() as Root[]), ...entries].map(({ name }) => foldName(name))
  let prefix = '_schema_page_'
  while (taken.some((name) => name.startsWith(prefix))) prefix += '_'
  handle.exec(`CREATE TABLE ${prefix}base (x)`)
  for (const { name, kind } of pages) {
    if (kind === 'index') handle.exec(`CREATE INDEX ${prefix}${name} ON ${prefix}base (x)`)
    else handle.exec(`CREATE TABLE ${prefix}${name} (x${kind === 'keyed' ? ' PRIMARY KEY) WITHOUT ROWID' : ')'}`)
  }
  const rows = (handle.prepare(all).all() as Root[]).filter((row) => row.name.startsWith(prefix))
  return new Map(rows.map((row) => [row.name.slice(prefix.length), row]))
}

function ownPages(entries: readonly CatalogEntry[]): Pages {
  return new Map(
    entries.flatMap((entry, n) => {
      const kind = kindOf(entry)
      return kind === undefined ? [] : [[entry, { name: String(n), kind }] as const]
    }),
  )
}

/** The indexes of one table must each have a page of their own, which they share with the indexes of other tables. */
function sharedPages(entries: readonly CatalogEntry[]): Pages {
  const counts = new Map<string, number>()
  return new Map(
    entries.flatMap((entry): readonly (readonly [CatalogEntry, Page])[] => {
      const kind = kindOf(entry)
      if (kind !== 'index') return kind === undefined ? [] : [[entry, { name: kind, kind }]]
      const table = foldName(entry.tbl_name)
      const position = counts.get(table) ?? 0
      counts.set(table, position + 1)
      return [[entry, { name: `index_${position}`, kind }]]
    }),
  )
}

/** How an entry is stored; views, triggers and virtual tables are not. */
function kindOf({ type, name, tbl_name, sql }: CatalogEntry): Page['kind'] | undefined {
  if (type === 'index') return 'index'
  if (type !== 'table' || sql === null) return undefined
  const table = readObject({ type, name, tbl_name, sql })
  if (table.kind === 'virtual table') return undefined
  return table.kind === 'table' && table.withoutRowid ? 'keyed' : 'table'
}

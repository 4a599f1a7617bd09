import { existsSync, readdirSync, readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { defineFunctions } from './functions.ts'

/** The schema of an application, written down from what is public about it: `<name>.sql`. */
export interface Application {
  readonly name: string
  readonly script: string
  /** What better-sqlite3 can't create, though it reads a database that holds it. */
  readonly foreign: readonly Foreign[]
}

/** A piece of a schema that only the application's own SQLite creates, and what can stand for it where we create it. */
interface Foreign {
  readonly piece: string
  readonly standIn: string
}

const foreign: Readonly<Record<string, readonly Foreign[]>> = {
  // better-sqlite3 can't define a collation, and SQLite refuses to create a column with an unknown one.
  anki: [{ piece: 'unicase', standIn: 'nocase' }],
  // Double quotes around a text, which better-sqlite3's SQLite refuses in DDL and accepts in a schema that is there.
  'firefox-android': [{ piece: '"root________"', standIn: "'root________'" }],
  plex: [
    { piece: 'icu_root', standIn: 'nocase' },
    // A tokenizer can be defined in C only.
    { piece: "collating 'root@colStrength=primary;colAlternate=shifted'", standIn: 'simple' },
    // A module that brings no table of its own along, as spellfix1 would when it's asked.
    { piece: 'spellfix1', standIn: 'dbstat' },
  ],
  'signal-desktop': [{ piece: 'signal_tokenizer', standIn: 'unicode61' }],
  'thunderbird-gloda': [{ piece: 'mozporter', standIn: 'porter' }],
}

const folder = new URL('./', import.meta.url)

export const applications: readonly Application[] = readdirSync(folder)
  .filter((file) => file.endsWith('.sql'))
  .sort()
  .map((file) => {
    const name = file.slice(0, -'.sql'.length)
    return { name, script: readFileSync(new URL(file, folder), 'utf8'), foreign: foreign[name] ?? [] }
  })

/**
 * A database of the application with the rows of `rows/<name>.sql`, on a handle that has its functions.
 *
 * @param standIns Whether what we can't create stays replaced by what stands for it, so that everything works.
 */
export function create({ name, script, foreign }: Application, standIns = false): Database.Database {
  const handle = new Database(':memory:')
  defineFunctions(handle)
  handle.exec(foreign.reduce((sql, { piece, standIn }) => sql.replaceAll(piece, standIn), script))
  const rows = new URL(`rows/${name}.sql`, folder)
  if (existsSync(rows)) handle.exec(readFileSync(rows, 'utf8'))
  if (!standIns) for (const one of foreign) putIntoCatalog(handle, one)
  return handle
}

/** Writes a foreign piece into the texts of the catalog, as a file of the application would bring it. */
function putIntoCatalog(handle: Database.Database, { piece, standIn }: Foreign): void {
  handle.unsafeMode(true)
  handle.pragma('writable_schema = ON')
  handle.prepare('UPDATE sqlite_schema SET sql = replace(sql, ?, ?)').run(standIn, piece)
  handle.pragma('writable_schema = RESET')
  handle.unsafeMode(false)
}

/** The same database, on a handle that knows nothing of the application. */
export function withoutFunctions(handle: Database.Database): Database.Database {
  return new Database(handle.serialize())
}

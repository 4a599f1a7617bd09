import { ConvergeError } from '../model/error.ts'
import { nearest } from '../model/nearest.ts'

/**
 * Settings that an application makes on its own connections, as SQLite calls them: https://www.sqlite.org/pragma.html. They are made on
 * each connection that is opened for the work, the copies in memory included. The last three are properties of the file: they are
 * set where a file is made, and change none that is there.
 */
export interface Pragmas {
  readonly analysis_limit?: number
  readonly automatic_index?: boolean
  /** Pages; negative: so many KiB. */
  readonly cache_size?: number
  readonly cache_spill?: boolean | number
  readonly cell_size_check?: boolean
  readonly checkpoint_fullfsync?: boolean
  readonly fullfsync?: boolean
  readonly journal_size_limit?: number
  readonly mmap_size?: number
  readonly recursive_triggers?: boolean
  readonly secure_delete?: boolean | 'fast'
  readonly synchronous?: 'off' | 'normal' | 'full' | 'extra'
  readonly temp_store?: 'default' | 'file' | 'memory'
  readonly threads?: number
  readonly trusted_schema?: boolean
  readonly wal_autocheckpoint?: number
  readonly auto_vacuum?: 'none' | 'full' | 'incremental'
  readonly journal_mode?: 'delete' | 'wal'
  readonly page_size?: number
}

type Kind = 'flag' | 'integer' | readonly string[]

/** What the settings of a connection may be. */
const ofConnection: Readonly<Record<string, readonly Kind[]>> = {
  analysis_limit: ['integer'],
  automatic_index: ['flag'],
  cache_size: ['integer'],
  cache_spill: ['flag', 'integer'],
  cell_size_check: ['flag'],
  checkpoint_fullfsync: ['flag'],
  fullfsync: ['flag'],
  journal_size_limit: ['integer'],
  mmap_size: ['integer'],
  recursive_triggers: ['flag'],
  secure_delete: ['flag', ['fast']],
  synchronous: [['off', 'normal', 'full', 'extra']],
  temp_store: [['default', 'file', 'memory']],
  threads: ['integer'],
  trusted_schema: ['flag'],
  wal_autocheckpoint: ['integer'],
} satisfies Partial<Record<keyof Pragmas, readonly Kind[]>>

/** What a file may be made with, in the order in which SQLite wants to hear it: the first that writes fixes the others. */
const ofFile: Readonly<Record<string, readonly Kind[]>> = {
  page_size: ['integer'],
  auto_vacuum: [['none', 'full', 'incremental']],
  journal_mode: [['delete', 'wal']],
} satisfies Partial<Record<keyof Pragmas, readonly Kind[]>>

/** Why a pragma that an application may well set is not for us to set. */
const refused: Readonly<Record<string, string>> = {
  application_id: 'it is data of the file, which a plan leaves alone',
  busy_timeout: '--lock-timeout (lockTimeout) says how long the locks of others are waited for',
  data_version: 'it tells whether others have written',
  defer_foreign_keys: 'foreign keys are off while a plan runs',
  encoding: 'it is that of the file',
  foreign_keys:
    'they are off while a plan runs, or a rebuild would delete children; that no row has lost its parent is verified',
  ignore_check_constraints: 'rows have to be judged by the CHECKs of the target',
  legacy_alter_table: 'it decides what a RENAME rewrites, which the plan relies on',
  locking_mode: 'a backup and a copy are made while the lock is held',
  query_only: 'it keeps what only reads from writing',
  read_uncommitted: 'a plan has to be about what is committed',
  reverse_unordered_selects: 'a copy relies on the order of the rows',
  schema_version: 'it tells whether the schema has been changed',
  user_version: 'it is data of the file, which a plan leaves alone',
  writable_schema: 'the catalog is edited by steps of a plan, and by nothing else',
}

/** The same settings as statements. */
export interface PragmaStatements {
  readonly connection: readonly string[]
  /** For a file that is being made. */
  readonly file: readonly string[]
}

/**
 * Says settings in SQL. Names and words are taken from our own tables, so that nothing of what is given becomes part of a statement but numbers.
 *
 * @throws ConvergeError `usage` for a setting that is refused, that does not exist, or that can't have this value.
 */
export function pragmaStatements(pragmas: Pragmas): PragmaStatements {
  const given = new Map<string, unknown>(Object.entries(pragmas).filter(([, value]) => value !== undefined))
  for (const name of given.keys()) checkName(name)
  const say = (known: Readonly<Record<string, readonly Kind[]>>): readonly string[] =>
    Object.entries(known).flatMap(([name, kinds]) =>
      given.has(name) ? [`${name} = ${written(name, given.get(name), kinds)}`] : [],
    )
  return { connection: say(ofConnection), file: say(ofFile) }
}

function checkName(name: string): void {
  if (Object.hasOwn(ofConnection, name) || Object.hasOwn(ofFile, name)) return
  if (Object.hasOwn(refused, name)) {
    throw new ConvergeError('usage', `pragmas.${name}: it is not set for a plan: ${refused[name]}`, { objects: [name] })
  }
  const known = [...Object.keys(ofConnection), ...Object.keys(ofFile)]
  const near = nearest(name, known)
  throw new ConvergeError('usage', `pragmas.${name}: no setting is called so`, {
    objects: [name],
    advice: [near === undefined ? `known are: ${known.join(', ')}` : `is ${near} meant?`],
  })
}

function written(name: string, value: unknown, kinds: readonly Kind[]): string {
  for (const kind of kinds) {
    if (kind === 'flag' && typeof value === 'boolean') return value ? 'ON' : 'OFF'
    if (kind === 'integer' && Number.isSafeInteger(value)) return String(value)
    const word = typeof value === 'string' ? value.toLowerCase() : undefined
    if (Array.isArray(kind) && word !== undefined && kind.includes(word)) return word.toUpperCase()
  }
  const may = kinds.flatMap((kind) =>
    kind === 'flag' ? ['true', 'false'] : kind === 'integer' ? ['a whole number'] : kind.map((word) => `'${word}'`),
  )
  throw new ConvergeError('usage', `pragmas.${name}: it takes ${may.join(', ').replace(/, ([^,]*)$/, ' or $1')}`, {
    objects: [name],
  })
}

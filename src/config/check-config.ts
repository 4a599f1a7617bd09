import { allowedCodes } from '../apply/refuse.ts'
import { type Pragmas, pragmaStatements } from '../engine/pragmas.ts'
import { ConvergeError } from '../model/error.ts'
import { isGlob } from '../model/exclude.ts'
import { nearest } from '../model/nearest.ts'
import type { DatabaseConfig } from './define-config.ts'

/** The databases of a config that has been checked, by name; `path` as a list. */
export type Databases = ReadonlyMap<string, CheckedDatabase>

export interface CheckedDatabase extends Omit<DatabaseConfig, 'path'> {
  readonly path: readonly string[]
}

/** What a name has to look like, such that no path that has a dot, a slash or an asterisk in it does. */
const nameForm = /^[\p{L}_][\p{L}\p{N}_-]*$/u

export function isName(text: string): boolean {
  return nameForm.test(text)
}

/** What is wrong, behind the place where it is. */
class Wrong extends Error {
  readonly advice: readonly string[]

  constructor(message: string, advice: readonly string[] = []) {
    super(message)
    this.advice = advice
  }
}

type Check<T> = (value: unknown, place: string) => T

/** What each key of a database takes. */
const keys: { readonly [Key in keyof CheckedDatabase]-?: Check<CheckedDatabase[Key]> } = {
  path: (value, place) => (Array.isArray(value) ? someTexts(value, place) : [text(value, place)]),
  to: text,
  exclude: patterns,
  allow: hazards,
  pragmas: settings,
  loadExtensions: texts,
  setup: text,
  journal: flag,
  keep: flag,
  fast: flag,
}

const isNeeded: Readonly<Record<string, boolean>> = Object.fromEntries(
  Object.keys(keys).map((key) => [key, key === 'path' || key === 'to']),
)

/**
 * Checks what a config exports, and says where it is not as it should be.
 *
 * @throws ConvergeError `config-invalid`
 */
export function checkConfig(config: unknown, file: string): Databases {
  try {
    const { databases } = record(config, 'the default export', { databases: true })
    const names = entriesOf(databases, 'databases')
    if (names.length === 0) throw new Wrong('databases: none is named')
    return new Map(names.map(([name, database]) => [name, checkDatabase(name, database)]))
  } catch (cause) {
    // A getter or a proxy of the config may throw anything.
    const what = cause instanceof Error ? cause.message : String(cause)
    const advice = cause instanceof Wrong ? cause.advice : []
    throw new ConvergeError('config-invalid', `${file}: ${what}`, { objects: [file], advice, cause })
  }
}

function checkDatabase(name: string, value: unknown): CheckedDatabase {
  const place = `databases.${name}`
  if (!isName(name)) {
    throw new Wrong(`databases[${printed(name)}]: a name has to be told from a path`, [
      'a letter or _ first, then letters, digits, _ and -',
    ])
  }
  const given = record(value, place, isNeeded)
  const checked = Object.fromEntries(
    Object.entries(given).map(([key, one]) => [key, keys[key as keyof CheckedDatabase](one, `${place}.${key}`)]),
  ) as unknown as CheckedDatabase
  if (checked.keep && checked.journal === false) {
    throw new Wrong(`${place}.keep: it needs the journal, which says what the kept data is of`)
  }
  return checked
}

/** The own entries of an object that has the needed keys and no other. */
function record(
  value: unknown,
  place: string,
  known: Readonly<Record<string, boolean>>,
): Readonly<Record<string, unknown>> {
  const entries = entriesOf(value, place)
  for (const [key] of entries) {
    if (Object.hasOwn(known, key)) continue
    const near = nearest(key, Object.keys(known))
    const advice = near === undefined ? `known are: ${Object.keys(known).join(', ')}` : `is ${near} meant?`
    throw new Wrong(`${place}: there is no ${printed(key)}`, [advice])
  }
  const given = Object.fromEntries(entries)
  for (const [key, isRequired] of Object.entries(known)) {
    if (isRequired && given[key] === undefined) throw new Wrong(`${place}: ${key} is missing`)
  }
  return given
}

/** What is undefined is as good as not said. */
function entriesOf(value: unknown, place: string): readonly (readonly [string, unknown])[] {
  if (value instanceof Promise) {
    value.catch(() => {})
    throw new Wrong(`${place}: it is a promise`, ['await it'])
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(place, 'an object', value)
  return Object.entries(value).filter(([, one]) => one !== undefined)
}

function text(value: unknown, place: string): string {
  return typeof value === 'string' && value !== '' && !value.includes('\0') ? value : wrong(place, 'a text', value)
}

function texts(value: unknown, place: string): readonly string[] {
  if (!Array.isArray(value)) return wrong(place, 'a list of texts', value)
  return Array.from(value, (one, at) => text(one, `${place}[${at}]`))
}

function someTexts(value: unknown, place: string): readonly string[] {
  const list = texts(value, place)
  if (list.length > 0) return list
  throw new Wrong(`${place}: the list is empty`)
}

function patterns(value: unknown, place: string): readonly string[] {
  const list = texts(value, place)
  if (list.every(isGlob)) return list
  throw new Wrong(`${place}: a pattern is too long`)
}

function flag(value: unknown, place: string): boolean {
  return typeof value === 'boolean' ? value : wrong(place, 'true or false', value)
}

function hazards(value: unknown, place: string): NonNullable<CheckedDatabase['allow']> {
  const list = texts(value, place)
  said(`${place}: `, () => allowedCodes(list))
  return list as NonNullable<CheckedDatabase['allow']>
}

function settings(value: unknown, place: string): Pragmas {
  const pragmas = Object.fromEntries(entriesOf(value, place)) as Pragmas
  // What is wrong with a setting is said behind its name, as `pragmas.cache_size`.
  said(place.slice(0, -'pragmas'.length), () => pragmaStatements(pragmas))
  return pragmas
}

/** What others find wrong, with the place in front. */
function said(place: string, check: () => unknown): void {
  try {
    check()
  } catch (cause) {
    if (!(cause instanceof ConvergeError)) throw cause
    throw new Wrong(place + cause.message, cause.advice)
  }
}

function wrong(place: string, needed: string, value: unknown): never {
  throw new Wrong(`${place}: ${needed} is needed, not ${kindOf(value)}`)
}

function kindOf(value: unknown): string {
  if (value === '') return 'an empty text'
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return printed(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function printed(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
}

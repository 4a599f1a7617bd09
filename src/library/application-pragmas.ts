import { setTimeout } from 'node:timers/promises'
import { explainDatabaseError, sqliteCode } from '../engine/explain-error.ts'
import type { Handle } from '../engine/handle.ts'
import { ConvergeError } from '../model/error.ts'
import { quoteName, quoteText } from '../sql/quote.ts'

/**
 * Pragmas of an application's connection, by name: https://www.sqlite.org/pragma.html. A boolean is ON or OFF; `null` leaves a pragma that would be set
 * without being asked for as SQLite has it.
 */
export type ApplicationPragmas = Readonly<Record<string, string | number | boolean | null>>

/**
 * What an application wants of its connection, and SQLite does not do by itself, for the sake of those who came before.
 *
 * - `busy_timeout`: the locks of others are waited for, in milliseconds. https://www.sqlite.org/c3ref/busy_timeout.html
 * - `foreign_keys`: without it they are comments. https://www.sqlite.org/foreignkeys.html#fk_enable
 * - `journal_mode`: in WAL mode readers and a writer don't keep each other waiting. https://www.sqlite.org/wal.html
 * - `synchronous`: in WAL mode, a power cut can then undo the last commits, and damage nothing.
 *   https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export const usualPragmas: ApplicationPragmas = {
  busy_timeout: 5000,
  foreign_keys: true,
  journal_mode: 'WAL',
  synchronous: 'NORMAL',
}

/** What a file gets when it is made, and what says nothing and does nothing afterwards. */
const ofTheFile: readonly string[] = ['auto_vacuum', 'encoding', 'page_size']

/**
 * The pragmas of an application, by their names in lower case, in the order in which they are set: those of its own go before the usual ones.
 *
 * @throws ConvergeError `usage`
 */
export function pragmasOf(
  handle: Handle,
  usual: ApplicationPragmas,
  own: ApplicationPragmas = {},
): ReadonlyMap<string, string> {
  const asked = new Map(Object.entries(own).map(([name, value]) => [name.toLowerCase(), value]))
  for (const [name, value] of asked) refuseUnknown(handle, name, value)
  return new Map(
    [...new Map([...Object.entries(usual), ...asked])].flatMap(([name, value]) =>
      value === null ? [] : [[name, writeValue(name, value)]],
    ),
  )
}

/** SQLite says nothing where it does not know a pragma, and does nothing. */
function refuseUnknown(handle: Handle, name: string, value: unknown): void {
  const known = handle.prepare('SELECT name FROM pragma_pragma_list WHERE name = ?').all(name)
  if (known.length === 0) {
    throw new ConvergeError('usage', `SQLite knows no pragma ${name}`, {
      advice: ['https://www.sqlite.org/pragma.html has them all'],
    })
  }
  if (ofTheFile.includes(name) && value !== null) {
    throw new ConvergeError('usage', `${name} is a property of the file, and can't be set on a connection`, {
      advice: ['set it when the file is made, before its first table'],
    })
  }
}

/** Any other word is OFF to SQLite, and says nothing. https://www.sqlite.org/pragma.html#pragma_foreign_keys */
const words = { on: /^'?(on|1|yes|true)'?$/i, off: /^'?(off|0|no|false)'?$/i }

/** What SQLite would take for something else without a word. */
const takes: Readonly<Record<string, { readonly what: string; fits(written: string): boolean }>> = {
  foreign_keys: { what: 'true or false', fits: (written) => words.on.test(written) || words.off.test(written) },
  busy_timeout: { what: 'milliseconds, as a whole number', fits: (written) => /^\d+$/.test(written) },
}

function writeValue(name: string, value: unknown): string {
  const written = literalOf(name, value)
  const { what, fits } = takes[name] ?? {}
  if (fits === undefined || fits(written)) return written
  throw new ConvergeError('usage', `the pragma ${name} takes ${what}, not ${written}`, { objects: [name] })
}

function literalOf(name: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'ON' : 'OFF'
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value === 'string') return quoteText(value)
  throw new ConvergeError('usage', `the pragma ${name} is given ${String(value)}, which is no value of a pragma`, {
    advice: ['a text, a number, true, false, or null to leave it as it is'],
  })
}

/**
 * Sets the pragmas of an application on its connection; the waiting for locks comes first, since the journal mode may need one.
 *
 * @throws ConvergeError `usage`, `database-locked`, `unsupported-connection`
 */
export async function setPragmas(
  handle: Handle,
  own: ApplicationPragmas | undefined,
  { readonly = false }: { readonly readonly?: boolean } = {},
): Promise<void> {
  const pragmas = new Map(pragmasOf(handle, usualPragmas, own))
  const wait = pragmas.get('busy_timeout')
  if (wait !== undefined) set(handle, 'busy_timeout', wait)
  const mode = pragmas.get('journal_mode')
  // Whoever only reads can't change the mode, which is the file's; a database in memory has one of its own.
  if (mode !== undefined && !readonly && !handle.memory)
    await setJournalMode(handle, mode, own?.journal_mode !== undefined)
  const isWal = handle.pragma('journal_mode', { simple: true }) === 'wal'
  for (const [name, value] of pragmas) {
    if (name === 'busy_timeout' || name === 'journal_mode') continue
    // In another mode, NORMAL may damage the file where the power goes; who wants that says so.
    if (name === 'synchronous' && own?.[name] === undefined && !isWal) continue
    set(handle, name, value)
  }
}

/** The pragmas of a database for a test: foreign keys, and what is asked for. */
export function setTestPragmas(handle: Handle, own: ApplicationPragmas | undefined): void {
  for (const [name, value] of pragmasOf(handle, { foreign_keys: true }, own)) set(handle, name, value)
}

function set(handle: Handle, name: string, value: string): void {
  try {
    handle.pragma(`${quoteName(name)} = ${value}`)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConvergeError('usage', `the pragma ${name} can't be set to ${value}: ${why}`, { objects: [name], cause })
  }
  // Where it can't be changed, as within a transaction, SQLite says nothing.
  if (name !== 'foreign_keys') return
  const isOn = Boolean(Number(handle.pragma('foreign_keys', { simple: true })))
  if (isOn === words.on.test(value)) return
  throw new ConvergeError('unsupported-connection', `foreign_keys can't be set to ${value} on this connection`)
}

/**
 * The mode is the file's, so it is changed once. That needs the file for itself, and SQLite does not wait for it where two want it at the same
 * time: so we do, and not in SQLite, where nothing else of the process would run.
 */
async function setJournalMode(handle: Handle, mode: string, isAskedFor: boolean): Promise<void> {
  const wanted = mode.replaceAll("'", '').toLowerCase()
  const wait = Number(handle.pragma('busy_timeout', { simple: true }))
  const until = performance.now() + wait
  while (handle.pragma('journal_mode', { simple: true }) !== wanted) {
    handle.pragma('busy_timeout = 0')
    try {
      const made = handle.pragma(`journal_mode = ${mode}`, { simple: true })
      if (made === wanted || !isAskedFor) return
      throw new ConvergeError('usage', `the journal mode is ${made}, and can't be ${wanted}`, {
        objects: ['journal_mode'],
        advice: ['https://www.sqlite.org/pragma.html#pragma_journal_mode says what there is, and where it can be had'],
      })
    } catch (error) {
      if (!sqliteCode(error).startsWith('SQLITE_BUSY')) throw error
      if (performance.now() >= until) throw explainDatabaseError(error, handle.name)
    } finally {
      handle.pragma(`busy_timeout = ${wait}`)
    }
    await setTimeout(10 + 20 * Math.random())
  }
}

import { chmodSync, closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type CopyResult, copyDatabase } from '../engine/copy-database.ts'
import { explainDatabaseError } from '../engine/explain-error.ts'
import { aside, type Operation } from '../engine/operation.ts'
import { bindingOf } from '../introspect/binding.ts'
import { type CatalogEntry, catalogQuery } from '../introspect/read-facts.ts'
import { ConvergeError } from '../model/error.ts'

/** A copy of a database as it was before a plan. */
export interface Backup {
  /** The file of the database. */
  readonly of: string
  readonly path: string
  readonly bytes: number
  /** How to restore it, one command of a shell each; to be run when nothing has the database open. */
  readonly restore: readonly string[]
}

/** Where a backup comes from, and where it goes. */
export interface BackupPlace {
  readonly from: string
  readonly to: string
}

/** What SQLite keeps beside a database, and takes for a part of it. */
const companions = ['-journal', '-wal', '-shm'] as const

/**
 * Says where a backup goes: to the path that is given, or beside the database under a name with the time.
 *
 * @param backup The path, or true.
 * @throws ConvergeError `backup-exists`, `backup-failed` where there is no such directory.
 */
export function backupPlace(from: string, backup: string | true, now: Date): BackupPlace {
  if (backup === true) return { from, to: freeName(`${from}.backup-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`) }
  const to = resolve(backup)
  if (isTaken(to)) {
    throw new ConvergeError('backup-exists', `${backup} exists, and a backup overwrites nothing`, {
      objects: [backup],
      advice: ['give the backup another name, or move what is there'],
    })
  }
  if (existsSync(dirname(to))) return { from, to }
  throw new ConvergeError('backup-failed', `no such directory: ${dirname(backup)}`, { objects: [backup] })
}

function freeName(name: string): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}-${n}`
    if (!isTaken(candidate)) return candidate
  }
}

/** A journal that was left there would be taken for the backup's own. */
function isTaken(path: string): boolean {
  return ['', ...companions].some((suffix) => existsSync(path + suffix))
}

/**
 * Copies a database that this connection has locked for writing: nothing that anybody was told is written can be missing. Under its
 * name stands only what has been checked; until then it is called `….partial`.
 *
 * @param binding The hash of the catalog that the plan was made for.
 * @throws ConvergeError `backup-failed`, `backup-exists`, `missing-dependency`
 */
export function* makeBackup({ from, to }: BackupPlace, binding: string): Operation<Backup | undefined> {
  // A new database has nothing to come back to.
  if (statSync(from).size === 0) return undefined
  const partial = `${to}.partial`
  attempt(partial, () => {
    closeSync(openSync(partial, 'wx'))
    // Who may not read the database may not read the copy.
    chmodSync(partial, statSync(from).mode & 0o777)
  })
  try {
    const bytes = check(yield* copied({ from, to, partial }), { from, to, binding })
    attempt(to, () => publish(partial, to))
    return { of: from, path: to, bytes, restore: restoreCommands(from, to) }
  } finally {
    for (const suffix of ['', ...companions]) rmSync(partial + suffix, { force: true })
  }
}

function* copied({ from, to, partial }: BackupPlace & { readonly partial: string }): Operation<CopyResult> {
  try {
    return yield* aside(copyDatabase({ from, to: partial, ask: catalogQuery }))
  } catch (cause) {
    if (cause instanceof ConvergeError) throw cause
    const said = String((cause as { stderr?: unknown }).stderr ?? '').trim()
    throw backupFailed(to, said.split('\n').find((line) => line.includes('Error')) ?? 'its process has ended', cause)
  }
}

/** The size of a copy that holds what the plan was made for. */
function check(result: CopyResult, { from, to, binding }: BackupPlace & { readonly binding: string }): number {
  if ('failed' in result) {
    const { code, message } = result.failed
    const explained = explainDatabaseError(Object.assign(new Error(message), { code }), from)
    throw backupFailed(to, code === 'SQLITE_FULL' ? 'the disk is full' : message, explained)
  }
  const { bytes, rows, flaws } = result.copied
  if (flaws.length > 0) throw backupFailed(to, `the copy is damaged: ${flaws[0]}`)
  if (bindingOf(rows as readonly CatalogEntry[]) !== binding) {
    throw backupFailed(to, 'the copy holds another schema')
  }
  return bytes
}

/** Gives a file its name for good, where nothing has it yet. */
function publish(partial: string, to: string): void {
  try {
    linkSync(partial, to)
  } catch (error) {
    // Not every file system has links.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || isTaken(to)) throw error
    renameSync(partial, to)
  }
  if (process.platform === 'win32') return
  const folder = openSync(dirname(to), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

function attempt(to: string, act: () => void): void {
  try {
    act()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code !== 'EEXIST') throw backupFailed(to, message, cause)
    throw new ConvergeError('backup-exists', `${to} exists, and a backup overwrites nothing`, { objects: [to], cause })
  }
}

function backupFailed(to: string, reason: string, cause?: unknown): ConvergeError {
  return new ConvergeError('backup-failed', `the backup could not be made: ${reason}`, {
    objects: [to],
    advice: ['give it another place: --backup-to PATH (in the library: backup)', 'or go without one'],
    cause,
  })
}

/** A -wal or -journal of the database that is replaced would be taken for the backup's. */
function restoreCommands(from: string, to: string): readonly string[] {
  const old = companions.map((suffix) => inShell(from + suffix)).join(' ')
  return [`rm -f ${old}`, `cp ${inShell(to)} ${inShell(from)}`]
}

function inShell(path: string): string {
  return /^[\w./:=@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}

/** The error of a plan that failed when a backup was there already: it stays, and the error says so. */
export function withBackup(error: unknown, { path, of }: Backup): unknown {
  const explained = explainDatabaseError(error, of)
  if (!(explained instanceof ConvergeError)) return error
  const { code, message, objects, advice, data, cause } = explained
  return new ConvergeError(code, message, {
    objects,
    advice: [...advice, `the backup stays where it is: ${path}`],
    data: { ...(data as object | undefined), backup: path },
    cause,
  })
}

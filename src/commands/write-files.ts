import { existsSync, lstatSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConvergeError } from '../model/error.ts'

export interface NewFile {
  readonly path: string
  readonly text: string
}

/**
 * Writes files that are not there yet, and keeps them if `use` goes well: all of them, or none.
 *
 * @throws ConvergeError `file-exists`, `file-unwritable`, and what `use` throws.
 */
export async function writeFiles<T>(files: readonly NewFile[], use: () => Promise<T>): Promise<T> {
  refuseExisting(files.map(({ path }) => path))
  const undo: (() => void)[] = []
  try {
    for (const file of files) undo.unshift(...writeFile(file))
    return await use()
  } catch (error) {
    for (const step of undo) step()
    throw error
  }
}

/** @throws ConvergeError `file-exists` */
export function refuseExisting(paths: readonly string[]): void {
  const existing = paths.filter((path) => existsSync(path) || isLink(path))
  if (existing.length === 0) return
  throw new ConvergeError('file-exists', `${existing.join(' and ')} would be written over; nothing was written`, {
    objects: existing,
    advice: ['delete it, or give another name: --config FILE, --to FILE'],
  })
}

/** Whether a link stands there, which may lead nowhere. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

/** Returns what takes it back, in this order. */
function writeFile({ path, text }: NewFile): readonly (() => void)[] {
  const undo: (() => void)[] = []
  try {
    const folder = resolve(dirname(path))
    const made = mkdirSync(folder, { recursive: true })
    undo.push(...foldersFrom(folder, made).map((one) => () => removeEmpty(one)))
    writeFileSync(path, text, { flag: 'wx' })
    undo.unshift(() => rmSync(path, { force: true }))
    return undo
  } catch (cause) {
    for (const step of undo) step()
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST') refuseExisting([path])
    throw new ConvergeError('file-unwritable', `${path} can't be written: ${message}`, { objects: [path], cause })
  }
}

/** The folders that have been made, the innermost first. */
function foldersFrom(folder: string, made: string | undefined): readonly string[] {
  if (made === undefined) return []
  return folder === resolve(made) || folder === dirname(folder)
    ? [folder]
    : [folder, ...foldersFrom(dirname(folder), made)]
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Somebody else has put something into it.
  }
}

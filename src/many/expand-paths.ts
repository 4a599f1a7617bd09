import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import picomatch from 'picomatch'
import { statOf } from '../engine/stat-of.ts'
import { isDatabaseName } from '../model/database-name.ts'
import { ConvergeError } from '../model/error.ts'
import { matchPaths } from '../model/path-pattern.ts'

/** What SQLite keeps beside a database, and the backups that `--backup` makes: no databases of their own. */
const companions = /-(wal|shm|journal)$|\.backup-\d{8}T\d{6}Z(-\d+)?(\.partial)?$/

/**
 * The database files that paths, patterns and directories name: those of each in the order of their names, and each file once, whatever
 * it is called. What lies beside a database is left out where that is named too.
 *
 * @throws ConvergeError `usage` where a pattern or directory names no file.
 */
export function expandPaths(args: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  const paths = args.flatMap(expand)
  const given = new Set(paths)
  return paths.filter((path) => {
    // A shell that puts names in the place of tenants/* gives these too.
    if (companions.test(path) && given.has(path.replace(companions, ''))) return false
    const id = identityOf(path)
    if (seen.has(id)) return false
    seen.add(id)
    return true
  })
}

function expand(arg: string): readonly string[] {
  const stat = statOf(arg)
  if (stat?.isDirectory()) {
    const paths = filesBelow(arg, { depth: 1, links: true }).filter(isDatabaseName)
    if (paths.length > 0) return paths.map((path) => join(arg, path))
    throw nothing(`there is no SQLite file in ${arg}`, arg, [
      'files are taken that end in .db, .sqlite or .sqlite3',
      `others, and those in folders below, take a pattern, such as '${join(arg, '**/*.data')}'`,
    ])
  }
  if (stat !== undefined) return [arg]
  const pattern = process.platform === 'win32' ? arg.replaceAll('\\', '/') : arg
  const { base, glob, isGlob } = picomatch.scan(pattern)
  if (!isGlob) return [arg]
  const matches = matchPaths(glob)
  const isDeep = glob.includes('**')
  const depth = isDeep ? Number.POSITIVE_INFINITY : glob.split('/').length
  const paths = filesBelow(base, { depth, links: !isDeep }).filter(matches)
  if (paths.length > 0) return paths.map((path) => join(base, path))
  throw nothing(`no file matches ${arg}`, arg, ['a pattern is one of paths, from the folder where the command is run'])
}

interface Walk {
  /** How many folders deep. */
  readonly depth: number
  /** Whether links to folders are followed; they can lead in a circle. */
  readonly links: boolean
}

/** The files below a folder that can be databases, by their paths from there, sorted. */
function filesBelow(base: string, { depth, links }: Walk): readonly string[] {
  const found: string[] = []
  const walk = (folder: string, left: number): void => {
    for (const entry of readdirSync(join(base, folder) || '.', { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      const real = entry.isSymbolicLink() ? statOf(join(base, path)) : entry
      if (real?.isFile() && !companions.test(path)) found.push(path)
      else if (left > 1 && real?.isDirectory() && (links || !entry.isSymbolicLink())) walk(path, left - 1)
    }
  }
  try {
    walk('', depth)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new ConvergeError('database-unreadable', `${base || '.'} can't be searched: ${(cause as Error).message}`, {
      objects: [base],
      cause,
    })
  }
  return found.sort()
}

function nothing(message: string, path: string, advice: readonly string[]): ConvergeError {
  return new ConvergeError('usage', message, { objects: [path], advice })
}

/** The same for two names of one file. */
function identityOf(path: string): string {
  const stat = statOf(path)
  return stat === undefined ? `path ${path}` : `file ${stat.dev} ${stat.ino}`
}

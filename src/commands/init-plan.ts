import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { configFiles } from '../config/load-config.ts'
import type { Setup } from '../engine/setup.ts'
import { isFile } from '../engine/stat-of.ts'
import { isScript } from '../introspect/load-target.ts'
import { canBePattern, isDatabaseName } from '../model/database-name.ts'
import { ConvergeError } from '../model/error.ts'
import type { Schema } from '../model/schema.ts'
import { printable } from '../report/printable.ts'
import type { WrittenDatabase } from '../report/write-config.ts'
import { type NewFile, refuseExisting } from './write-files.ts'

/** What `schema init` is about to write. */
export interface InitPlan {
  readonly config: string
  /** Each with what it holds, where a declaration is written of it; paths from the current folder. */
  readonly databases: readonly InitDatabase[]
  readonly exclude: readonly string[]
  readonly files: readonly NewFile[]
}

export interface InitDatabase {
  readonly name: string
  readonly path: string
  readonly to: string
  readonly declared?: Schema
}

interface Wanted {
  readonly database: readonly string[]
  readonly to: string | undefined
  readonly config: string | undefined
  readonly exclude: readonly string[]
  readonly setup: string | undefined
  readonly 'load-extension': readonly string[]
}

/**
 * Finds out what to write, and reads the databases; writes nothing yet.
 *
 * @throws ConvergeError `usage`, `file-exists`, `unsupported-object`, and what reading a database throws.
 */
export async function planInit(wanted: Wanted, setup: Setup): Promise<InitPlan> {
  const { exclude, config = configFiles[0]! } = wanted
  if (!/\.[cm]?[jt]s$/i.test(config)) {
    throw new ConvergeError('usage', `--config names a module to write, such as schema.config.ts: ${config}`)
  }
  refuseExisting(wanted.config === undefined ? configFiles.filter((one) => existsSync(one)) : [config])
  const paths = wanted.database.length > 0 ? distinct(wanted.database) : findDatabases()
  const names = namesFor(paths)
  const isGiven = wanted.to !== undefined && existsSync(wanted.to)
  if (wanted.to !== undefined && !isGiven && paths.length > 1) {
    throw new ConvergeError('usage', `${wanted.to} does not exist, and several databases are no one's declaration`, {
      advice: ['leave --to out: each gets a declaration of its own', 'or write it from one: schema init ONE --to FILE'],
    })
  }
  const databases = paths.map((path, at): InitDatabase => {
    const usual = paths.length === 1 ? 'schema.ts' : join('schema', `${names[at]}.ts`)
    return { name: names[at]!, path, to: wanted.to ?? join(dirname(config), usual) }
  })
  if (!isGiven) refuseExisting(databases.map(({ to }) => to))
  const read = isGiven ? databases : await Promise.all(databases.map((one) => readDatabase(one, exclude, setup)))
  return { config, databases: read, exclude, files: await filesOf(read, config, wanted) }
}

/** A file that is named twice is one. */
function distinct(paths: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return paths.filter((path) => {
    const file = existsSync(path) ? realpathSync(path) : resolve(path)
    return !seen.has(file) && seen.add(file)
  })
}

/** @throws ConvergeError `usage` where there is none. */
function findDatabases(): readonly string[] {
  const found = readdirSync('.').filter((name) => isDatabaseName(name) && isFile(name))
  if (found.length > 0) {
    // Said before any is read: what is called so need not be a database.
    process.stderr.write(` found  ${found.sort().map(printable).join(', ')}\n`)
    return found
  }
  throw new ConvergeError('usage', 'no database is given, and none is in this folder (*.db, *.sqlite, *.sqlite3)', {
    advice: ['schema init data/app.db', 'for one that does not exist yet: schema init app.db --to schema.ts'],
  })
}

/** Each database is called as its file is; where that says nothing, as its folder is. */
function namesFor(paths: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return paths.map((path) => {
    const words = [basename(path, extname(path)), basename(dirname(resolve(path))), 'database'].map(asName)
    const word = words.find((one) => one !== '')!
    // A file of this name is written, and there are systems that do not tell A from a.
    const free = (n: number): string => (n === 1 ? word : `${word}_${n}`)
    let n = 1
    while (taken.has(free(n).toLowerCase())) n++
    taken.add(free(n).toLowerCase())
    return free(n)
  })
}

function asName(text: string): string {
  const word = text.replace(/[^\p{L}\p{N}_-]+/gu, '_').replace(/^[_-]+|[_-]+$/g, '')
  return /^\p{N}/u.test(word) ? `_${word}` : word
}

async function readDatabase(database: InitDatabase, exclude: readonly string[], setup: Setup): Promise<InitDatabase> {
  const [{ inspect }, { refuseUnreadable }] = await Promise.all([
    import('../library/inspect.ts'),
    import('../apply/refuse.ts'),
  ])
  const { path, to } = database
  if (!isFile(path)) {
    const isSeveral = existsSync(path) || canBePattern(path)
    throw new ConvergeError(
      isSeveral ? 'usage' : 'no-such-database',
      isSeveral ? `${path} is not one file, of which a declaration could be written` : `no such file: ${path}`,
      {
        objects: [path],
        advice: isSeveral
          ? [`write it from one: schema inspect FILE > ${to}`, `then: schema init '${path}' --to ${to}`]
          : ['for a database that does not exist yet, give its declaration: --to schema.ts'],
      },
    )
  }
  const declared = await inspect(path, { exclude, ...setup })
  refuseUnreadable(declared)
  return { ...database, declared }
}

async function filesOf(
  databases: readonly InitDatabase[],
  config: string,
  wanted: Wanted,
): Promise<readonly NewFile[]> {
  const [{ writeConfig }, { writeDeclaration }, { writeScript }] = await Promise.all([
    import('../report/write-config.ts'),
    import('../report/write-declaration.ts'),
    import('../report/write-script.ts'),
  ])
  const declarations = databases.flatMap(({ to, declared }): readonly NewFile[] => {
    if (declared === undefined) return []
    return [{ path: to, text: isScript(to) ? writeScript(declared) : writeDeclaration(declared) }]
  })
  const { exclude, setup } = wanted
  const fromConfig = (path: string): string => pathFrom(dirname(config), path)
  const entries = databases.map(
    ({ name, path, to }): WrittenDatabase => ({
      name,
      path: fromConfig(path),
      to: fromConfig(to),
      exclude,
      loadExtensions: wanted['load-extension'].map(fromConfig),
      setup: setup === undefined ? undefined : fromConfig(setup),
    }),
  )
  return [...declarations, { path: config, text: writeConfig(entries) }]
}

function pathFrom(folder: string, path: string): string {
  return isAbsolute(path) ? path : relative(folder, path).split(sep).join('/')
}

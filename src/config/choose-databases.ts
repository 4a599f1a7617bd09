import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { isFile, statOf } from '../engine/stat-of.ts'
import { isDatabaseName } from '../model/database-name.ts'
import { ConvergeError } from '../model/error.ts'
import { nearest } from '../model/nearest.ts'
import { matchPaths } from '../model/path-pattern.ts'
import { type CheckedDatabase, isName } from './check-config.ts'
import type { LoadedConfig } from './load-config.ts'

/** What a command line says of databases. */
export interface Wanted {
  readonly database: readonly string[]
  /** The target, where the command line gives one. */
  readonly to: string | undefined
  /** Whether it gives what is to be done in another way, as `--plan` does. */
  readonly hasPlan: boolean
  /** Whether the command can't do without a target. */
  readonly needsTarget: boolean
  /** Whether the config was asked for by name, and a path means what the config says of it, whatever else is said. */
  readonly isAskedFor: boolean
}

/** Databases that are to be worked on with the same options. */
export type Choice =
  | { readonly name: string; readonly entry: CheckedDatabase; readonly database: readonly string[] }
  /** Those of the command line that the config has nothing to do with. */
  | { readonly name?: undefined; readonly database: readonly string[] }

/**
 * Finds out which databases of a config are meant: by name, by a path, or all of them.
 *
 * @throws ConvergeError `usage` where that can't be said.
 */
export function chooseDatabases(wanted: Wanted, config: LoadedConfig): readonly Choice[] {
  if (wanted.database.length === 0) return chooseAll(wanted, config)
  const found = wanted.database.map((argument) => chooseOne(argument, wanted, config))
  const asTyped = found.flatMap((choice) => (choice.name === undefined ? choice.database : []))
  const named = [...config.databases.keys()].flatMap((name) => {
    const paths = found.filter((choice) => choice.name === name)
    const entry = config.databases.get(name)!
    const whole = paths.find((choice) => choice.database === entry.path)
    const database = whole?.database ?? [...new Set(paths.flatMap((choice) => choice.database))]
    return paths.length === 0 ? [] : [{ name, entry, database }]
  })
  return [...named, ...(asTyped.length > 0 ? [{ database: asTyped }] : [])]
}

/** A target that is given without a database is that of the databases which have it, or of the only one. */
function chooseAll({ to, hasPlan }: Wanted, config: LoadedConfig): readonly Choice[] {
  const all = [...config.databases].map(([name, entry]) => ({ name, entry, database: entry.path }))
  if (all.length === 1 || (to === undefined && !hasPlan)) return all
  const ofTarget = to === undefined ? [] : all.filter(({ entry }) => resolve(entry.to) === resolve(to))
  if (ofTarget.length > 0) return ofTarget
  const what = hasPlan ? 'a plan is' : `the target ${to} is`
  throw new ConvergeError('usage', `${what} of one database, and ${config.file} names several`, {
    advice: [`say which: ${namesOf(config)}`],
  })
}

function chooseOne(argument: string, wanted: Wanted, config: LoadedConfig): Choice {
  const entry = isFile(argument) ? undefined : config.databases.get(argument)
  if (entry !== undefined) return { name: argument, entry, database: entry.path }
  const saysAll = wanted.needsTarget ? wanted.to !== undefined || wanted.hasPlan : isFile(argument)
  if (saysAll && !wanted.isAskedFor) return { database: [argument] }
  const covering = covers(argument, config)
  const [first, ...others] = covering
  if (first === undefined) {
    if (!wanted.needsTarget && !wanted.isAskedFor && !isName(argument)) return { database: [argument] }
    throw unnamed(argument, config)
  }
  if (others.length > 0) {
    const names = covering.map(({ name }) => name).join(', ')
    throw new ConvergeError('usage', `${argument} belongs to several databases of ${config.file}: ${names}`, {
      advice: ['give the name of one'],
    })
  }
  return { ...first, database: [argument] }
}

/** The databases that a path belongs to: those that name it, else those whose pattern or directory it is in. */
function covers(argument: string, { databases }: LoadedConfig): readonly Extract<Choice, { name: string }>[] {
  const all = [...databases].map(([name, entry]) => ({ name, entry, database: entry.path }))
  const exactly = all.filter(({ entry }) => entry.path.some((path) => isSame(path, argument)))
  if (exactly.length > 0) return exactly
  return all.filter(({ entry }) => entry.path.some((path) => isAmong(argument, path)))
}

/** Whether two paths lead to the same file. */
export function isSame(one: string, other: string): boolean {
  return one === other || real(one) === real(other)
}

function isAmong(argument: string, path: string): boolean {
  const stat = statOf(path)
  if (stat !== undefined)
    return stat.isDirectory() && real(dirname(argument)) === real(path) && isDatabaseName(basename(argument))
  const from = isAbsolute(path) ? resolve(argument) : relative('.', argument)
  return matchPaths(path)(from.split(sep).join('/'))
}

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path)
}

function unnamed(argument: string, config: LoadedConfig): ConvergeError {
  const near = nearest(argument, [...config.databases.keys()])
  const isMeant = near === undefined ? [] : [`is ${near} meant?`]
  return new ConvergeError('usage', `no database of ${config.file} is called ${argument}, or has this path`, {
    objects: [argument],
    advice: [...isMeant, `named are: ${namesOf(config)}`, 'or give a path and --to TARGET'],
  })
}

/** Each name with its paths, as `library (data/library.db)`. */
export function namesOf({ databases }: LoadedConfig): string {
  return [...databases].map(([name, { path }]) => `${name} (${path.join(', ')})`).join(', ')
}

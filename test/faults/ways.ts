import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copied, target } from './shop.ts'

/** A way of changing the shop's largest table, each with a target that takes it. */
export interface Way {
  readonly name: string
  readonly fast: boolean
  /** What the library and the command line are told. */
  readonly options: { readonly fast: boolean }
  readonly arguments: readonly string[]
  /** The script of the target. */
  readonly sql: string
}

const fast = { fast: true, options: { fast: true }, arguments: ['--fast'] }

export const rebuilt: Way = {
  name: 'by a rebuild',
  fast: false,
  options: { fast: false },
  arguments: [],
  sql: target,
}
export const inPlace: Way = { name: 'in place, fast', ...fast, sql: target }
export const adopted: Way = { name: 'by a copy that gets its keys after it, fast', ...fast, sql: copied }

export const ways: readonly Way[] = [rebuilt, inPlace, adopted]

/** Writes the target of a way beside a database, and returns its path. */
export function writeWay(folder: string, way: Way): string {
  const path = join(folder, `target-${ways.indexOf(way)}.sql`)
  // Another process may be reading it.
  if (!existsSync(path)) writeFileSync(path, way.sql)
  return path
}

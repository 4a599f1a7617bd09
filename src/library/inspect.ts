import { extname } from 'node:path'
import { withSession } from '../engine/session.ts'
import { prepareWith } from '../engine/setup.ts'
import { readSchema } from '../introspect/read-schema.ts'
import { readTarget } from '../introspect/target.ts'
import { exclusion } from '../model/exclude.ts'
import { emptySchema, filterSchema, type Schema } from '../model/schema.ts'
import type { DatabaseLike, PlanOptions, TargetLike } from './options.ts'
import { checkedGlobs, resolveTarget } from './options.ts'

/** Anything that holds a schema: a database, or a target. */
export type SourceLike = DatabaseLike | TargetLike

const targetExtensions = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.sql']

/**
 * Reads the schema of any source: a path of a database, module or `.sql` script, a handle, a Kysely instance, or a declared
 * schema. What is excluded is left out.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { inspect } from 'sqlite-converge'
 *
 * const db = new Database(':memory:')
 * db.exec('CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT COLLATE nocase)')
 * const schema = await inspect(db)
 * console.log(schema.tables[0].columns[1].collation) // nocase
 * ```
 * @throws ConvergeError where the source can't be read.
 */
export async function inspect(source: SourceLike, options: PlanOptions = {}): Promise<Schema> {
  return inspectBeside(source, emptySchema, options)
}

/** The same, where a schema is known already of which the source may say the same to the letter. */
export async function inspectBeside(source: SourceLike, known: Schema, options: PlanOptions): Promise<Schema> {
  const { schema, excludes } = await readSource(source, known, options)
  const isExcluded = exclusion(checkedGlobs([...excludes, ...(options.exclude ?? [])]), emptySchema)
  return filterSchema(schema, (object) => !isExcluded(object))
}

async function readSource(
  source: SourceLike,
  known: Schema,
  options: PlanOptions,
): Promise<{ schema: Schema; excludes: readonly string[] }> {
  const prepare = prepareWith(options)
  if (isTarget(source)) {
    const target = await resolveTarget(source, {})
    return { schema: readTarget(target, { known, prepare }), excludes: target.excludes }
  }
  const schema = await withSession(source, { mode: 'read', prepare }, (session) => session.run(readSchema()))
  return { schema, excludes: [] }
}

function isTarget(source: SourceLike): source is TargetLike {
  return typeof source === 'string' ? targetExtensions.includes(extname(source).toLowerCase()) : 'objects' in source
}

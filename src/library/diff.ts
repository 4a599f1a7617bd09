import type { Change } from '../diff/change.ts'
import { diffSchemas } from '../diff/diff-schemas.ts'
import { inspect, inspectBeside, type SourceLike } from './inspect.ts'
import type { PlanOptions } from './options.ts'

/**
 * The changes that turn the schema of one source into that of another. It plans nothing and asks no rows.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { defineSchema, diff, integer, table } from 'sqlite-converge'
 *
 * const schema = defineSchema({ users: table({ id: integer().notNull() }).primaryKey(['id']) })
 * const changes = await diff(new Database(':memory:'), schema)
 * console.log(changes[0].kind) // create-table
 * ```
 * @throws ConvergeError where a source can't be read.
 */
export async function diff(from: SourceLike, to: SourceLike, options: PlanOptions = {}): Promise<readonly Change[]> {
  const before = await inspect(from, options)
  return diffSchemas(before, await inspectBeside(to, before, options))
}

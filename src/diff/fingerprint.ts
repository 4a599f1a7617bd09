import { createHash } from 'node:crypto'
import { foldName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { key, type Normal, normalIndex, normalTable } from './normal.ts'

/**
 * A schema's fingerprint: 16 hexadecimal digits that are the same for two schemas of the same normal form, column
 * order included. Quoting, spaces, comments and the case of keywords don't count.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { fingerprint, inspect } from 'sqlite-converge'
 *
 * const [one, other] = [new Database(':memory:'), new Database(':memory:')]
 * one.exec('CREATE TABLE users (id INTEGER PRIMARY KEY)')
 * other.exec('create table "users" ("id" integer, primary key ("id"))')
 * console.log(fingerprint(await inspect(one)) === fingerprint(await inspect(other))) // true
 * ```
 */
export function fingerprint(schema: Schema): string {
  return createHash('sha256')
    .update(key(normalSchema(schema)))
    .digest('hex')
    .slice(0, 16)
}

function normalSchema(schema: Schema): Normal {
  const sorted = <T extends { name: string }>(list: readonly T[], normal: (item: T) => Normal): Normal =>
    list.map((item): [string, Normal] => [foldName(item.name), normal(item)]).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    tables: sorted(schema.tables, (table) => normalTable(table, schema)),
    indexes: sorted(schema.indexes, normalIndex),
    views: sorted(schema.views, (view) => view.normal),
    triggers: sorted(schema.triggers, (trigger) => trigger.normal),
    virtualTables: sorted(schema.virtualTables, (table) => table.normal),
    unsupported: sorted(schema.unsupported, (object) => object.sql),
  }
}

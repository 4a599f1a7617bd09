import { refuseContradictions } from '../diff/contradictions.ts'
import { type Operation, queryOne } from '../engine/operation.ts'
import { type MatchedTexts, matchTexts } from '../introspect/match-texts.ts'
import { type CatalogEntry, readWholeCatalog } from '../introspect/read-facts.ts'
import type { Target } from '../introspect/target.ts'
import { findByName, foldName } from '../model/name.ts'
import { readObject } from '../sql/read-object.ts'
import { refuseSharedPages } from './shared-pages.ts'

/** A database that holds its target to the letter: there is nothing to do, and nothing to prove. */
export interface MatchedTarget extends MatchedTexts {
  /** The version of SQLite. */
  readonly version: string
  readonly catalog: readonly CatalogEntry[]
}

/**
 * Finds out by their texts whether a database is what its target says. Undefined where they don't tell, which takes a plan.
 *
 * @throws ConvergeError `unsupported-object`, `database-corrupt`, `usage`
 */
export function* matchTarget(target: Target): Operation<MatchedTarget | undefined> {
  // Somebody who names what is not there is told so.
  if (target.renames.some((hint) => hint.by === 'command')) return undefined
  const { version } = yield* queryOne<{ version: string }>('SELECT sqlite_version() AS version')
  const catalog = yield* readWholeCatalog()
  const matched = yield* matchTexts(catalog, target)
  if (matched === undefined || !target.backfills.every((fill) => hasColumn(matched, fill))) return undefined
  refuseContradictions(target.renames)
  yield* refuseSharedPages()
  return { ...matched, version, catalog }
}

function hasColumn({ rows }: MatchedTexts, { table, column }: Target['backfills'][number]): boolean {
  const row = rows.get(foldName(table))
  const object = row && readObject(row)
  return object?.kind === 'table' && findByName(object.columns, column) !== undefined
}

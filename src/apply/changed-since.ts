import type { Change } from '../diff/change.ts'
import { diffSchemas } from '../diff/diff-schemas.ts'
import { fingerprint } from '../diff/fingerprint.ts'
import type { Prepare } from '../engine/setup.ts'
import { recordedStatements } from '../introspect/read-ddl.ts'
import { readTarget } from '../introspect/target.ts'
import { exclusion } from '../model/exclude.ts'
import { emptySchema, filterSchema, type Schema } from '../model/schema.ts'
import type { JournalEntry } from './journal.ts'

/** Whether the live schema is still what the journal led to. */
export interface ChangedSince {
  readonly unchanged: boolean
  /** What others have changed, where the journal's schema can be read; empty too where only the order of columns differs. */
  readonly since: readonly Change[]
}

/** Compares the live schema with what the last entry of the journal led to, by what that entry spoke of. */
export function changedSince(
  journal: readonly JournalEntry[],
  live: Schema,
  prepare: Prepare,
): ChangedSince | undefined {
  const last = journal.at(-1)
  if (last === undefined) return undefined
  const visible = (schema: Schema, declared: Schema): Schema => {
    const isExcluded = exclusion(last.record.excludes, declared)
    return filterSchema(schema, (object) => !isExcluded(object))
  }
  if (fingerprint(visible(live, emptySchema)) === last.to) return { unchanged: true, since: [] }
  // A prune changes no schema, and records none.
  const reached = readReached(journal.filter(({ kind }) => kind !== 'prune').at(-1), live, prepare)
  if (reached === undefined) return { unchanged: false, since: [] }
  // What was declared is part of it, although its name may be one that is left alone by default.
  const managed = visible(live, reached)
  const unchanged = fingerprint(managed) === last.to
  return { unchanged, since: unchanged ? [] : diffSchemas(visible(reached, reached), managed) }
}

function readReached(entry: JournalEntry | undefined, known: Schema, prepare: Prepare): Schema | undefined {
  if (entry === undefined) return undefined
  const { reached, excludes } = entry.record
  const code = 'journal-unreadable'
  try {
    const statements = recordedStatements(reached, code)
    return readTarget({ statements, code, backfills: [], excludes, renames: [] }, { known, prepare })
  } catch {
    // Whatever is wrong with it, where the database stands can be said without.
    return undefined
  }
}

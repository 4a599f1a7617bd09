import type { Change } from '../diff/change.ts'
import { diffSchemas } from '../diff/diff-schemas.ts'
import { fingerprint } from '../diff/fingerprint.ts'
import { type Operation, queryOne } from '../engine/operation.ts'
import { type Prepare, plain } from '../engine/setup.ts'
import { readSchema } from '../introspect/read-schema.ts'
import { readTarget, type Target } from '../introspect/target.ts'
import { exclusion } from '../model/exclude.ts'
import { emptySchema, filterSchema, type Schema } from '../model/schema.ts'
import { changedSince } from './changed-since.ts'
import { type JournalEntry, plansInForce, readJournal } from './journal.ts'
import { type KeptData, readKeptData } from './kept-data.ts'

/** Where a database stands. */
export interface Status {
  /** The fingerprint of the live schema, without what is excluded. */
  readonly fingerprint: string
  readonly tables: number
  /** How many bytes the database takes, with what is free in it. */
  readonly size: number
  /** The plan that the database is at; undefined where none is in force. */
  readonly at?: JournalEntry
  /** Whether the live schema is still the one that the last entry of the journal led to; undefined without a journal. */
  readonly unchanged?: boolean
  /** What others have changed since, where that can be told. */
  readonly since?: readonly Change[]
  /** Whether the live schema is the target's; undefined without a target. */
  readonly inSync?: boolean
  /** What differs from the target. */
  readonly changes: readonly Change[]
  /** What `keep` has put aside, and is still there. */
  readonly kept: readonly KeptData[]
  /** Oldest first. */
  readonly journal: readonly JournalEntry[]
  /** The ids of the plans that are in force, oldest first: those that `revert` can undo, and go back to. */
  readonly inForce: readonly string[]
}

/** Reads where a database stands, by its journal and, if one is given, against a target. It only reads. */
export function* readStatus(target?: Target, prepare: Prepare = plain): Operation<Status> {
  const journal = yield* readJournal()
  const live = yield* readSchema()
  const { size } = yield* queryOne<{ size: number }>(
    'SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size',
  )
  const last = journal.at(-1)
  const inForce = plansInForce(journal)
  const at = inForce.at(-1)
  // The journal's own excludes say what it spoke of; a target brings its own.
  const excludes = [...(last?.record.excludes ?? []), ...(target?.excludes ?? [])]
  const declared = target && readTarget(target, { known: live, prepare })
  const isExcluded = exclusion(excludes, declared ?? emptySchema)
  const visible = (schema: Schema): Schema => filterSchema(schema, (object) => !isExcluded(object))
  const managed = visible(live)
  const wanted = declared && visible(declared)
  const changes = wanted === undefined ? [] : diffSchemas(managed, wanted)
  return {
    fingerprint: fingerprint(managed),
    tables: managed.tables.length,
    size,
    ...(at && { at }),
    ...changedSince(journal, live, prepare),
    ...(wanted && { inSync: changes.length === 0 }),
    changes,
    kept: yield* readKeptData(live, journal),
    journal,
    inForce: inForce.map(({ id }) => id),
  }
}

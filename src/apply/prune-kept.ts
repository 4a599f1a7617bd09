import { type Operation, run } from '../engine/operation.ts'
import { readSchema } from '../introspect/read-schema.ts'
import { ConvergeError } from '../model/error.ts'
import { findByName, sameName } from '../model/name.ts'
import type { Schema } from '../model/schema.ts'
import { findWatches } from '../plan/watch.ts'
import { quoteName } from '../sql/quote.ts'
import { type JournalEntry, readJournal, writeJournal } from './journal.ts'
import { type KeptData, readKeptData } from './kept-data.ts'
import { frameOf, rollBack } from './roll-back.ts'

/** Which kept data is meant; all of it without any of these. */
export interface PruneChoice {
  /** What this plan has put aside. */
  readonly plan?: string
  /** What was put aside more than so many days ago. */
  readonly olderThan?: number
}

export interface PruneOptions extends PruneChoice {
  /** What has been shown to somebody, by name: nothing else is dropped. */
  readonly expect?: readonly string[]
  readonly inTransaction: boolean
  readonly toolVersion: string
  readonly now: () => Date
}

/** What a prune has dropped. */
export interface Pruned {
  /** The journal entry's id; undefined where nothing was dropped, or there is no journal. */
  readonly id?: string
  readonly dropped: readonly KeptData[]
}

/**
 * Finds the kept data that is meant. It only reads.
 *
 * @throws ConvergeError `usage` for a plan that the journal does not know.
 */
export function* findPrunable({ plan, olderThan }: PruneChoice, now: Date): Operation<readonly KeptData[]> {
  const journal = yield* readJournal()
  if (plan !== undefined && !journal.some((entry) => entry.id === plan)) {
    throw new ConvergeError('usage', `the journal knows no plan ${plan}`, {
      objects: [plan],
      advice: ['schema status shows the journal, and what is kept'],
    })
  }
  const kept = yield* readKeptData(yield* readSchema(), journal)
  const isOld = ({ keptAt }: KeptData): boolean =>
    olderThan === undefined ||
    (keptAt !== undefined && now.getTime() - Date.parse(keptAt) > olderThan * 24 * 60 * 60 * 1000)
  return kept.filter((one) => (plan === undefined || one.plan === plan) && isOld(one))
}

/**
 * Drops kept data and what watches over it, in one transaction, and writes that into the journal: a revert says then that it does not
 * come back.
 *
 * @throws ConvergeError `usage`, `database-locked`, `journal-unreadable`
 */
export function* pruneKept(options: PruneOptions): Operation<Pruned> {
  const frame = frameOf('_schema_prune', options.inTransaction)
  yield* run(frame.begin)
  try {
    const pruned = yield* pruneInside(options)
    yield* run(frame.commit)
    return pruned
  } catch (error) {
    yield* rollBack(frame)
    throw error
  }
}

function* pruneInside({ expect, toolVersion, now, ...choice }: PruneOptions): Operation<Pruned> {
  const found = yield* findPrunable(choice, now())
  const dropped = found.filter(({ name }) => expect === undefined || expect.includes(name))
  const schema = yield* readSchema()
  const isAll = choice.plan === undefined && choice.olderThan === undefined
  const sql = [
    ...watchesOf(dropped, schema, isAll).map((name) => `DROP TRIGGER main.${quoteName(name)}`),
    ...dropped.map(({ name }) => `DROP TABLE main.${quoteName(name)}`),
  ]
  if (sql.length === 0) return { dropped }
  for (const statement of sql) yield* run(statement)
  const last = (yield* readJournal()).at(-1)
  if (last === undefined) return { dropped }
  const id = yield* writeJournal({
    kind: 'prune',
    appliedAt: now().toISOString(),
    toolVersion,
    // The schema is what it was, as far as the journal knows.
    from: last.to,
    to: last.to,
    reverts: null,
    target: null,
    sql,
    reverse: { kind: 'impossible', sql: [], losses: dropped.flatMap(({ of }) => of) },
    record: emptyRecord(last, dropped),
  })
  return { id, dropped }
}

function emptyRecord({ record }: JournalEntry, dropped: readonly KeptData[]): JournalEntry['record'] {
  return {
    version: 1,
    excludes: record.excludes,
    former: [],
    reached: [],
    origin: { tables: [], definitions: [], broken: [], columns: [] },
    pruned: dropped.map(({ name }) => name),
  }
}

/** The triggers that would fail without the tables: every write to what they watch, with them. */
function watchesOf(dropped: readonly KeptData[], schema: Schema, isAll: boolean): readonly string[] {
  return findWatches(schema)
    .filter(
      ({ kept }) =>
        dropped.some(({ name }) => sameName(name, kept)) || (isAll && findByName(schema.tables, kept) === undefined),
    )
    .flatMap(({ triggers }) => triggers.map((trigger) => trigger.name))
}

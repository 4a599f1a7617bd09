import { isTableChange } from '../diff/change.ts'
import { sqliteCode } from '../engine/explain-error.ts'
import { type Operation, query, queryOne, run } from '../engine/operation.ts'
import { bindingOf, countRows, readWholeCatalog } from '../introspect/read-facts.ts'
import { ConvergeError } from '../model/error.ts'
import { exclusion } from '../model/exclude.ts'
import { findByName, foldName } from '../model/name.ts'
import { filterSchema, type Schema } from '../model/schema.ts'
import type { Origin } from '../plan/draft.ts'
import { originOf } from '../plan/origin.ts'
import { rowidName } from '../plan/projection.ts'
import type { Hazard } from '../plan/step.ts'
import { ask, weigh } from '../prove/make-plan.ts'
import type { Plan } from '../prove/plan.ts'
import { quoteName } from '../sql/quote.ts'
import { catalogOf, writeJournal } from './journal.ts'
import { refuse } from './refuse.ts'
import { lookBefore, type Verified, verify } from './verify.ts'

export interface ApplyOptions {
  /** Hazard codes, or groups of them, that may happen. */
  readonly allow: readonly string[]
  /** Whether an entry goes into the journal. */
  readonly journal: boolean
  /** Whether the caller has a transaction under way; ours is then a savepoint in it. */
  readonly inTransaction: boolean
  readonly toolVersion: string
  /** What the target is called, for the journal. */
  readonly targetName?: string
  /** For a revert: the id of the entry that is undone. */
  readonly reverts?: string
  readonly now: () => Date
}

/** What has been done. */
export interface Applied {
  /** The journal entry's id; undefined without a journal, or where nothing was to do. */
  readonly id?: string
  readonly verified: Verified['rows']
}

/**
 * Runs a plan in one transaction: lock, compare, ask the rows again, run, verify, journal, commit. Whatever goes wrong
 * before the commit leaves the database as it was.
 *
 * @throws ConvergeError `hazards`, `rows-do-not-fit`, `schema-drifted`, `database-locked`, `in-transaction`,
 * `temp-shadow`, `step-failed`, `verification-failed`
 */
export function* applyPlan(plan: Plan, options: ApplyOptions): Operation<Applied> {
  refuse(plan.hazards, plan.preflight, options.allow)
  const foreignKeys = (yield* queryOne<{ foreign_keys: number }>('PRAGMA foreign_keys')).foreign_keys
  const legacy = (yield* queryOne<{ legacy_alter_table: number }>('PRAGMA legacy_alter_table')).legacy_alter_table
  if (options.inTransaction && foreignKeys !== 0 && plan.details.needsForeignKeysOff) {
    throw new ConvergeError(
      'in-transaction',
      'foreign keys are enforced, and inside a transaction that cannot be changed',
      {
        advice: [
          'commit first, or PRAGMA foreign_keys = OFF before the transaction: a rebuild would delete child rows',
        ],
      },
    )
  }
  yield* refuseTemporary(plan)
  const [begin, commit, rollback] = options.inTransaction
    ? ['SAVEPOINT _schema_apply', 'RELEASE _schema_apply', 'ROLLBACK TO _schema_apply']
    : ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK']
  if (!options.inTransaction) yield* switchOff()
  try {
    yield* run('PRAGMA legacy_alter_table = ON')
    yield* run(begin)
    try {
      const applied = yield* applyInside(plan, options)
      yield* run(commit)
      return applied
    } catch (error) {
      yield* rollBack(rollback)
      throw error
    }
  } finally {
    yield* run(`PRAGMA legacy_alter_table = ${legacy === 0 ? 'OFF' : 'ON'}`)
    if (!options.inTransaction) yield* run(`PRAGMA foreign_keys = ${foreignKeys === 0 ? 'OFF' : 'ON'}`)
  }
}

/** Read back, since the pragma does nothing at all inside a transaction: https://www.sqlite.org/foreignkeys.html */
function* switchOff(): Operation<void> {
  yield* run('PRAGMA foreign_keys = OFF')
  const { foreign_keys } = yield* queryOne<{ foreign_keys: number }>('PRAGMA foreign_keys')
  if (foreign_keys !== 0) {
    throw new ConvergeError(
      'in-transaction',
      'foreign keys stay enforced on this connection, as inside a transaction',
      {
        advice: ['commit the transaction that is under way, or hand in another connection'],
      },
    )
  }
}

function* rollBack(statement: string): Operation<void> {
  try {
    yield* run(statement)
  } catch (error) {
    // A full disk or a failed write has rolled back already: https://www.sqlite.org/lang_transaction.html
    if (!(error instanceof Error) || !error.message.includes('no transaction is active')) throw error
  }
}

function* applyInside(plan: Plan, options: ApplyOptions): Operation<Applied> {
  if (bindingOf(yield* readWholeCatalog()) !== plan.details.binding) {
    throw new ConvergeError('schema-drifted', 'the schema has been changed since the plan was made', {
      advice: ['nothing was changed; plan again'],
    })
  }
  // Others may have written since the plan was made.
  const hazards = [...plan.hazards.filter(isFixed), ...(yield* weigh(plan.details.possibleHazards))]
  refuse(hazards, yield* ask(plan.details.probes), options.allow)

  const touched = touchedTables(plan)
  const before = yield* lookBefore(plan, touched)
  for (const step of plan.steps) {
    try {
      yield* run(step.sql)
    } catch (cause) {
      throw new ConvergeError(
        'step-failed',
        `${step.kind} ${step.object}: ${(cause as Error).message}; everything was rolled back`,
        {
          objects: [step.object],
          advice: [
            `the step: ${step.sql}`,
            ...(sqliteCode(cause) === '' ? [] : [`SQLite's code: ${sqliteCode(cause)}`]),
          ],
          cause,
        },
      )
    }
  }
  const verified = yield* verify(plan, before, touched)
  if (!options.journal) return { verified: verified.rows }
  const id = yield* writeEntry(plan, verified.schema, options)
  return { id, verified: verified.rows }
}

/** Whether a hazard does not depend on the rows that are asked again. */
function isFixed(hazard: Hazard): boolean {
  return hazard.code === 'schema-drifted' || hazard.code === 'overwrites-edit'
}

function* writeEntry(plan: Plan, schema: Schema, options: ApplyOptions): Operation<string> {
  const { live, target, draft, backfills } = plan.details
  const isExcluded = exclusion(plan.excludes, target)
  const managed = (from: Schema): Schema => filterSchema(from, (object) => !isExcluded(object))
  const { kind, steps, losses } = plan.reverse
  return yield* writeJournal({
    kind: options.reverts === undefined ? 'apply' : 'revert',
    appliedAt: options.now().toISOString(),
    toolVersion: options.toolVersion,
    from: plan.from,
    to: plan.to,
    reverts: options.reverts ?? null,
    target: options.targetName ?? null,
    sql: plan.steps.map((step) => step.sql),
    reverse: { kind, sql: steps.map((step) => step.sql), losses },
    record: {
      excludes: plan.excludes,
      former: catalogOf(managed(live)),
      reached: catalogOf(managed(schema)),
      origin: yield* countOrigin(originOf(draft, backfills), schema),
    },
  })
}

/** How many rows the filled columns have now, so that a revert can tell which came later. */
function* countOrigin(origin: Origin, schema: Schema): Operation<Origin> {
  const columns = []
  for (const column of origin.columns) {
    const table = findByName(schema.tables, column.table)!
    const rowid = rowidName(table)
    const highestRowid =
      rowid === undefined
        ? null
        : (yield* queryOne<{ n: string | null }>(
            `SELECT CAST(max(${rowid}) AS TEXT) AS n FROM main.${quoteName(table.name)}`,
          )).n
    columns.push({ ...column, rows: yield* countRows(table.name), highestRowid })
  }
  return { ...origin, columns }
}

function touchedTables(plan: Plan): ReadonlySet<string> {
  return new Set(
    plan.changes.flatMap((change) => {
      if (isTableChange(change)) return [foldName(change.table)]
      return change.kind === 'create-table' || change.kind === 'drop-table' ? [foldName(change.table.name)] : []
    }),
  )
}

/** Unqualified names would mean a temporary table of this connection, and its temporary triggers would be lost. */
function* refuseTemporary(plan: Plan): Operation<void> {
  const rows = yield* query<{ type: string; name: string; tbl_name: string }>(
    `SELECT type, name, tbl_name FROM temp.sqlite_schema WHERE type IN ('table', 'view', 'trigger')`,
  )
  if (rows.length === 0) return
  const touched = new Set([...touchedTables(plan), ...plan.steps.map((step) => foldName(step.object))])
  const shadow = rows.find((row) => touched.has(foldName(row.type === 'trigger' ? row.tbl_name : row.name)))
  if (shadow === undefined) return
  throw new ConvergeError('temp-shadow', `the connection has a temporary ${shadow.type} ${shadow.name} in the way`, {
    objects: [shadow.name],
    advice: ['drop it, or apply through another connection'],
  })
}

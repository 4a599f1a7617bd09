import { type Change, isTableChange } from '../diff/change.ts'
import { isRowidAlias } from '../diff/rowid-alias.ts'
import { groupBy } from '../model/group.ts'
import { type Kept, type KeptColumn, type KeptTable, keptPrefix, keptSuffixes } from '../model/kept.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import { formerColumn, formerName, noRenames, type Renames } from '../model/renames.ts'
import { objectsOf, type Schema, type Table } from '../model/schema.ts'
import { quoteName, quoteText } from '../sql/quote.ts'
import { causeOf } from './cause.ts'
import { findAlterations } from './conversions.ts'
import { type DraftInput, startOf } from './draft.ts'
import { fillOf } from './fills.ts'
import { rowidName } from './projection.ts'
import { stableKey } from './stable-key.ts'
import type { PossibleHazard, PossibleLoss, Step } from './step.ts'
import { findWatches, intactWatch, namesOf, writeWatch } from './watch.ts'

/** What a plan puts aside before it takes it away. */
export interface PutAside {
  readonly kept: readonly Kept[]
  /** What fills the kept tables, before anything else is changed. */
  readonly steps: readonly Step[]
  /** What watches the keys, after everything else: SQLite fires the newest trigger first. */
  readonly watches: readonly Step[]
  /** What is kept of each table and column (`table.column`), folded, as they are called after the renames. */
  readonly of: ReadonlyMap<string, Kept>
}

/** Plans what is put aside of dropped tables and columns, and of values that become others. */
export function putAside(input: DraftInput, to: Schema, changes: readonly Change[]): PutAside {
  const plan = { kept: [] as Kept[], steps: [] as Step[], watches: [] as Step[], of: new Map<string, Kept>() }
  if (!input.keep) return plan
  const renames = input.renaming?.renames ?? noRenames
  const all = [...objectsOf(input.from), ...objectsOf(startOf(input)), ...objectsOf(input.to)]
  const taken = new Set(all.map((object) => foldName(object.name)))
  for (const change of changes) {
    if (change.kind === 'drop-table') keepTable(change.table, change)
  }
  for (const [name, group] of groupBy(changes.filter(isTableChange), (change) => foldName(change.table))) {
    const before = findByName(input.from.tables, name)!
    const after = findByName(to.tables, name)!
    const lost = lostValues(input, before, to, group)
    if (lost.length === 0) continue
    const key = stableKey(before, after, changedColumns(lost))
    if (key === undefined) keepCopy(before, lost)
    else for (const one of lost) keepColumn(before, one, key)
  }
  return plan

  function keepTable(table: Table, cause: Change): void {
    const former = formerName(table.name, renames)
    const name = claim(former)
    const hidden = isRowidAlias(table) ? undefined : rowidName(table)
    const columns = [...(hidden === undefined ? [] : [hidden]), ...storedColumns(table)]
    const isMarked = table.primaryKey?.autoincrement ?? false
    const kept: KeptTable = {
      kind: 'table',
      name,
      table: former,
      columns,
      ...(isMarked && { mark: name + keptSuffixes.mark }),
      watches: findWatches(input.from)
        .filter((watch) => sameName(watch.table, table.name))
        .flatMap((watch) => intactWatch(watch, input.from) ?? []),
    }
    plan.kept.push(kept)
    plan.of.set(foldName(table.name), kept)
    plan.steps.push(
      ...copyAside({
        name,
        columns,
        names: columns,
        source: quoteName(table.name),
        why: `puts the rows of ${former} aside`,
        cause,
      }),
    )
    if (kept.mark === undefined) return
    const seq = `SELECT seq FROM sqlite_sequence WHERE name = ${quoteText(table.name)}`
    plan.steps.push(
      keepStep(kept.mark, `CREATE TABLE ${quoteName(kept.mark)} (seq)`, 'for its AUTOINCREMENT mark', cause),
      keepStep(kept.mark, `INSERT INTO ${quoteName(kept.mark)} ${seq}`, 'puts its AUTOINCREMENT mark aside', cause),
    )
  }

  function keepColumn(table: Table, { column, why, where }: LostValues, key: readonly string[]): void {
    const former = formerNames(table.name, column, key, renames)
    const kept: KeptColumn = { kind: 'column', name: claim(`${former.table}_${former.column}`), ...former, why }
    const cause = causeOf(changes, table.name)
    plan.kept.push(kept)
    plan.of.set(foldName(`${table.name}.${column}`), kept)
    const isRowid = isRowidAlias(table) && sameName(table.primaryKey!.columns[0]!.name, key[0]!)
    const [keys, value] = [kept.keys.map(quoteName), quoteName(kept.column)]
    const list = isRowid
      ? `${keys[0]} INTEGER PRIMARY KEY, ${value})`
      : `${keys.join(', ')}, ${value}, PRIMARY KEY (${keys.join(', ')})) WITHOUT ROWID`
    const names = [...key, column].map(quoteName).join(', ')
    const which = where === undefined ? '' : ` WHERE ${where}`
    const reason = `puts ${why === 'dropped' ? 'the values' : 'the values that become others'} of ${former.table}.${former.column} aside, by the key of their row`
    plan.steps.push(
      keepStep(kept.name, `CREATE TABLE ${quoteName(kept.name)} (${list}`, reason, cause),
      keepStep(
        kept.name,
        `INSERT INTO ${quoteName(kept.name)} SELECT ${names} FROM ${quoteName(table.name)}${which}`,
        reason,
        cause,
      ),
    )
    for (const { name, sql } of writeWatch(kept, namesOf({ ...kept, table: table.name, column, keys: key }))) {
      const reason = `forgets what ${kept.name} holds for a key that another row takes, and follows one that changes`
      plan.watches.push({ kind: 'watch-keys', object: name, sql, why: reason, cause })
    }
  }

  function keepCopy(table: Table, lost: readonly LostValues[]): void {
    const former = formerName(table.name, renames)
    const of = lost.map(({ column }) => formerColumn(table.name, column, renames))
    const parts = lost.flatMap(({ where }) => where ?? [])
    const isPart = parts.length === lost.length
    const kept: Kept = { kind: 'copy', name: claim(former), table: former, of, why: isPart ? 'replaced' : 'dropped' }
    const which = isPart ? ` WHERE (${parts.join(') OR (')})` : ''
    const hidden = rowidName(table)
    const columns = [...(hidden === undefined || isRowidAlias(table) ? [] : [hidden]), ...storedColumns(table)]
    const names = columns.map((column) => formerColumn(table.name, column, renames))
    plan.kept.push(kept)
    for (const { column } of lost) plan.of.set(foldName(`${table.name}.${column}`), kept)
    const why = `puts a copy of ${former} aside: it has no key by which a row would be found again`
    const source = quoteName(table.name) + which
    const cause = causeOf(changes, table.name)
    plan.steps.push(...copyAside({ name: kept.name, columns, names, source, why, cause }))
  }

  /** A name that is free, with all that goes with it. */
  function claim(base: string): string {
    const suffixes = ['', ...Object.values(keptSuffixes)]
    for (let n = 1; ; n++) {
      const name = `${keptPrefix}${base}${n === 1 ? '' : `_${n}`}`
      const names = suffixes.map((suffix) => foldName(name + suffix))
      if (names.some((one) => taken.has(one))) continue
      for (const one of names) taken.add(one)
      return name
    }
  }
}

interface LostValues {
  readonly column: string
  readonly why: KeptColumn['why']
  /** The rows whose values are lost; all of them without it. */
  readonly where?: string
}

/** The columns of a table that hold values which the way back could not compute. */
function lostValues(input: DraftInput, before: Table, to: Schema, changes: readonly Change[]): readonly LostValues[] {
  const gone = changes.flatMap((change): readonly LostValues[] => {
    if (change.kind === 'drop-column' && change.column.generated === undefined) {
      return [{ column: change.column.name, why: 'dropped' }]
    }
    const computed = change.kind === 'change-generated' && change.from.generated === undefined
    return computed ? [{ column: change.from.name, why: 'dropped' }] : []
  })
  const replaced = new Map<string, string>()
  for (const { column, where } of findAlterations(input, to, changes)) {
    if (findByName(before.columns, column)!.generated === undefined) replaced.set(column, where)
  }
  for (const change of changes) {
    if (change.kind !== 'change-not-null' || change.from.generated !== undefined) continue
    const { name } = change.from
    const isFilled = fillOf(input.backfills, before.name, name) !== undefined
    if (!isFilled || change.to.notNull === undefined || change.from.notNull !== undefined) continue
    const where = replaced.get(name)
    replaced.set(name, `${where === undefined ? '' : `(${where}) OR `}${quoteName(name)} IS NULL`)
  }
  return [...gone, ...[...replaced].map(([column, where]): LostValues => ({ column, why: 'replaced', where }))]
}

function changedColumns(lost: readonly LostValues[]): readonly string[] {
  return lost.map(({ column }) => column)
}

function storedColumns(table: Table): readonly string[] {
  return table.columns.filter((column) => column.generated === undefined).map((column) => column.name)
}

function formerNames(
  table: string,
  column: string,
  keys: readonly string[],
  renames: Renames,
): Pick<KeptColumn, 'table' | 'column' | 'keys'> {
  const name = (current: string): string => formerColumn(table, current, renames)
  return { table: formerName(table, renames), column: name(column), keys: keys.map(name) }
}

interface Copied {
  readonly name: string
  /** The columns that are read, and what they are called in the copy. */
  readonly columns: readonly string[]
  readonly names: readonly string[]
  /** What stands after FROM. */
  readonly source: string
  readonly why: string
  readonly cause: Change
}

/** Without declared types every value is kept as it is: https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
function copyAside({ name, columns, names, source, why, cause }: Copied): readonly Step[] {
  const [holder, list] = [quoteName(name), names.map(quoteName).join(', ')]
  const values = columns.map(quoteName).join(', ')
  return [
    keepStep(name, `CREATE TABLE ${holder} (${list})`, why, cause),
    keepStep(name, `INSERT INTO ${holder} SELECT ${values} FROM ${source}`, why, cause),
  ]
}

function keepStep(object: string, sql: string, why: string, cause: Change): Step {
  return { kind: 'keep-data', object, sql, why, cause }
}

/** What is put aside and comes back need not be allowed; what only can be brought back by hand has to be, and says where it is. */
export function hazardOfKept(hazard: PossibleHazard, of: PutAside['of']): PossibleHazard {
  const kept = keepsData.has(hazard.code) ? of.get(foldName(hazard.object)) : undefined
  if (kept === undefined) return hazard
  const note = kept.kind === 'copy' ? byHand(kept.name) : `; what it holds is kept in ${kept.name}`
  const { probe } = hazard
  const said = {
    ...hazard,
    message: hazard.message + note,
    ...(probe !== undefined && { probe: { ...probe, message: probe.message + note } }),
  }
  if (kept.kind === 'copy') return said
  return { ...said, isKept: true, otherwise: hazard.otherwise === 'refuse' ? 'warn' : hazard.otherwise }
}

const keepsData: ReadonlySet<string> = new Set(['drop-table', 'drop-column', 'lossy-conversion'])

/** A loss that is none, since it is kept, is left out. */
export function lossOfKept(loss: PossibleLoss, of: PutAside['of']): readonly PossibleLoss[] {
  const kept = of.get(foldName(loss.object))
  if (kept === undefined) return [loss]
  return kept.kind === 'copy' ? [{ ...loss, what: loss.what + byHand(kept.name) }] : []
}

function byHand(name: string): string {
  return ` (a copy of all rows is kept in ${name}, for recovery by hand: the table has no key by which a row would be found again)`
}

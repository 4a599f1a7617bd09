import { isKept, type KeptColumn, type KeptWatch, keptSuffixes } from '../model/kept.ts'
import { findByName, foldName, sameName } from '../model/name.ts'
import type { Schema, Trigger } from '../model/schema.ts'
import { quoteName } from '../sql/quote.ts'
import { readObject } from '../sql/read-object.ts'
import { nameOf, tokenize } from '../sql/token.ts'

/** A trigger that a plan makes. */
export interface WatchText {
  readonly name: string
  readonly sql: string
}

/** The table that holds kept values, and what it calls their keys. */
export type Holder = Pick<KeptColumn, 'name' | 'keys'>

/** What is watched, by the names that it has while the watch is made; the column only where its values count. */
export interface WatchedNames {
  readonly table: string
  readonly keys: readonly string[]
  readonly column?: string
}

/**
 * The triggers that keep kept values honest while others write to the table: a key that another row takes is forgotten, one that
 * changes is followed, and a replaced value that somebody replaces again is forgotten too.
 *
 * AFTER INSERT sees every new key: before the insert a rowid may not be known, and a row that REPLACE removes fires no trigger
 * unless recursive_triggers is on (https://www.sqlite.org/lang_conflict.html). UPDATE without OF, since `SET rowid = …` names no
 * column of the table.
 */
export function writeWatch(kept: Holder, { table, keys, column }: WatchedNames): readonly WatchText[] {
  const holder = quoteName(kept.name)
  const [ofNew, ofOld] = [matchKey(kept, 'NEW', keys), matchKey(kept, 'OLD', keys)]
  const moved = `NOT (${keys.map(isSame).join(' AND ')})`
  const replaced = column === undefined ? undefined : `NOT (${isSame(column)})`
  const sets = keys.map((name, index) => `${quoteName(kept.keys[index]!)} = NEW.${quoteName(name)}`).join(', ')
  const ifMoved = replaced === undefined ? '' : `${moved} AND `
  const actions = [
    `DELETE FROM ${holder} WHERE ${ifMoved}${ofNew}`,
    `UPDATE ${holder} SET ${sets} WHERE ${ifMoved}${ofOld}`,
    ...(replaced === undefined ? [] : [`DELETE FROM ${holder} WHERE ${replaced} AND ${ofNew}`]),
  ]
  const condition = [moved, ...(replaced === undefined ? [] : [replaced])].join(' OR ')
  return [
    trigger(kept.name + keptSuffixes.insert, `AFTER INSERT ON ${quoteName(table)}`, [
      `DELETE FROM ${holder} WHERE ${ofNew}`,
    ]),
    trigger(kept.name + keptSuffixes.update, `AFTER UPDATE ON ${quoteName(table)} WHEN ${condition}`, actions),
  ]
}

function trigger(name: string, when: string, actions: readonly string[]): WatchText {
  const body = actions.map((action) => `  ${action};`).join('\n')
  return { name, sql: `CREATE TRIGGER ${quoteName(name)} ${when} BEGIN\n${body}\nEND` }
}

/**
 * The condition for the kept row of a row's key: of the same type, and equal byte by byte, whatever the table's own collations and
 * affinities are. The `+` takes the affinity off, so that the kept table's key is looked up and not scanned.
 */
export function matchKey(kept: Holder, row: string, keys: readonly string[]): string {
  return keys
    .map((name, index) => {
      const [held, value] = [`${quoteName(kept.name)}.${quoteName(kept.keys[index]!)}`, `${row}.${quoteName(name)}`]
      return `${held} = +${value} AND typeof(${held}) = typeof(${value})`
    })
    .join(' AND ')
}

function isSame(name: string): string {
  const [before, after] = [`OLD.${quoteName(name)}`, `NEW.${quoteName(name)}`]
  return `typeof(${before}) = typeof(${after}) AND +${before} COLLATE BINARY IS +${after}`
}

/** A watch as it stands in a schema. */
export interface LiveWatch {
  /** The table that holds what is kept. */
  readonly kept: string
  readonly table: string
  readonly triggers: readonly Trigger[]
  /** The columns of the key that it watches, in their order. */
  readonly keys: readonly string[]
  /** The column whose values it watches too. */
  readonly column?: string
}

/** The watches of a schema, by their reserved names. */
export function findWatches({ triggers }: Pick<Schema, 'triggers'>): readonly LiveWatch[] {
  const ours = triggers.filter((trigger) => isKept(trigger.name))
  return ours
    .filter((trigger) => foldName(trigger.name).endsWith(keptSuffixes.insert))
    .map((insert) => {
      const kept = insert.name.slice(0, -keptSuffixes.insert.length)
      const update = findByName(ours, kept + keptSuffixes.update)
      const group = update !== undefined && sameName(update.table, insert.table) ? [insert, update] : [insert]
      const keys = columnsRead([insert])
      const column = columnsRead(group).find((name) => !keys.includes(name))
      return { kept, table: insert.table, triggers: group, keys, ...(column !== undefined && { column }) }
    })
}

/** The columns after `NEW.` and `OLD.`, folded. */
function columnsRead(triggers: readonly Trigger[]): readonly string[] {
  const names = triggers.flatMap(({ sql }) => {
    const tokens = tokenize(sql)
    return tokens.flatMap((token, index) => {
      const isRow = (token.key === 'NEW' || token.key === 'OLD') && tokens[index + 1]?.key === '.'
      return isRow && tokens[index + 2] !== undefined ? [foldName(nameOf(tokens[index + 2]!))] : []
    })
  })
  return [...new Set(names)]
}

/** Why a watch can't be trusted any more; undefined where it stands as it was made. */
export function brokenWatch(kept: Holder, names: WatchedNames, schema: Schema): string | undefined {
  const live = findWatches(schema).find((one) => sameName(one.kept, kept.name))
  for (const { name, sql } of writeWatch(kept, names)) {
    const wanted = readObject({ type: 'trigger', name, tbl_name: names.table, sql })
    const found = live?.triggers.find((one) => sameName(one.name, name))
    if (found === undefined) return `trigger ${name} is gone, which watched whether its keys are used again`
    if (!sameName(found.table, names.table) || wanted.kind !== 'trigger' || wanted.normal !== found.normal) {
      return `trigger ${name} is not as it was made`
    }
  }
  return live === undefined ? undefined : overtaken(live, schema)
}

/** What a watch is made of, where it stands as it was made. */
export function intactWatch(live: LiveWatch, schema: Schema): KeptWatch | undefined {
  const holder = findHolder(live.kept, schema)
  if (holder === undefined) return undefined
  const { keys, column, kept } = live
  const watched = { keys, ...(column !== undefined && { column }) }
  const broken = brokenWatch(holder, { table: live.table, ...watched }, schema)
  return broken === undefined ? { name: kept, ...watched } : undefined
}

/** A table that holds kept values, as its primary key says it. */
export function findHolder(name: string, schema: Schema): Holder | undefined {
  const table = findByName(schema.tables, name)
  if (table?.primaryKey === undefined || !isKept(name)) return undefined
  return { name: table.name, keys: table.primaryKey.columns.map((part) => part.name) }
}

/**
 * Of the triggers on a table SQLite fires the newest first. One that came after the watch can give the new row another key before
 * the watch sees it, and take the kept value along.
 */
export function overtaken({ table, triggers }: LiveWatch, schema: Pick<Schema, 'triggers'>): string | undefined {
  const on = schema.triggers.filter((one) => sameName(one.table, table))
  const first = Math.min(...triggers.map((one) => on.indexOf(one)))
  const later = on.slice(first).find((one) => !isKept(one.name) && one.timing === 'AFTER' && one.event !== 'DELETE')
  return later === undefined ? undefined : `trigger ${later.name} fires before the one that watches its keys`
}

/** What a watch over kept values is made of. */
export function namesOf({ table, keys, column, why }: KeptColumn): WatchedNames {
  return { table, keys, ...(why === 'replaced' && { column }) }
}

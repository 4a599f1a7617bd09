import { type AutomaticKey, automaticKeys, isSameKey, type KeyPart } from '../diff/automatic-keys.ts'
import type { Change } from '../diff/change.ts'
import type { Table } from '../model/schema.ts'
import { quoteName, quoteText } from '../sql/quote.ts'
import { claim } from './claim.ts'
import { confirmKeys } from './confirm-keys.ts'
import type { Step, StepKind } from './step.ts'

export interface EditInput {
  /** The table as it stands in the catalog; its rows and columns are those of `to`. */
  readonly from: Table
  readonly to: Table
  readonly cause: Change
  readonly why: string
  /** The tables of ANALYZE that say something of this one. */
  readonly statistics: readonly string[]
  /** Names that are taken, folded; the working names are added. */
  readonly taken: Set<string>
}

/**
 * The statements that give a table another text in the catalog, and the indexes of its keys: those that both texts have keep their
 * pages, new ones are built beside the table, which sorts, and become the constraint's, and the others become ordinary indexes and go.
 * https://www.sqlite.org/pragma.html#pragma_writable_schema
 *
 * An UPDATE of the catalog does not tell SQLite that the schema has changed. So a table comes before it, and goes after the catalog has
 * been read again: the first makes other connections read the schema anew, the second makes this one do so after a rollback.
 */
export function editCatalog({ from, to, cause, why, statistics, taken }: EditInput): readonly Step[] {
  const table = quoteName(from.name)
  const step = (kind: StepKind, sql: string, reason: string): Step => ({
    kind,
    object: from.name,
    sql,
    why: reason,
    cause,
  })
  const edit = (sql: string, reason: string): Step => step('edit-catalog', sql, reason)
  const [before, after] = [withIndex(from), withIndex(to)]
  const moves: Move[] = []
  const built: Step[] = []
  const left = [...before]
  for (const key of after) {
    const at = left.findIndex((one) => isSameKey(one, key))
    if (at >= 0) {
      const [same] = left.splice(at, 1)
      if (same!.name !== key.name) moves.push({ from: same!.name, to: key.name })
      continue
    }
    const name = claim(`_schema_key_${from.name}`, taken)
    moves.push({ from: name, to: key.name })
    built.push(
      step(
        'build-key',
        `CREATE UNIQUE INDEX ${quoteName(name)} ON ${table} (${writeParts(key.columns)})`,
        `builds the index of ${labelOf(key)} at once, sorted`,
      ),
    )
  }
  const gone = left.map((key) => ({ key, name: claim(`_schema_gone_${from.name}`, taken) }))
  for (const { key, name } of gone) {
    const text = `CREATE UNIQUE INDEX ${quoteName(name)} ON ${table} (${writeParts(key.columns)})`
    moves.push({ from: key.name, to: name, text })
  }
  const mark = claim('_schema_edit', taken)
  const renamed = moves.filter((move) => move.text === undefined)
  return [
    ...statistics.flatMap((name) => moveStatistics(name)),
    ...built,
    edit(`CREATE TABLE ${quoteName(mark)} (x)`, 'tells other connections that the schema changes'),
    edit('PRAGMA writable_schema = ON', 'lets the next statements edit the catalog'),
    ...(moves.length === 0 ? [] : [edit(moveIndexes(from, moves), describeMoves(after, renamed, gone.length))]),
    edit(
      `UPDATE main.sqlite_schema SET sql = ${quoteText(to.sql)} WHERE type = 'table' AND name = ${quoteText(from.name)}`,
      why,
    ),
    edit('PRAGMA writable_schema = RESET', 'reads the catalog again'),
    {
      ...edit(`DROP TABLE ${quoteName(mark)}`, 'tells this connection that the schema has changed'),
      confirm: confirmKeys(to, after),
    },
    ...gone.map(({ key, name }) =>
      step('drop-key', `DROP INDEX ${quoteName(name)}`, `no constraint has ${labelOf(key)} any more`),
    ),
  ]

  function wasThere(move: Move): boolean {
    return before.some((key) => key.name === move.from)
  }

  /** What ANALYZE knows of an index goes where the index goes. */
  function moveStatistics(name: string): readonly Step[] {
    const of = `WHERE tbl = ${quoteText(from.name)} AND idx IN`
    const names = (list: readonly Move[]): string => list.map((move) => quoteText(move.from)).join(', ')
    const keeping = (sql: string): Step => ({
      kind: 'keep-statistics',
      object: name,
      sql,
      why: "ANALYZE's statistics stay with the indexes that they are about",
      cause,
    })
    const [lost, kept] = [moves.filter((move) => move.text !== undefined), renamed.filter(wasThere)]
    return [
      ...(lost.length === 0 ? [] : [keeping(`DELETE FROM ${name} ${of} (${names(lost)})`)]),
      ...(kept.length === 0
        ? []
        : [keeping(`UPDATE ${name} SET idx = CASE idx ${whens(kept, (move) => move.to)} END ${of} (${names(kept)})`)]),
    ]
  }
}

/** An index that gets another name, and a text of its own where it is no constraint's any more. */
interface Move {
  readonly from: string
  readonly to: string
  readonly text?: string
}

/** In one statement: two indexes may have to change their names with each other. */
function moveIndexes({ name }: Table, moves: readonly Move[]): string {
  const names = moves.map((move) => quoteText(move.from)).join(', ')
  const texts = moves.filter((move) => move.text !== undefined)
  const text = texts.length === 0 ? 'NULL' : `CASE name ${whens(texts, (move) => move.text!)} END`
  return (
    `UPDATE main.sqlite_schema SET name = CASE name ${whens(moves, (move) => move.to)} END, sql = ${text} ` +
    `WHERE type = 'index' AND tbl_name = ${quoteText(name)} AND name IN (${names})`
  )
}

function whens(moves: readonly Move[], value: (move: Move) => string): string {
  return moves.map((move) => `WHEN ${quoteText(move.from)} THEN ${quoteText(value(move))}`).join(' ')
}

function describeMoves(after: readonly AutomaticKey[], renamed: readonly Move[], gone: number): string {
  const adopted = after.filter((key) => renamed.some((move) => move.to === key.name)).map(labelOf)
  const parts = [
    ...(adopted.length > 0 ? [`gives the indexes of ${adopted.join(', ')} to the constraints`] : []),
    ...(gone > 0 ? [`takes ${gone} from constraints that go`] : []),
  ]
  return parts.join(', and ')
}

function withIndex(table: Table): readonly AutomaticKey[] {
  return automaticKeys(table).filter((key) => !key.isTable)
}

/** The collation is said, since that of the column may be about to change. */
function writeParts(parts: readonly KeyPart[]): string {
  return parts
    .map(
      ({ name, collation, order }) =>
        `${quoteName(name)} COLLATE ${quoteName(collation)}${order === 'DESC' ? ' DESC' : ''}`,
    )
    .join(', ')
}

function labelOf({ columns }: AutomaticKey): string {
  return `(${columns.map(({ name }) => name).join(', ')})`
}

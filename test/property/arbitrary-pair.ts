import fc from 'fast-check'
import { type Edit, edit, fillable } from './arbitrary-edits.ts'
import { schemaModel } from './arbitrary-schema.ts'
import { type Hint, rememberNames, renamedSince } from './rename-model.ts'
import {
  columnNames,
  laterColumnNames,
  laterTableNames,
  type RowModel,
  type SchemaModel,
  tableNames,
  virtualNames,
} from './schema-model.ts'
import { settle } from './settle.ts'
import { type Ddl, writeModel } from './write-model.ts'

/** How the handle is set that is handed in. */
export interface HandleSettings {
  readonly foreignKeys: boolean
  readonly legacyAlterTable: boolean
  readonly recursiveTriggers: boolean
  readonly safeIntegers: boolean
  /** Whether the caller has a transaction under way; then foreign keys are off, else rebuilding is refused. */
  readonly inTransaction: boolean
}

/** Two schemas, the rows of the first, and the handle on which the one is to become the other. */
export interface Pair {
  readonly from: Ddl
  readonly to: Ddl
  readonly rows: Readonly<Record<string, readonly RowModel[]>>
  /** The tables whose last row is deleted again, so that it leaves a gap behind. */
  readonly shortened: readonly string[]
  readonly analyzed: boolean
  /** Whether the second schema is the first one, edited. */
  readonly edited: boolean
  /** What the edits have renamed. */
  readonly hints: readonly Hint[]
  /** Whether comments in the second schema say so; else it is said beside it. */
  readonly saysRenames: boolean
  /** Whether rows are given a value where a column is, or becomes, NOT NULL. */
  readonly fills: boolean
  /** Whether rows that do not fit the second schema are taken away beforehand. */
  readonly mended: boolean
  readonly settings: HandleSettings
}

const value = fc.constantFrom(
  'NULL',
  '0',
  '1',
  '2',
  "'x1'",
  "'X1'",
  "'12'",
  "'007'",
  "' 1'",
  "'1e2'",
  "''",
  '1.0',
  '1.5',
  '-3',
  '9007199254740993',
  "x'00ff'",
  "x'31'",
  "'fired'",
)

const row: fc.Arbitrary<RowModel> = fc.record({
  step: fc.oneof(
    { weight: 20, arbitrary: fc.constant(1n) },
    { weight: 1, arbitrary: fc.constantFrom(2n, 7n, -20n, 9007199254740993n) },
  ),
  odd: fc.oneof(
    { weight: 14, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(fc.record({ column: fc.constantFrom(...columnNames), value }), {
        minLength: 1,
        maxLength: 2,
      }),
    },
  ),
})

const rows = fc.record(
  Object.fromEntries([...tableNames, ...virtualNames].map((name) => [name, fc.array(row, { maxLength: 6 })])),
)

const settings: fc.Arbitrary<HandleSettings> = fc
  .record({
    foreignKeys: fc.boolean(),
    legacyAlterTable: fc.nat(5).map((n) => n === 5),
    recursiveTriggers: fc.nat(5).map((n) => n === 5),
    safeIntegers: fc.nat(5).map((n) => n === 5),
    inTransaction: fc.nat(11).map((n) => n === 11),
  })
  .map((made) => ({ ...made, foreignKeys: made.foreignKeys && !made.inTransaction }))

const edits: fc.Arbitrary<(model: SchemaModel) => SchemaModel> = fc
  .array(edit, { minLength: 1, maxLength: 4 })
  .map((list: readonly Edit[]) => (model: SchemaModel) => list.reduce((done, one) => one(done), model))

function filled(model: SchemaModel): SchemaModel {
  return { ...model, tables: model.tables.map((table) => ({ ...table, columns: table.columns.map(fillable) })) }
}

/** In six of seven pairs the second schema is the first, edited. */
const second: fc.Arbitrary<{ readonly edited: boolean; readonly make: (model: SchemaModel) => SchemaModel }> = fc.oneof(
  { weight: 6, arbitrary: edits.map((make) => ({ edited: true, make })) },
  { weight: 1, arbitrary: schemaModel.map((model) => ({ edited: false, make: () => filled(model) })) },
)

export const pair: fc.Arbitrary<Pair> = fc
  .record({
    first: schemaModel,
    second,
    rows,
    even: fc.boolean(),
    shortened: fc.nat(5).chain((n) => fc.subarray([...tableNames], { maxLength: n === 5 ? 2 : 0 })),
    analyzed: fc.nat(5).map((n) => n === 5),
    comments: fc.boolean(),
    fills: fc.nat(7).map((n) => n < 7),
    mended: fc.nat(3).map((n) => n < 3),
    settings,
  })
  .map(({ first, second, even, rows: some, comments, ...rest }): Pair => {
    const after = second.make(rememberNames(first))
    const hints = renamedSince(after)
    // What a schema goes on saying when it has been done can't ask for a swap twice, nor for a name that is in use.
    const saysRenames = comments && hints.every((hint) => isLater(hint.to))
    const made = {
      from: settle(writeModel(first), first.keepsBroken),
      to: settle(writeModel(after, saysRenames), after.keepsBroken),
      rows: even ? evened(some) : some,
      edited: second.edited,
      hints,
      saysRenames,
      ...rest,
    }
    return Object.assign(made, { [fc.toStringMethod]: () => describePair(made) })
  })

function isLater(name: string): boolean {
  return [...laterTableNames, ...laterColumnNames].some((later) => later === name)
}

/** As many rows in each table, so that children have parents. */
function evened(some: Readonly<Record<string, readonly RowModel[]>>): Pair['rows'] {
  const longest = Math.max(...Object.values(some).map((list) => list.length))
  const usual = Array.from({ length: longest }, (): RowModel => ({ step: 1n, odd: [] }))
  return Object.fromEntries(Object.entries(some).map(([name, list]) => [name, [...list, ...usual.slice(list.length)]]))
}

export function scriptOf(ddl: Ddl): string {
  return [...ddl.tables, ...ddl.indexes, ...ddl.views, ...ddl.triggers].map((sql) => `${sql};\n`).join('')
}

export function describePair(pair: Pair): string {
  const { from, to, rows: rowsOf, shortened, analyzed, hints, saysRenames, fills, mended, settings: made } = pair
  const some = Object.entries(rowsOf).filter(([, list]) => list.length > 0)
  const rest = fc.stringify({
    rows: Object.fromEntries(some),
    shortened,
    analyzed,
    hints,
    saysRenames,
    fills,
    mended,
    settings: made,
  })
  return `\n-- from\n${scriptOf(from)}-- to\n${scriptOf(to)}-- ${rest}\n`
}

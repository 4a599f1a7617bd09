import fc from 'fast-check'
import {
  type CheckModel,
  type ColumnModel,
  columnNames,
  type ForeignKeyModel,
  type IndexModel,
  type PrimaryKeyModel,
  type SchemaModel,
  type TableModel,
  type TriggerModel,
  tableNames,
  type UniqueModel,
  type ViewModel,
  type VirtualTableModel,
  virtualNames,
} from './schema-model.ts'

/** Mostly undefined: what a schema rarely says. */
function rarely<T>(value: fc.Arbitrary<T>, weight = 1, of = 8): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: of - weight, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value })
}

function chance(weight: number, of: number): fc.Arbitrary<boolean> {
  return fc.oneof({ weight: of - weight, arbitrary: fc.constant(false) }, { weight, arbitrary: fc.constant(true) })
}

const someTable = fc.constantFrom(...tableNames)
const someVirtual = fc.constantFrom(...virtualNames)
const someColumn = fc.constantFrom(...columnNames)
const someSource = fc.constantFrom(...tableNames, 'v1', 'v2')
const someColumns = fc.uniqueArray(someColumn, { minLength: 1, maxLength: 3 })
const constraintName = rarely(fc.constantFrom('c1', 'c2', 'c3', 'c4'), 1, 3)
const conflictAction = rarely(fc.constantFrom('ABORT', 'IGNORE', 'REPLACE', 'FAIL', 'ROLLBACK'), 1, 8)
const collation = fc.constantFrom('NOCASE', 'RTRIM', 'BINARY')

export const columnType: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('INTEGER') },
  { weight: 4, arbitrary: fc.constant('TEXT') },
  {
    weight: 4,
    arbitrary: fc.constantFrom('VARCHAR(20)', 'VARCHAR(40)', 'REAL', 'BOOLEAN', 'NUMERIC', 'BLOB', '', 'INT'),
  },
)

export const columnDefault: fc.Arbitrary<string> = fc.constantFrom(
  '0',
  "'x'",
  '1',
  'TRUE',
  '-5',
  '1.5',
  "'o''k'",
  'foo',
  "x'00ff'",
  'NULL',
  'CURRENT_TIMESTAMP',
  '(1 + 1)',
  "('p' || 'q')",
)

const predicate = fc.constantFrom(
  '? IS NOT 99',
  "? <> 'never'",
  'length(?) < 60',
  "typeof(?) <> 'blob' OR length(?) < 9",
)

/** A column that can be added to a table with rows. */
export const columnModel: fc.Arbitrary<ColumnModel> = fc
  .record({
    name: someColumn,
    type: columnType,
    notNull: rarely(fc.record({ name: rarely(constraintName, 1, 4), onConflict: conflictAction }), 1, 4),
    default: rarely(columnDefault, 1, 3),
    collation: rarely(collation, 1, 6),
    generated: rarely(
      fc.record({
        template: fc.constantFrom('?', "? || 'g'", 'length(?)', 'coalesce(?, 7)', 'upper(?)'),
        of: someColumn,
        stored: fc.boolean(),
      }),
      1,
      8,
    ),
    valueName: rarely(constraintName, 1, 4),
    mayBeNull: chance(3, 4),
  })
  .map(({ mayBeNull, ...column }) => ({
    ...column,
    notNull: column.generated === undefined || !mayBeNull ? column.notNull : undefined,
  }))

const ofKey = {
  name: constraintName,
  atColumn: fc.boolean(),
  onConflict: conflictAction,
  collation: rarely(collation, 1, 10),
}

export const primaryKeyModel: fc.Arbitrary<PrimaryKeyModel | undefined> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  {
    weight: 4,
    arbitrary: fc.record({
      columns: fc.tuple(someColumn),
      rowid: fc.constant(true),
      autoincrement: chance(1, 3),
      descending: chance(1, 10),
      ...ofKey,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      columns: someColumns,
      rowid: fc.constant(false),
      autoincrement: fc.constant(false),
      descending: chance(1, 6),
      ...ofKey,
    }),
  },
)

export const uniqueModel: fc.Arbitrary<UniqueModel> = fc.record({
  columns: someColumns,
  name: constraintName,
  onConflict: conflictAction,
  collation: rarely(collation, 1, 8),
  descending: chance(1, 8),
  atColumn: fc.boolean(),
})

export const checkModel: fc.Arbitrary<CheckModel> = fc.record({
  template: fc.oneof({ weight: 4, arbitrary: predicate }, { weight: 1, arbitrary: fc.constant('@.? IS NOT 98') }),
  of: someColumn,
  name: constraintName,
  atColumn: fc.boolean(),
})

const action = rarely(fc.constantFrom('CASCADE', 'SET NULL', 'SET DEFAULT', 'RESTRICT', 'NO ACTION'), 1, 2)

export const foreignKeyModel: fc.Arbitrary<ForeignKeyModel> = fc.record({
  columns: fc.uniqueArray(someColumn, { minLength: 1, maxLength: 4 }),
  table: someTable,
  key: fc.nat(3),
  implied: fc.boolean(),
  onDelete: action,
  onUpdate: action,
  match: rarely(fc.constantFrom('SIMPLE', 'FULL', 'PARTIAL'), 1, 8),
  deferral: rarely(
    fc.constantFrom(
      'DEFERRABLE INITIALLY DEFERRED',
      'DEFERRABLE',
      'DEFERRABLE INITIALLY IMMEDIATE',
      'NOT DEFERRABLE INITIALLY DEFERRED',
    ),
    1,
    4,
  ),
  name: constraintName,
  atColumn: fc.boolean(),
  dangling: chance(1, 20),
})

export const tableModel: fc.Arbitrary<TableModel> = fc.record({
  name: someTable,
  columns: fc.uniqueArray(columnModel, { minLength: 1, maxLength: 6, selector: (column) => column.name }),
  primaryKey: primaryKeyModel,
  uniques: fc.array(uniqueModel, { maxLength: 2 }),
  checks: fc.array(checkModel, { maxLength: 2 }),
  foreignKeys: fc.array(foreignKeyModel, { maxLength: 2 }),
  strict: chance(1, 8),
  withoutRowid: chance(1, 6),
  spelling: fc.oneof(
    { weight: 5, arbitrary: fc.constant('plain' as const) },
    { weight: 3, arbitrary: fc.constantFrom('quoted' as const, 'shouting' as const, 'commented' as const) },
  ),
})

export const indexModel: fc.Arbitrary<IndexModel> = fc.record({
  name: fc.constantFrom('i1', 'i2', 'i3', 'i4'),
  table: someTable,
  unique: chance(1, 4),
  parts: fc.array(
    fc.record({
      of: someColumn,
      template: fc.oneof(
        { weight: 4, arbitrary: fc.constant('?') },
        { weight: 1, arbitrary: fc.constantFrom('lower(?)', "? || 'k'") },
      ),
      collation: rarely(collation, 1, 5),
      descending: chance(1, 3),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  where: rarely(fc.record({ template: predicate, of: someColumn }), 1, 4),
})

export const viewModel: fc.Arbitrary<ViewModel> = fc.record({
  name: fc.constantFrom('v1', 'v2', 'v3'),
  source: someSource,
  columns: fc.oneof(fc.constant('*' as const), someColumns),
  where: rarely(fc.record({ template: predicate, of: someColumn }), 1, 4),
  joined: rarely(someSource, 1, 5),
  form: fc.constantFrom('plain', 'plain', 'plain', 'with', 'union'),
  lists: chance(1, 4),
})

export const triggerModel: fc.Arbitrary<TriggerModel> = fc.record({
  name: fc.constantFrom('g1', 'g2', 'g3', 'g4', 'g5'),
  on: fc.oneof({ weight: 4, arbitrary: someTable }, { weight: 1, arbitrary: fc.constantFrom('v1', 'v2', 'v3') }),
  timing: fc.constantFrom('AFTER', 'BEFORE'),
  event: fc.constantFrom('INSERT', 'UPDATE', 'DELETE'),
  of: rarely(someColumn, 1, 2),
  forEachRow: chance(1, 4),
  body: fc.array(
    fc.record({
      kind: fc.constantFrom('raise', 'insert', 'insert-star', 'replace', 'update', 'delete'),
      table: fc.oneof({ weight: 6, arbitrary: someTable }, { weight: 1, arbitrary: someVirtual }),
      column: someColumn,
    }),
    { minLength: 1, maxLength: 2 },
  ),
})

export const virtualTableModel: fc.Arbitrary<VirtualTableModel> = fc.record({
  name: someVirtual,
  columns: someColumns,
  options: rarely(
    fc.constantFrom(
      "tokenize = 'porter'",
      "prefix = '2 3'",
      'tokenize = "unicode61 tokenchars \'-\'"',
      'columnsize = 0',
    ),
    1,
    2,
  ),
})

export const schemaModel: fc.Arbitrary<SchemaModel> = fc.record({
  tables: fc.uniqueArray(tableModel, { minLength: 1, maxLength: 4, selector: (table) => table.name }),
  indexes: fc.uniqueArray(indexModel, { maxLength: 3, selector: (index) => index.name }),
  views: fc.uniqueArray(viewModel, { maxLength: 3, selector: (view) => view.name }),
  triggers: fc.uniqueArray(triggerModel, { maxLength: 5, selector: (trigger) => trigger.name }),
  virtualTables: fc.oneof(
    { weight: 7, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.uniqueArray(virtualTableModel, { minLength: 1, maxLength: 2, selector: (table) => table.name }),
    },
  ),
  keepsBroken: chance(1, 20),
})

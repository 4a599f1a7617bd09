import fc from 'fast-check'
import {
  checkModel,
  columnDefault,
  columnModel,
  columnType,
  foreignKeyModel,
  indexModel,
  primaryKeyModel,
  tableModel,
  triggerModel,
  uniqueModel,
  viewModel,
  virtualTableModel,
} from './arbitrary-schema.ts'
import { renameColumn, renameTable } from './rename-model.ts'
import {
  type ColumnModel,
  laterColumnNames,
  laterTableNames,
  type SchemaModel,
  type TableModel,
} from './schema-model.ts'

/** A change to a schema; where there is nothing to change, it changes nothing. */
export type Edit = (model: SchemaModel) => SchemaModel

const place = fc.nat(11)

/** An edit of one table. */
function ofTable<T>(payload: fc.Arbitrary<T>, edit: (table: TableModel, value: T) => TableModel): fc.Arbitrary<Edit> {
  return fc.tuple(place, payload).map(
    ([at, value]): Edit =>
      (model) => {
        const index = at % Math.max(1, model.tables.length)
        return { ...model, tables: model.tables.map((table, i) => (i === index ? edit(table, value) : table)) }
      },
  )
}

/** An edit of one column. */
function ofColumn<T>(
  payload: fc.Arbitrary<T>,
  edit: (column: ColumnModel, value: T) => ColumnModel,
): fc.Arbitrary<Edit> {
  return ofTable(fc.tuple(place, payload), (table, [at, value]) => ({
    ...table,
    columns: table.columns.map((column, index) => (index === at % table.columns.length ? edit(column, value) : column)),
  }))
}

/** Adds an item, or takes one away; an item of a name that is there takes its place. */
function inList<Key extends 'indexes' | 'views' | 'triggers' | 'virtualTables'>(
  key: Key,
  item: fc.Arbitrary<SchemaModel[Key][number]>,
): fc.Arbitrary<Edit> {
  return fc.tuple(place, fc.nat(2), item).map(
    ([at, drops, value]): Edit =>
      (model) => {
        const list = model[key] as readonly { readonly name: string }[]
        if (drops === 0) return { ...model, [key]: list.filter((_, index) => index !== at % Math.max(1, list.length)) }
        const index = list.findIndex((one) => one.name === value.name)
        return { ...model, [key]: index < 0 ? [...list, value] : list.map((one, i) => (i === index ? value : one)) }
      },
  )
}

function inTable<Key extends 'uniques' | 'checks' | 'foreignKeys'>(
  key: Key,
  item: fc.Arbitrary<TableModel[Key][number]>,
): fc.Arbitrary<Edit> {
  return ofTable(fc.tuple(fc.nat(2), item), (table, [drops, value]) => ({
    ...table,
    [key]: drops === 0 ? table[key].slice(1) : [...table[key], value],
  }))
}

const addColumn = ofTable(fc.tuple(columnModel, place), (table, [column, at]) => {
  if (table.columns.some((one) => one.name === column.name)) return table
  const columns = [...table.columns]
  columns.splice(at % 3 === 0 ? at % (columns.length + 1) : columns.length, 0, fillable(column))
  return { ...table, columns }
})

/** NOT NULL without a default can be given to no row that exists; rarely that is wanted too. */
export function fillable(column: ColumnModel): ColumnModel {
  return column.notNull === undefined || column.default !== undefined || column.name === 'f'
    ? column
    : { ...column, default: "'filled'" }
}

const dropColumn = ofTable(place, (table, at) =>
  table.columns.length === 1
    ? table
    : { ...table, columns: table.columns.filter((_, index) => index !== at % table.columns.length) },
)

/** A column that ALTER TABLE ADD COLUMN can add. */
const appendColumn = ofTable(columnModel, (table, column) =>
  table.columns.some((one) => one.name === column.name)
    ? table
    : { ...table, columns: [...table.columns, { ...column, notNull: undefined, default: undefined }] },
)

/** A new name that nothing has, or, to swap the two, that of another table; rarely one that goes for it. */
const renameSomeTable = fc.tuple(place, place, fc.constantFrom(...laterTableNames), fc.nat(5)).map(
  ([at, other, free, how]): Edit =>
    (model) => {
      const names = [...model.tables, ...model.virtualTables].map((table) => table.name)
      const from = names[at % names.length]!
      const to = names[other % names.length]!
      if (how > 1 || from === to) return names.includes(free) ? model : renameTable(model, from, free)
      return renameTable(how === 0 ? model : without(model, to), from, to)
    },
)

function without(model: SchemaModel, table: string): SchemaModel {
  return { ...model, tables: model.tables.filter((one) => one.name !== table) }
}

/** The same for columns. */
const renameSomeColumn = fc.tuple(place, place, place, fc.constantFrom(...laterColumnNames), fc.nat(5)).map(
  ([at, column, other, free, how]): Edit =>
    (model) => {
      const table = model.tables[at % Math.max(1, model.tables.length)]
      if (table === undefined) return model
      const names = table.columns.map((one) => one.name)
      const from = names[column % names.length]!
      const to = names[other % names.length]!
      if (how > 1 || from === to) return names.includes(free) ? model : renameColumn(model, table.name, from, free)
      const left = {
        ...model,
        tables: model.tables.map((one) =>
          one === table ? { ...one, columns: one.columns.filter(({ name }) => name !== to) } : one,
        ),
      }
      return renameColumn(how === 0 ? model : left, table.name, from, to)
    },
)

/** Another definition under the same name. */
const changeIndex = fc.tuple(place, indexModel).map(
  ([at, { unique, parts, where }]): Edit =>
    (model) => ({
      ...model,
      indexes: model.indexes.map((index, i) =>
        i === at % model.indexes.length ? { ...index, unique, parts, where } : index,
      ),
    }),
)

const changeView = fc.tuple(place, viewModel).map(
  ([at, { columns, where, form, lists }]): Edit =>
    (model) => ({
      ...model,
      views: model.views.map((view, i) =>
        i === at % model.views.length ? { ...view, columns, where, form, lists } : view,
      ),
    }),
)

export const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: addColumn },
  { weight: 5, arbitrary: appendColumn },
  { weight: 4, arbitrary: dropColumn },
  { weight: 2, arbitrary: ofColumn(columnType, (column, type) => ({ ...column, type })) },
  {
    weight: 2,
    arbitrary: ofColumn(fc.boolean(), (column, named) => ({
      ...column,
      notNull: column.notNull ? undefined : { name: named ? 'c5' : undefined, onConflict: undefined },
    })),
  },
  {
    weight: 2,
    arbitrary: ofColumn(columnDefault, (column, value) => ({
      ...column,
      default: column.default === value ? undefined : value,
    })),
  },
  {
    weight: 2,
    arbitrary: ofColumn(fc.constantFrom('NOCASE', 'RTRIM', undefined), (column, collation) => ({
      ...column,
      collation,
    })),
  },
  {
    weight: 2,
    arbitrary: ofColumn(columnModel, (column, { generated, valueName }) => ({ ...column, generated, valueName })),
  },
  { weight: 2, arbitrary: ofTable(primaryKeyModel, (table, primaryKey) => ({ ...table, primaryKey })) },
  { weight: 2, arbitrary: inTable('uniques', uniqueModel) },
  { weight: 3, arbitrary: inTable('checks', checkModel) },
  { weight: 3, arbitrary: inTable('foreignKeys', foreignKeyModel) },
  {
    weight: 1,
    arbitrary: ofTable(fc.boolean(), (table, strict) =>
      strict ? { ...table, strict: !table.strict } : { ...table, withoutRowid: !table.withoutRowid },
    ),
  },
  {
    weight: 1,
    arbitrary: ofTable(fc.constantFrom('plain', 'quoted', 'shouting', 'commented'), (table, spelling) => ({
      ...table,
      spelling,
    })),
  },
  { weight: 1, arbitrary: ofTable(place, (table, at) => ({ ...table, columns: rotated(table.columns, at) })) },
  {
    weight: 2,
    arbitrary: tableModel.map(
      (table): Edit =>
        (model) => ({
          ...model,
          tables: model.tables.some((one) => one.name === table.name) ? model.tables : [...model.tables, table],
        }),
    ),
  },
  {
    weight: 1,
    arbitrary: place.map(
      (at): Edit =>
        (model) => ({
          ...model,
          tables: model.tables.filter((_, index) => model.tables.length === 1 || index !== at % model.tables.length),
        }),
    ),
  },
  { weight: 4, arbitrary: inList('indexes', indexModel) },
  { weight: 2, arbitrary: changeIndex },
  { weight: 3, arbitrary: inList('views', viewModel) },
  { weight: 2, arbitrary: changeView },
  { weight: 1, arbitrary: inList('virtualTables', virtualTableModel) },
  { weight: 5, arbitrary: renameSomeTable },
  { weight: 6, arbitrary: renameSomeColumn },
  { weight: 4, arbitrary: inList('triggers', triggerModel) },
)

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const at = by % list.length
  return [...list.slice(at), ...list.slice(0, at)]
}

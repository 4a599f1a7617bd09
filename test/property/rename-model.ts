import type { SchemaModel, TableModel } from './schema-model.ts'

type Naming = (name: string) => string

/** Gives a table, or a virtual one, another name, and everything that says it; one that has the name already takes the old one. */
export function renameTable(model: SchemaModel, from: string, to: string): SchemaModel {
  const name = exchange(from, to)
  return {
    ...model,
    tables: model.tables.map((table) => ({
      ...table,
      name: name(table.name),
      foreignKeys: table.foreignKeys.map((key) => ({ ...key, table: name(key.table) })),
    })),
    virtualTables: model.virtualTables.map((table) => ({ ...table, name: name(table.name) })),
    indexes: model.indexes.map((index) => ({ ...index, table: name(index.table) })),
    views: model.views.map((view) => ({
      ...view,
      source: name(view.source),
      joined: view.joined && name(view.joined),
    })),
    triggers: model.triggers.map((trigger) => ({
      ...trigger,
      on: name(trigger.on),
      body: trigger.body.map((step) => ({ ...step, table: name(step.table) })),
    })),
  }
}

/** The same for a column. What reads it through a view over a view is left as it is, and may lose it. */
export function renameColumn(model: SchemaModel, table: string, from: string, to: string): SchemaModel {
  const name = exchange(from, to)
  const inside = (owner: string): Naming => (owner === table ? name : (one) => one)
  return {
    ...model,
    tables: model.tables.map((one) => (one.name === table ? renameInTable(one, name) : one)),
    indexes: model.indexes.map((index) => ({
      ...index,
      parts: index.parts.map((part) => ({ ...part, of: inside(index.table)(part.of) })),
      where: index.where && { ...index.where, of: inside(index.table)(index.where.of) },
    })),
    views: model.views.map((view) => ({
      ...view,
      columns: view.columns === '*' ? '*' : view.columns.map(inside(view.source)),
      where: view.where && { ...view.where, of: inside(view.source)(view.where.of) },
    })),
    triggers: model.triggers.map((trigger) => ({
      ...trigger,
      of: trigger.of && inside(trigger.on)(trigger.of),
      body: trigger.body.map((step) => ({ ...step, column: inside(step.table)(step.column) })),
    })),
  }
}

function renameInTable(table: TableModel, name: Naming): TableModel {
  return {
    ...table,
    columns: table.columns.map((column) => ({
      ...column,
      name: name(column.name),
      generated: column.generated && { ...column.generated, of: name(column.generated.of) },
    })),
    primaryKey: table.primaryKey && { ...table.primaryKey, columns: table.primaryKey.columns.map(name) },
    uniques: table.uniques.map((unique) => ({ ...unique, columns: unique.columns.map(name) })),
    checks: table.checks.map((check) => ({ ...check, of: name(check.of) })),
    foreignKeys: table.foreignKeys.map((key) => ({ ...key, columns: key.columns.map(name) })),
  }
}

function exchange(from: string, to: string): Naming {
  return (name) => (name === from ? to : name === to ? from : name)
}

/** Notes the names that everything has, so that it can be told afterwards what has been renamed. */
export function rememberNames(model: SchemaModel): SchemaModel {
  return {
    ...model,
    tables: model.tables.map((table) => ({
      ...table,
      was: table.name,
      columns: table.columns.map((column) => ({ ...column, was: column.name })),
    })),
    virtualTables: model.virtualTables.map((table) => ({ ...table, was: table.name })),
  }
}

/** What somebody says who has renamed it. */
export interface Hint {
  readonly table: string
  readonly column?: string
  readonly to: string
}

/** The names that are others than they were. Tables are called by their new names. */
export function renamedSince(model: SchemaModel): readonly Hint[] {
  return [
    ...[...model.tables, ...model.virtualTables].flatMap(({ name, was }) =>
      was === undefined || was === name ? [] : [{ table: was, to: name }],
    ),
    ...model.tables.flatMap((table) =>
      table.columns.flatMap(({ name, was }) =>
        was === undefined || was === name ? [] : [{ table: table.name, column: was, to: name }],
      ),
    ),
  ]
}

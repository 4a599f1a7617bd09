import type { Change } from '../diff/change.ts'
import type { Column, KeyColumn, PrimaryKey, Unique } from '../model/schema.ts'
import { writeColumn, writeReferences } from '../sql/write-column.ts'
import { count, printable } from './printable.ts'

/** A change as a line under its object: what came (+), went (-) or is different (~), what it is, and how. */
export interface ChangeLine {
  readonly mark: '+' | '-' | '~'
  readonly what: string
  readonly text: string
  /** The table, view or virtual table under which it is shown. */
  readonly owner: string
}

export function describeChange(change: Change): ChangeLine {
  const line = describe(change)
  return { ...line, text: printable(line.text.replace(/\s+/g, ' ')) }
}

function describe(change: Change): ChangeLine {
  switch (change.kind) {
    case 'rename-table':
      return line('~', 'renamed', `${change.from} → ${change.to}`, change.to)
    case 'rename-column':
      return line('~', 'renamed', `${change.from} → ${change.to}`, change.table)
    case 'create-table':
      return line('+', 'table', count(change.table.columns.length, 'column'), change.table.name)
    case 'drop-table':
      return line('-', 'table', count(change.table.columns.length, 'column'), change.table.name)
    case 'create-virtual-table':
      return line('+', 'table', `virtual, using ${change.table.module}`, change.table.name)
    case 'drop-virtual-table':
      return line('-', 'table', `virtual, using ${change.table.module}`, change.table.name)
    case 'change-virtual-table':
      return line('~', 'table', `virtual, using ${change.to.module}`, change.to.name)
    case 'change-table-options':
      return line('~', 'options', `${optionsOf(change.from)} → ${optionsOf(change.to)}`, change.table)
    case 'add-column':
      return line('+', 'column', writeColumn(change.column, [], []), change.table)
    case 'drop-column':
      return line('-', 'column', writeColumn(change.column, [], []), change.table)
    case 'change-type':
      return line(
        '~',
        'column',
        `${change.to.name}: ${change.from.type || 'no type'} → ${change.to.type || 'no type'}`,
        change.table,
      )
    case 'change-not-null':
      return line(
        '~',
        'column',
        `${change.to.name}: ${nullability(change.from)} → ${nullability(change.to)}`,
        change.table,
      )
    case 'change-default':
      return line('~', 'column', `${change.to.name}: ${defaultOf(change.from)} → ${defaultOf(change.to)}`, change.table)
    case 'change-collation':
      return line(
        '~',
        'column',
        `${change.to.name}: ${collationOf(change.from)} → ${collationOf(change.to)}`,
        change.table,
      )
    case 'change-generated':
      return line(
        '~',
        'column',
        `${change.to.name}: ${generatedOf(change.from)} → ${generatedOf(change.to)}`,
        change.table,
      )
    case 'change-primary-key':
      return line('~', 'key', `${primaryKey(change.from)} → ${primaryKey(change.to)}`, change.table)
    case 'add-unique':
      return line('+', 'unique', unique(change.constraint), change.table)
    case 'drop-unique':
      return line('-', 'unique', unique(change.constraint), change.table)
    case 'add-check':
    case 'drop-check': {
      const { name, expression } = change.constraint
      return line(change.kind === 'add-check' ? '+' : '-', 'check', `${named(name)}(${expression.text})`, change.table)
    }
    case 'add-foreign-key':
    case 'drop-foreign-key': {
      const { constraint } = change
      const text = `${named(constraint.name)}(${constraint.columns.join(', ')}) ${writeReferences(constraint)}`
      return line(change.kind === 'add-foreign-key' ? '+' : '-', 'foreign', text, change.table)
    }
    case 'create-index':
      return line('+', 'index', change.index.name, change.index.table)
    case 'drop-index':
      return line('-', 'index', change.index.name, change.index.table)
    case 'change-index':
      return line('~', 'index', change.to.name, change.to.table)
    case 'create-view':
      return line('+', 'view', '', change.view.name)
    case 'drop-view':
      return line('-', 'view', '', change.view.name)
    case 'change-view':
      return line('~', 'view', '', change.to.name)
    case 'create-trigger':
      return line('+', 'trigger', change.trigger.name, change.trigger.table)
    case 'drop-trigger':
      return line('-', 'trigger', change.trigger.name, change.trigger.table)
    case 'change-trigger':
      return line('~', 'trigger', change.to.name, change.to.table)
  }
}

function line(mark: ChangeLine['mark'], what: string, text: string, owner: string): ChangeLine {
  return { mark, what, text, owner }
}

function named(name: string | undefined): string {
  return name === undefined ? '' : `${name} `
}

function keyColumns(columns: readonly KeyColumn[]): string {
  const parts = columns.map(({ name, collation, order }) =>
    [name, ...(collation === undefined ? [] : [`COLLATE ${collation}`]), ...(order === 'DESC' ? ['DESC'] : [])].join(
      ' ',
    ),
  )
  return `(${parts.join(', ')})`
}

function unique(constraint: Unique): string {
  const conflict = constraint.onConflict === undefined ? '' : ` ON CONFLICT ${constraint.onConflict}`
  return `${named(constraint.name)}${keyColumns(constraint.columns)}${conflict}`
}

function primaryKey(key: PrimaryKey | undefined): string {
  if (key === undefined) return 'none'
  return `${named(key.name)}${keyColumns(key.columns)}${key.autoincrement ? ' AUTOINCREMENT' : ''}`
}

function optionsOf({ strict, withoutRowid }: { strict: boolean; withoutRowid: boolean }): string {
  return [...(strict ? ['STRICT'] : []), ...(withoutRowid ? ['WITHOUT ROWID'] : [])].join(', ') || 'none'
}

function nullability(column: Column): string {
  if (column.notNull === undefined) return 'may be NULL'
  const { name, onConflict } = column.notNull
  return `${named(name)}NOT NULL${onConflict === undefined ? '' : ` ON CONFLICT ${onConflict}`}`
}

function defaultOf(column: Column): string {
  return column.default === undefined ? 'no default' : `DEFAULT ${column.default.expression.text}`
}

function collationOf(column: Column): string {
  return `COLLATE ${column.collation ?? 'BINARY'}`
}

function generatedOf(column: Column): string {
  if (column.generated === undefined) return 'not generated'
  return `AS (${column.generated.expression.text}) ${column.generated.stored ? 'STORED' : 'VIRTUAL'}`
}

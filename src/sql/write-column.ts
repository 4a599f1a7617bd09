import type { Check, Column, ForeignKey } from '../model/schema.ts'
import { writeName } from './quote.ts'
import { writeType } from './write-type.ts'

/**
 * A column definition for ALTER TABLE ADD COLUMN, with the constraints of the table that come with the column:
 * placed at the column or at the table, they mean the same.
 */
export function writeColumn(column: Column, foreignKeys: readonly ForeignKey[], checks: readonly Check[]): string {
  const parts = [writeName(column.name)]
  if (column.type !== '') parts.push(writeType(column.type, column.generated !== undefined))
  // Right behind the type, as `writeType` counts on.
  if (column.generated !== undefined) {
    const { name, expression, stored } = column.generated
    parts.push(`${constraint(name)}GENERATED ALWAYS AS (${expression.text}) ${stored ? 'STORED' : 'VIRTUAL'}`)
  }
  if (column.notNull !== undefined) {
    const { name, onConflict } = column.notNull
    parts.push(`${constraint(name)}NOT NULL${onConflict === undefined ? '' : ` ON CONFLICT ${onConflict}`}`)
  }
  if (column.default !== undefined) {
    const { name, expression, constant } = column.default
    const bare = constant || /^current_(date|time|timestamp)$/i.test(expression.text)
    parts.push(`${constraint(name)}DEFAULT ${bare ? expression.text : `(${expression.text})`}`)
  }
  if (column.collation !== undefined) parts.push(`COLLATE ${writeName(column.collation)}`)
  for (const check of checks) parts.push(writeCheck(check))
  for (const foreignKey of foreignKeys) parts.push(`${constraint(foreignKey.name)}${writeReferences(foreignKey)}`)
  return parts.join(' ')
}

/** `CONSTRAINT name CHECK (…)`; a comment at its end ends on its own line. */
function writeCheck({ name, expression: { text } }: Check): string {
  return `${constraint(name)}CHECK (${text}${text.includes('--') ? '\n' : ''})`
}

/** `REFERENCES table (columns) …`, with every clause that the foreign key has. */
export function writeReferences(foreignKey: ForeignKey): string {
  const parts = [`REFERENCES ${writeName(foreignKey.table)}`]
  if (foreignKey.referencedColumns.length > 0) parts.push(`(${foreignKey.referencedColumns.map(writeName).join(', ')})`)
  if (foreignKey.onDelete !== 'NO ACTION') parts.push(`ON DELETE ${foreignKey.onDelete}`)
  if (foreignKey.onUpdate !== 'NO ACTION') parts.push(`ON UPDATE ${foreignKey.onUpdate}`)
  if (foreignKey.match !== undefined) parts.push(`MATCH ${writeName(foreignKey.match)}`)
  if (foreignKey.deferrable !== undefined) parts.push(foreignKey.deferrable)
  if (foreignKey.initially !== undefined) parts.push(`INITIALLY ${foreignKey.initially}`)
  return parts.join(' ')
}

function constraint(name: string | undefined): string {
  return name === undefined ? '' : `CONSTRAINT ${writeName(name)} `
}

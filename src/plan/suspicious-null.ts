import type { Index, Table, Trigger, View } from '../model/schema.ts'
import { comparisonWithNull } from '../sql/compares-with-null.ts'
import type { Suspicion } from './suspicious.ts'

/** `CHECK (a <> NULL)` holds for every row, and `WHERE a = NULL` for none. https://www.sqlite.org/nulls.html */
export function comparedWithNull(object: Table | Index | View | Trigger): readonly Suspicion[] {
  const operator = textsOf(object).map(comparisonWithNull).find(Boolean)
  if (operator === undefined) return []
  const instead = operator.startsWith('=') ? 'IS NULL' : 'IS NOT NULL'
  const message = `${operator} NULL is neither true nor false, whatever it compares; ${instead} is`
  return [{ code: 'suspicious-null', object: object.name, message }]
}

function textsOf(object: Table | Index | View | Trigger): readonly string[] {
  switch (object.kind) {
    case 'table':
      return [
        ...object.checks.map((check) => check.expression.text),
        ...object.columns.flatMap((column) => column.generated?.expression.text ?? []),
      ]
    case 'index':
      return [...object.columns.map((column) => column.expression.text), object.where?.text ?? '']
    case 'view':
      return [object.query]
    case 'trigger':
      return [object.when?.text ?? '', object.body]
  }
}

import { type Operation, query } from '../engine/operation.ts'
import { ConvergeError, type ErrorCode } from '../model/error.ts'
import { findByName, foldName } from '../model/name.ts'
import type { Table } from '../model/schema.ts'
import { countExpansions } from '../sql/expansions.ts'
import { countGrowth } from '../sql/expression-growth.ts'
import { identifiersOf } from '../sql/mentions.ts'
import { quoteName } from '../sql/quote.ts'
import type { CatalogRow } from '../sql/read-object.ts'
import { tokenize } from '../sql/token.ts'

/** Measured: 1,000 SELECTs in one statement take SQLite a tenth of a second, and ten times as many a minute. */
const inOne = 1_000
/** SQLite compiles every view when it is asked what there is. 300 views, each of the one before, are 45,000. */
const inAll = 50_000

/** Measured: so many names in one statement take SQLite a fifth of a second, and a thousand times as many do not end. */
const mostNames = 100_000

/** Generated columns that are computed where they are read, each over others: SQLite puts them into each other like views. */
export function refuseGrown(tables: readonly Table[], code: ErrorCode = 'unsupported-object'): void {
  for (const table of tables) {
    const sizes = new Map<string, number>()
    const sizeOf = (name: string): number => {
      const known = sizes.get(foldName(name))
      if (known !== undefined) return known
      sizes.set(foldName(name), 1)
      const generated = findByName(table.columns, name)?.generated
      const read = generated === undefined || generated.stored ? [] : identifiersOf(generated.expression.text)
      const size = read.reduce((sum, one) => sum + sizeOf(one), 1)
      sizes.set(foldName(name), size)
      return size
    }
    const grown = table.columns.find((column) => sizeOf(column.name) > mostNames)
    if (grown === undefined) continue
    throw new ConvergeError(
      code,
      `the generated column ${table.name}.${grown.name} reads others until it is too long to be compiled in time`,
      { objects: [table.name], advice: ['have it be STORED, or read each column once'] },
    )
  }
}

/**
 * Refuses views and triggers that SQLite would take forever to compile, before it is asked anything that compiles them.
 *
 * @throws ConvergeError with `code`, by the name of the worst.
 */
export function refuseExpansive(rows: readonly CatalogRow[], code: ErrorCode = 'unsupported-object'): void {
  const texts = rows.map((row) => {
    // SQLite goes by the text, whatever the row says; and what a trigger is on is compiled with it.
    const isView = tokenize(row.sql)
      .slice(1, 3)
      .some((token) => token.key === 'VIEW')
    const sql = row.type === 'trigger' ? `UPDATE ${quoteName(row.tbl_name)}; ${row.sql}` : row.sql
    return { name: row.name ?? '', sql, isView, type: row.type }
  })
  const growth = countGrowth(texts)
  const grown = texts.find((text) => growth.get(text)! > mostNames)
  if (grown !== undefined) {
    throw new ConvergeError(
      code,
      `${grown.type} ${grown.name} reads columns that are expressions over others until they are too long to be compiled in time`,
      {
        objects: [grown.name],
        advice: [
          'SQLite puts the expression of a column wherever a view or query over it reads the column',
          'drop it, or have it read each column once',
        ],
      },
    )
  }
  const counts = countExpansions(texts)
  let sum = 0
  let worst = texts[0]
  for (const [text, count] of counts) {
    sum += count
    if (count > counts.get(worst!)!) worst = text
  }
  if (worst === undefined || (sum <= inAll && counts.get(worst)! <= inOne)) return
  const count = counts.get(worst)!
  const times = Number.isSafeInteger(count) ? count.toLocaleString('en') : 'too many'
  throw new ConvergeError(
    code,
    `${worst.type} ${worst.name} stands for ${times} SELECTs, views in views counted, and can't be compiled in time`,
    {
      objects: [worst.name],
      advice: [
        `SQLite compiles a view anew wherever it is named: at most ${inOne.toLocaleString('en')} SELECTs in one are taken, and ${inAll.toLocaleString('en')} in all`,
        'drop it, or have it name fewer views',
      ],
    },
  )
}

/** The texts of all views and triggers of a connection: SQLite compiles those of attached databases too, whatever they are called. */
export function* readCompiled(): Operation<readonly CatalogRow[]> {
  const schemas = yield* query<{ name: string }>('SELECT name FROM pragma_database_list')
  const rows: CatalogRow[] = []
  for (const { name } of schemas) {
    rows.push(
      ...(yield* query<CatalogRow & object>(
        `SELECT CAST(type AS TEXT) AS type, CAST(name AS TEXT) AS name, CAST(tbl_name AS TEXT) AS tbl_name, CAST(sql AS TEXT) AS sql
         FROM ${quoteName(name)}.sqlite_schema
         WHERE sql NOT LIKE 'CREATE TABLE%' AND sql NOT LIKE 'CREATE INDEX%' AND sql NOT LIKE 'CREATE UNIQUE%'`,
      )),
    )
  }
  return rows
}

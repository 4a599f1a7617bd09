import type { Operation } from '../engine/operation.ts'
import { exclusionBesides } from '../model/exclude.ts'
import { foldName, sameName } from '../model/name.ts'
import { type CatalogRow, readObject } from '../sql/read-object.ts'
import { beginsAsNamed, storedHead } from '../sql/stored-head.ts'
import type { CatalogEntry } from './read-facts.ts'
import { readFlaws } from './read-flaws.ts'
import { readCompiled, refuseExpansive, refuseGrown } from './refuse-expansive.ts'
import { readShadowTables } from './shadow-tables.ts'
import type { Target } from './target.ts'

/** What a catalog holds that says to the letter what a target says. */
export interface MatchedTexts {
  /** The rows that the target speaks of, by their names as `key` makes them. */
  readonly rows: ReadonlyMap<string, CatalogRow>
  /** The tables that virtual tables keep their content in, folded. */
  readonly shadows: ReadonlySet<string>
  /** How many tables the target has. */
  readonly tables: number
}

/**
 * Finds out whether a catalog holds the texts of a target to the letter, and nothing else that is not excluded: then there is nothing to
 * do, and no table or index has to be read to know it. What SQLite could take forever to compile is refused all the same.
 *
 * Undefined where that can't be told from the texts alone: it takes a look at what they mean.
 *
 * @throws ConvergeError `unsupported-object`
 */
export function* matchTexts(catalog: readonly CatalogEntry[], target: Target): Operation<MatchedTexts | undefined> {
  const written = catalog.filter(isWritten)
  const byText = new Map(written.map((row) => [row.sql, row]))
  if (target.statements.length > byText.size || byText.size < written.length) return undefined
  const rows = new Map<string, CatalogRow>()
  let tables = 0
  for (const { sql } of target.statements) {
    const row = byText.get(sql)
    if (row === undefined || !isHonest(row)) return undefined
    const [name, table] = [foldName(row.name), foldName(row.tbl_name)]
    const key = row.type === 'trigger' ? `trigger ${name}` : name
    if (rows.has(key) || ((row.type === 'index' || row.type === 'trigger') && !rows.has(table))) return undefined
    rows.set(key, row)
    if (row.type === 'table' && !isVirtual(row)) tables++
    byText.delete(sql)
  }
  refuseExpansive(yield* readCompiled())
  if (!isReadable([...rows.values()])) return undefined
  const flawOf = yield* readFlaws(written)
  if (written.some((row) => flawOf(row) !== undefined)) return undefined
  const hasShadows = written.some(isVirtual)
  const shadows = new Set(hasShadows ? (yield* readShadowTables()).map(foldName) : [])
  const isExcluded = exclusionBesides(target.excludes, new Set([...rows.values()].map((row) => foldName(row.name))))
  const excludes = ({ name, tbl_name: table }: CatalogRow): boolean => isExcluded({ name, table })
  const isShadow = (row: CatalogRow): boolean =>
    row.type === 'table' || row.type === 'index' ? shadows.has(foldName(row.tbl_name)) : false
  // What is declared and excluded is worth a word.
  if ([...rows.values()].some((row) => excludes(row) || isShadow(row))) return undefined
  if (![...byText.values()].every((row) => excludes(row) || isShadow(row))) return undefined
  return { rows, shadows, tables }
}

/** The rows that `readCatalog` gives. */
function isWritten(entry: CatalogEntry): entry is CatalogRow {
  return entry.sql !== null && !/^sqlite_/i.test(entry.name)
}

/** Whether a row says of its text what is true: an edited file can say anything else. */
function isHonest(row: CatalogRow): boolean {
  if (beginsAsNamed(row)) return true
  const head = storedHead(row.sql)
  const { type, name, table = name } = head ?? {}
  return head !== undefined && row.type === type && row.name === name && sameName(row.tbl_name, table!)
}

function isVirtual({ sql }: CatalogRow): boolean {
  return /^CREATE VIRTUAL/i.test(sql)
}

/** Whether all texts are one statement each, by what is cheap to know of most tables and indexes. */
function isReadable(rows: readonly CatalogRow[]): boolean {
  for (const row of rows) {
    if ((row.type === 'table' || row.type === 'index') && !telling.test(row.sql)) continue
    const object = readObject(row)
    if (object.kind === 'unsupported') return false
    if (object.kind === 'table') refuseGrown([object])
  }
  return true
}

/** What a table or index may have that is worth a look: another statement, a generated column, a module. */
const telling = /[;\0]|\bas\b|^CREATE VIRTUAL/i

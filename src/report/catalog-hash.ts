import { journalTable } from '../model/exclude.ts'
import type { PlanDetails } from '../prove/plan.ts'
import { quoteText } from '../sql/quote.ts'

type Catalog = PlanDetails['catalog']

/** What tells two catalogs apart: how many pieces they have, and two sums over the hashes of the pieces. */
export interface CatalogHash {
  readonly pieces: number
  readonly first: number
  readonly second: number
}

/** Long texts are hashed in pieces of as many characters, since SQLite copies what is left of a text for each of them. */
const pieceSize = 300
const modulus = 2_147_483_647
const [firstFactor, secondFactor] = [48_271, 69_621]

/**
 * A hash over the exact text of a catalog, which SQLite can compute without a function of ours: what is in a script must not
 * grow with the schema, and not be changed by what a script passes through (line ends, encodings, NUL).
 *
 * Two polynomials modulo a prime tell texts apart that differ by chance. They do not stop a forger, who would have to be
 * one who may change the schema, and needs no script for it.
 */
export function hashCatalog(catalog: Catalog): CatalogHash {
  const hashes = catalog.filter(isCovered).flatMap(piecesOf).map(hashPiece)
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + square(b), 0)
  return { pieces: hashes.length, first: sum(hashes.map(([a]) => a)), second: sum(hashes.map(([, b]) => b)) }
}

/** An SQL query with one row and column: whether the catalog of `main` is the one with this hash. */
export function hasHash({ pieces, first, second }: CatalogHash): string {
  return `WITH RECURSIVE
  piece (entry, n, text, rest) AS (
    SELECT ${asText('type')} || ${asText('name')}, 0, '', ${asText('tbl_name')} || ${asText('sql')} FROM main.sqlite_schema
    WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_' AND tbl_name <> ${quoteText(journalTable)}
    UNION ALL
    SELECT entry, n + 1, substr(rest, 1, ${pieceSize}), substr(rest, ${pieceSize + 1}) FROM piece WHERE rest <> ''
  ),
  hash (rest, a, b) AS (
    SELECT n || entry || text, 0, 0 FROM piece
    UNION ALL
    SELECT substr(rest, 2), (a * ${firstFactor} + unicode(rest)) % ${modulus}, (b * ${secondFactor} + unicode(rest)) % ${modulus}
    FROM hash WHERE rest <> ''
  )
SELECT count(*) = ${pieces} AND total(a * a % ${modulus}) = ${first} AND total(b * b % ${modulus}) = ${second}
FROM hash WHERE rest = ''`
}

/** As a plan reads it: a hostile file can hold a blob there. Of a text with a NUL, `quote` and SQLite's reader see what is before. */
function asText(column: string): string {
  return `quote(CAST(${column} AS TEXT))`
}

function quote(text: string): string {
  return quoteText(text.split('\0', 1)[0]!)
}

/** The rows that a plan is bound to: not SQLite's own, and not the journal, which comes with `apply` and not with a script. */
function isCovered({ name, tbl_name, sql }: Catalog[number]): boolean {
  return sql !== null && !name.startsWith('sqlite_') && tbl_name !== journalTable
}

function piecesOf({ type, name, tbl_name, sql }: Catalog[number]): readonly string[] {
  const entry = quote(type) + quote(name)
  const text = Array.from(quote(tbl_name) + quote(sql!))
  const pieces = ['']
  for (let at = 0; at < text.length; at += pieceSize) pieces.push(text.slice(at, at + pieceSize).join(''))
  return pieces.map((piece, n) => n + entry + piece)
}

/** Every number on the way is below 2^53: exact here as in SQLite. */
function hashPiece(piece: string): readonly [number, number] {
  let [a, b] = [0, 0]
  for (const char of piece) {
    const code = char.codePointAt(0)!
    a = (a * firstFactor + code) % modulus
    b = (b * secondFactor + code) % modulus
  }
  return [a, b]
}

/** So that a change of one text can't be undone by a change of another. */
function square(value: number): number {
  return Number((BigInt(value) * BigInt(value)) % BigInt(modulus))
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import {
  ConvergeError,
  convergeSync,
  fingerprint,
  type Plan,
  plan,
  revert,
  type Schema,
  type WriteOptions,
} from 'sqlite-converge'
import { diffSchemas } from '../../src/diff/diff-schemas.ts'
import { handleExecutor } from '../../src/engine/handle.ts'
import { runSync } from '../../src/engine/operation.ts'
import { readSchema } from '../../src/introspect/read-schema.ts'
import { filterSchema } from '../../src/model/schema.ts'
import { type Pair, scriptOf } from './arbitrary-pair.ts'
import { type Dump, dump } from './dump.ts'
import { fillsFor } from './fills.ts'
import { actingNames, type Names } from './names.ts'
import { openFirst, readPragmas } from './open-first.ts'
import { judgeRefusal } from './oracle.ts'
import { compareOrphans, countOrphans } from './orphans.ts'
import { copyPlainly, type Fill, fits, type PlainCopy } from './plain-copy.ts'
import { readBySqlite } from './read-pragmas.ts'
import type { Hint } from './rename-model.ts'
import { compareRows, compareWithCopy, inLaterNames } from './survival.ts'
import { count, countPair, countPlan, type Tally } from './tally.ts'

/** What the property promises and did not hold. */
export class Broken extends Error {
  /** The promise, one of few. */
  readonly promise: string

  constructor(promise: string, detail: unknown, cause?: unknown) {
    const text = typeof detail === 'string' ? detail : fc.stringify(detail)
    super(`${promise}: ${text}`, cause === undefined ? undefined : { cause })
    this.promise = promise
  }
}

const everything = ['data-loss', 'definition-loss']

/** What somebody says who wants the second schema. */
interface Words {
  readonly names: Names
  readonly renames: readonly Hint[]
  readonly fills: readonly Fill[]
  /** Whether what goes is put aside. */
  readonly keep: boolean
  readonly fast: boolean
}

/** The same before it is held against the two schemas; `fills` may be all that are of use. */
interface Said {
  readonly hints: readonly Hint[]
  readonly fills: readonly Fill[] | boolean
  /** Whether the second schema says the hints itself. */
  readonly saysRenames?: boolean
  readonly keep?: boolean
  /** Whether tables may be changed by their entry in the catalog, on the way back too. */
  readonly fast?: boolean
}

/** Converges the first schema of a pair to the second and back, and holds every promise against real SQLite. */
export async function checkPair(pair: Pair, tally: Tally, how: Pick<Said, 'keep' | 'fast'> = {}): Promise<void> {
  const fresh = openSecond(scriptOf(pair.to))
  const db = openFirst(pair, fresh)
  try {
    countPair(tally, pair)
    await checkBoth(db, fresh, scriptOf(pair.to), { ...pair, ...how }, tally)
  } finally {
    db.close()
    fresh.close()
  }
}

/** The same for a database that holds what it holds. */
export async function checkDatabase(
  db: Database.Database,
  to: string,
  tally: Tally,
  said: Said = { hints: [], fills: [] },
): Promise<void> {
  const fresh = openSecond(to)
  try {
    await checkBoth(db, fresh, to, said, tally)
  } finally {
    fresh.close()
  }
}

function openSecond(to: string): Database.Database {
  const fresh = new Database(':memory:')
  fresh.pragma('foreign_keys = OFF')
  fresh.exec(to)
  return fresh
}

async function checkBoth(
  db: Database.Database,
  fresh: Database.Database,
  to: string,
  { hints, fills, saysRenames = false, keep = false, fast = false }: Said,
  tally: Tally,
): Promise<void> {
  folder ??= mkdtempSync(join(tmpdir(), 'sqlite-converge-property-'))
  const target = join(folder, 'to.sql')
  const same = join(folder, 'from.sql')
  writeFileSync(target, to)
  writeFileSync(same, ownScript(db))
  tally.pairs++
  const said = actingNames(hints, db, fresh)
  // Where nothing differs without them, columns that only stand in another order too, they are inert.
  const isInert = said.hints.length > 0 && diffSchemas(read(db), read(fresh)).length === 0
  const names = isInert ? actingNames([], db, fresh) : said
  await checkSame(db, same)
  const given = fills === true ? fillsFor(db, fresh, names) : fills || []
  const words = { names, renames: saysRenames ? [] : said.hints, fills: given, keep, fast }
  await checkChange(db, fresh, target, words, tally)
}

/** Where the scripts of one pair after another stand; one for each would take a tenth of the time. */
let folder: string | undefined
process.once('exit', () => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

function ownScript(db: Database.Database): string {
  const shadows = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'`
  const catalog = `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' AND tbl_name NOT IN (${shadows}) ORDER BY rowid`
  return (db.prepare(catalog).pluck().all() as string[]).map((sql) => `${sql}\n;\n`).join('')
}

async function checkSame(db: Database.Database, same: string): Promise<void> {
  const schema = read(db)
  expectNothing('a schema differs from itself', diffSchemas(schema, schema))
  const made = await plan(db, same)
  if (!made.inSync) throw new Broken('a database is not in sync with its own script', made.changes)
}

async function checkChange(
  db: Database.Database,
  fresh: Database.Database,
  target: string,
  words: Words,
  tally: Tally,
): Promise<void> {
  const copy = copyPlainly(db, fresh, words.names, words.fills)
  try {
    await checkAgainst(db, fresh, target, words, copy, tally)
  } finally {
    copy.db.close()
  }
}

async function checkAgainst(
  db: Database.Database,
  fresh: Database.Database,
  target: string,
  { names, renames, fills, keep, fast }: Words,
  copy: PlainCopy,
  tally: Tally,
): Promise<void> {
  const former = read(db)
  const options = { allow: everything, renames, backfills: fills, keep, fast, ...watching(former) }
  const before = dump(db)
  const pragmas = readPragmas(db)
  const orphans = countOrphans(db, names)
  for (const table of before.tables.values()) tally.rows += table.rows.length

  let made: Plan
  try {
    made = convergeSync(db, target, options).plan
  } catch (error) {
    expectSame('a refusal has changed something', before, dump(db))
    expectSame('a refusal has changed the pragmas', pragmas, readPragmas(db))
    const refusal = expectRefusal('converging', error)
    countRefusal(tally, refusal, judgeRefusal(refusal, db, fresh, copy, names))
    return
  }
  countPlan(tally, made)

  const reached = read(db)
  const wanted = read(fresh)
  expectNothing('the result is not the target', diffSchemas(reached, wanted))
  expectNothing('the target is not the result', diffSchemas(wanted, reached))
  expectSame('SQLite sees another schema than the target', readBySqlite(fresh), readBySqlite(db))
  const after = dump(db, true)
  const was = inLaterNames(before, names)
  const lost = compareRows(was, after, fills)
  if (lost !== undefined) throw new Broken('rows have changed', lost)
  if (!fits(copy)) throw new Broken('rows that do not fit were not refused', [...copy.failed, ...copy.orphaned])
  const other = compareWithCopy(after, dump(copy.db), copy)
  if (other !== undefined) throw new Broken('the rows are not what inserting them plainly gives', other)
  const lower = compareMarks(was, after)
  if (lower !== undefined) throw new Broken('an AUTOINCREMENT mark went down', lower)
  expectSame('the pragmas are not as before', pragmas, readPragmas(db))
  expectNothing('the integrity check fails', checkIntegrity(db))
  expectNothing('foreign keys are worse than before', compareOrphans(orphans, countOrphans(db)))

  const whole = dump(db)
  const writes = Number(db.prepare('SELECT total_changes()').pluck().get())
  const again = convergeSync(db, target, options).plan
  if (!again.inSync) throw new Broken('a second plan is not empty', again.changes)
  expectSame('a second plan has written', writes, Number(db.prepare('SELECT total_changes()').pluck().get()))
  expectSame('a second plan has changed something', whole, dump(db))

  if (!made.inSync) await checkReverse(db, made, former, before, whole, tally)
  expectSame('the pragmas are not as before', pragmas, readPragmas(db))
}

/** Every other pair is copied in parts, as it is when somebody watches. */
function watching(schema: Schema): Pick<WriteOptions, 'onProgress'> {
  const isWatched = Number.parseInt(fingerprint(schema).slice(-1), 16) % 2 === 0
  return isWatched ? { onProgress: () => {} } : {}
}

async function checkReverse(
  db: Database.Database,
  made: Plan,
  former: Schema,
  before: Dump,
  after: Dump,
  tally: Tally,
): Promise<void> {
  const { kind } = made.reverse
  try {
    await revert(db, { fast: made.details.fast, ...watching(former), ...(kind !== 'exact' && { allow: everything }) })
  } catch (error) {
    expectSame('a refused revert has changed something', after, dump(db))
    if (kind === 'exact') throw new Broken('an exact way back is refused', describeError(error), error)
    expectRefusal('reverting', error)
    count(tally.reverses, `${kind}, and refused`)
    return
  }
  if (kind === 'impossible') throw new Broken('an impossible way back was gone', made.reverse.reasons)
  if (kind === 'lossy') return
  const back = read(db)
  expectNothing('an exact way back leads to another schema', diffSchemas(back, former))
  expectSame('an exact way back leads to another fingerprint', fingerprint(former), fingerprint(back))
  expectSame('an exact way back changes the order of triggers', triggerOrder(former), triggerOrder(back))
  const now = dump(db, true)
  expectSame('an exact way back changes rows', rowsOf(before), rowsOf(now))
  const lower = compareMarks(before, now)
  if (lower !== undefined) throw new Broken('an exact way back lowers an AUTOINCREMENT mark', lower)
}

/** SQLite 3.53 takes the default of an `INT NOT NULL DEFAULT 'x'` for the value where a virtual column stands before it. */
function checkIntegrity(db: Database.Database): readonly unknown[] {
  const found = db.pragma('integrity_check') as { integrity_check: string }[]
  const virtual = db.prepare(
    `SELECT t.name FROM pragma_table_list AS t, pragma_table_xinfo(t.name) AS c WHERE t.type = 'table' AND c.hidden = 2`,
  )
  const names = new Set((virtual.pluck().all() as string[]).map((name) => name.toLowerCase()))
  return found.filter(({ integrity_check: said }) => {
    const table = /^(?:TEXT|NUMERIC|NULL|non-\w+) value in (\w+)\./.exec(said)?.[1]
    return said !== 'ok' && (table === undefined || !names.has(table.toLowerCase()))
  })
}

function read(db: Database.Database): Schema {
  const schema = runSync(readSchema(), handleExecutor(db))
  return filterSchema(schema, (object) => object.name !== '_schema_journal' && !object.name.startsWith('_schema_kept_'))
}

function rowsOf(from: Dump): unknown {
  return [...from.tables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, table]) => [name, table.rows])
}

function triggerOrder(schema: Schema): unknown {
  const tables = [...new Set(schema.triggers.map((trigger) => trigger.table.toLowerCase()))].sort()
  return tables.map((table) =>
    schema.triggers.filter((trigger) => trigger.table.toLowerCase() === table).map((trigger) => trigger.name),
  )
}

/** The highest id ever given, where ids are not given twice both before and after. */
function compareMarks(before: Dump, after: Dump): string | undefined {
  const gives = (from: Dump, table: string): boolean =>
    from.catalog.some((entry) => entry.name.toLowerCase() === table && /autoincrement/i.test(entry.sql ?? ''))
  for (const [table, mark] of before.marks) {
    if (!gives(before, table) || !gives(after, table)) continue
    // None is one of 0, which SQLite notes where all ids are negative.
    const now = after.marks.get(table) ?? '0'
    if (BigInt(now) < BigInt(mark)) return `${table}: ${mark} became ${now}`
  }
  return undefined
}

function countRefusal(tally: Tally, error: ConvergeError, reason: string): void {
  const findings = (error.data as { preflight?: readonly { code: string }[] } | undefined)?.preflight ?? []
  const codes = [...new Set(findings.map((finding) => finding.code))].sort()
  count(tally.refusals, [error.code, ...codes].join(' '))
  count(tally.reasons, reason)
}

function expectRefusal(what: string, error: unknown): ConvergeError {
  if (error instanceof ConvergeError && error.class === 'refused') return error
  throw new Broken(`${what} fails instead of being refused`, describeError(error), error)
}

function describeError(error: unknown): string {
  if (!(error instanceof ConvergeError)) return error instanceof Error ? `${error.name} ${error.stack}` : String(error)
  const data = JSON.stringify(error.data)?.slice(0, 1500)
  return [`${error.code} ${error.message}`, ...error.advice, ...(data === undefined ? [] : [data])].join('\n  ')
}

function expectNothing(promise: string, found: readonly unknown[]): void {
  if (found.length > 0) throw new Broken(promise, found)
}

function expectSame(promise: string, expected: unknown, found: unknown): void {
  if (!isDeepStrictEqual(expected, found)) throw new Broken(promise, { expected: plain(expected), found: plain(found) })
}

function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'tables' in value
    ? { ...value, tables: [...(value as Dump).tables], marks: [...(value as Dump).marks] }
    : value
}

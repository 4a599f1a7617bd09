import Database from 'better-sqlite3'
import { ConvergeError, convergeSync, planBack, revert } from 'sqlite-converge'
import { expect, test } from 'vitest'
import { scriptPath } from '../library/script-path.ts'
import { pick, type Random, randomNumbers } from '../sql/mutate.ts'

const seed = 20261128
const chains = 24
const allow = ['data-loss', 'definition-loss']

/**
 * Random plans, with and without what goes kept, and random rows in between; then all of them undone: at once, and one by one. Either way
 * the end is the same, or it is refused for the same reason, and then the one that does all at once has changed nothing.
 */
test(`${chains} chains of plans come to the same end, undone at once or one by one`, async () => {
  const outcomes = new Map<string, number>()
  for (let chain = 0; chain < chains; chain++) {
    const random = randomNumbers(seed + chain)
    const { db, plans } = makeChain(random)
    if (plans < 2) continue
    const once = new Database(db.serialize())
    const before = contentOf(once)
    const shown = await outcomeOf(async () => {
      const { further, ...first } = await planBack(once, { steps: plans })
      const unfit = [first, ...further].some(({ plan }) => plan.preflight.length > 0)
      return unfit ? 'rows-do-not-fit' : 'done'
    })
    expect(contentOf(once)).toEqual(before)
    const atOnce = await outcomeOf(() => revert(once, { steps: plans, allow }))
    let oneByOne = 'done'
    for (let n = 0; n < plans && oneByOne === 'done'; n++) oneByOne = await outcomeOf(() => revert(db, { allow }))

    expect([shown, atOnce], `chain ${chain}`).toEqual([oneByOne, oneByOne])
    expect(contentOf(once), `chain ${chain}`).toEqual(atOnce === 'done' ? contentOf(db) : before)
    expect(once.pragma('integrity_check', { simple: true })).toBe('ok')
    outcomes.set(atOnce, (outcomes.get(atOnce) ?? 0) + 1)
  }
  console.log(`chains of seed ${seed}:`, Object.fromEntries(outcomes))
  expect(outcomes.get('done')).toBeGreaterThan(chains / 3)
  expect(outcomes.size).toBeGreaterThan(1)
}, 180_000)

function makeChain(random: Random): { readonly db: Database.Database; readonly plans: number } {
  const db = new Database(':memory:')
  db.exec(schemaBy(random))
  fill(db, random)
  let plans = 0
  for (let n = 0; n < 4; n++) {
    try {
      const { id } = convergeSync(db, scriptPath(schemaBy(random)), { allow, keep: random() < 0.6 })
      if (id !== undefined) plans++
    } catch (error) {
      // What rows do not fit, or can't be, is no plan of the chain.
      if (!(error instanceof ConvergeError)) throw error
    }
    if (random() < 0.7) fill(db, random)
  }
  return { db, plans }
}

function schemaBy(random: Random): string {
  const maybe = (text: string, chance = 0.5): string => (random() < chance ? text : '')
  const column = (name: string): string =>
    maybe(`, ${name} ${pick(random, ['TEXT', 'INTEGER', 'REAL', ''])}${maybe(" NOT NULL DEFAULT '7'")}`, 0.7)
  const t = `CREATE TABLE t (id INTEGER PRIMARY KEY${maybe(' AUTOINCREMENT', 0.3)}${['a', 'b', 'c'].map(column).join('')}${maybe(', CHECK (id > 0)')});`
  const u = `CREATE TABLE u (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id) ON DELETE CASCADE${column('d')}${maybe(', UNIQUE (t, id)')});`
  return t + maybe(u, 0.7) + maybe('CREATE VIEW v AS SELECT id FROM t;', 0.3)
}

/** Puts rows in, takes some away and gives others another key, whatever the columns are. */
function fill(db: Database.Database, random: Random): void {
  for (const table of ['t', 'u']) {
    const columns = (db.pragma(`table_info(${table})`) as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => name !== 'id')
    for (let n = 0; n < 3 && columns.length > 0; n++) {
      const values = columns.map((name) => (name === 't' ? 'NULL' : pick(random, ["'x'", '7', '1.5', "'007'", "''"])))
      db.exec(`REPLACE INTO ${table} (id, ${columns}) VALUES (${1 + Math.floor(random() * 9)}, ${values})`)
    }
  }
  if (random() < 0.3) db.exec(`DELETE FROM t WHERE id = ${1 + Math.floor(random() * 9)}`)
  if (random() < 0.3) db.exec('UPDATE t SET id = id + 20 WHERE id = (SELECT max(id) FROM t)')
}

async function outcomeOf(use: () => Promise<unknown>): Promise<string> {
  try {
    const said = await use()
    return typeof said === 'string' ? said : 'done'
  } catch (error) {
    if (!(error instanceof ConvergeError)) throw error
    return error.code
  }
}

/** Everything but the times and ids of the journal. */
function contentOf(db: Database.Database): unknown {
  const catalog = db
    .prepare<[], string[]>('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid')
    .raw()
    .all()
  const tables = catalog.flatMap(([type, name]) => (type === 'table' && name !== '_schema_journal' ? [name!] : []))
  const journal = db.prepare('SELECT kind, from_fingerprint, to_fingerprint, sql FROM _schema_journal').raw().all()
  return [catalog, journal, tables.map((name) => db.prepare(`SELECT * FROM "${name}"`).raw().all())]
}

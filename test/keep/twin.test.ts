import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { pick, randomNumbers } from '../sql/mutate.ts'
import { back, keep, rows } from './keep.ts'

/**
 * Two databases get the same writes: in one a column was dropped and kept, and another's values were converted; in the other
 * nothing was done. After the way back both hold the same: a value for each row that was there all the time, and for no other.
 */
const seed = process.env.PROPERTY_SEED === 'random' ? Date.now() >>> 0 : Number(process.env.PROPERTY_SEED ?? 20261125)
const runs = Math.min(Number(process.env.PROPERTY_RUNS ?? 60), 2000)

interface Shape {
  readonly key: string
  readonly options: string
  /** Some keys, as SQL. */
  readonly keys: readonly string[]
  /** Whether SQLite numbers new rows. */
  readonly numbers: boolean
}

const integers = ['1', '2', '3', '4', '5', '6', '7', '8']
const texts = ["'a'", "'A'", "'b'", "'1'", '1', "'é'", "''", "'a '"]
const shapes: readonly Shape[] = [
  { key: 'id INTEGER PRIMARY KEY', options: '', keys: integers, numbers: true },
  { key: 'id INTEGER PRIMARY KEY AUTOINCREMENT', options: '', keys: integers, numbers: true },
  { key: 'id TEXT NOT NULL PRIMARY KEY', options: '', keys: texts, numbers: false },
  { key: 'id TEXT COLLATE NOCASE PRIMARY KEY', options: 'WITHOUT ROWID', keys: texts, numbers: false },
  { key: 'id NOT NULL UNIQUE', options: '', keys: [...texts, '2', '2.5', "x'61'", '1e300'], numbers: false },
  { key: 'id NUMERIC PRIMARY KEY', options: 'WITHOUT ROWID', keys: [...texts, '2', '2.5', "'2'"], numbers: false },
]

const triggers = [
  'CREATE TRIGGER x AFTER INSERT ON t WHEN NEW.e % 3 = 0 BEGIN DELETE FROM t WHERE e = NEW.e - 1; END',
  'CREATE TRIGGER x AFTER UPDATE ON t WHEN NEW.e % 5 = 0 BEGIN REPLACE INTO t (id, e) SELECT id, e + 1 FROM t WHERE e = NEW.e + 2; END',
  'CREATE TRIGGER x BEFORE INSERT ON t WHEN NEW.e % 4 = 0 BEGIN UPDATE OR REPLACE t SET id = NEW.id WHERE e = NEW.e - 2; END',
  'CREATE TRIGGER x AFTER INSERT ON t WHEN NEW.e % 4 = 1 BEGIN UPDATE OR IGNORE t SET id = (SELECT id FROM t WHERE e = NEW.e - 1) WHERE e = NEW.e; END',
]

test(`after any writes, what comes back is what was never gone (${runs} runs from seed ${seed})`, async () => {
  const random = randomNumbers(seed)
  const seen = { returned: 0, forgotten: 0, moved: 0 }
  for (let run = 0; run < runs; run++) {
    const shape = pick(random, shapes)
    const trigger = random() < 0.5 ? [pick(random, triggers)] : []
    const [kept, twin] = [new Database(':memory:'), new Database(':memory:')]
    const declared = (columns: string): string =>
      [`CREATE TABLE t (${shape.key}, e UNIQUE, ${columns}) ${shape.options}`, ...trigger].join('; ')
    const full = 'v TEXT DEFAULT 5, n TEXT'
    const start = [...shape.keys]
      .filter(() => random() < 0.6)
      .map((key, at) => `INSERT OR IGNORE INTO t VALUES (${key}, ${at + 2}, 'v${at}', '0${at}')`)
    for (const db of [kept, twin]) db.exec([declared(full).split('; ')[0], ...start, ...trigger].join('; '))
    const before = new Map(rows(twin, 'SELECT v, quote(id) FROM t') as [string, string][])
    const narrow = 'n INTEGER'
    expect(keep(kept, declared(narrow)).plan.reverse.kind).toBe('exact')

    const log: string[] = [shape.key, shape.options, ...trigger, ...start]
    for (let write = 0; write < 12; write++) {
      if (random() < 0.05) {
        // A later plan, which is taken back in the end.
        log.push('-- rebuilt')
        keep(kept, declared(`${narrow}, more${write} CHECK (more${write} IS NULL)`), { keep: random() < 0.5 })
        await back(kept)
        continue
      }
      const sql = writeOf(random, shape)
      log.push(sql)
      const outcomes = [kept, twin].map((db) => outcomeOf(db, sql))
      // Where a trigger makes an integer of a text, only one of the two may take it.
      expect(outcomes[0], log.join('\n')).toBe(outcomes[1])
    }
    expect(await back(kept), log.join('\n')).toEqual([])
    const all = 'SELECT typeof(id), quote(id), e, v, n FROM t ORDER BY e'
    const after = rows(twin, all) as [string, string, number, string, string][]
    expect(rows(kept, all), log.join('\n')).toEqual(after)
    for (const [, id, , v] of after) {
      if (!before.has(v)) seen.forgotten++
      else if (before.get(v) === id) seen.returned++
      else seen.moved++
    }
  }
  // A generator that has become trivial is noticed.
  for (const n of Object.values(seen)) expect(n).toBeGreaterThan(runs / 4)
}, 3_600_000)

function writeOf(random: () => number, { keys, numbers }: Shape): string {
  const [key, other] = [pick(random, keys), pick(random, keys)]
  const e = Math.floor(random() * 20)
  const conflict = pick(random, ['', 'OR REPLACE', 'OR IGNORE', 'OR FAIL', 'OR ABORT', 'OR ROLLBACK'])
  return pick(random, [
    `INSERT ${conflict} INTO t (id, e) VALUES (${key}, ${e})`,
    `INSERT ${conflict} INTO t (id, e, n) VALUES (${numbers ? 'NULL' : key}, ${e}, ${1000 + e})`,
    `INSERT INTO t (id, e) VALUES (${key}, ${e}) ON CONFLICT (id) DO UPDATE SET e = excluded.e`,
    `INSERT INTO t (id, e) VALUES (${key}, ${e}) ON CONFLICT (e) DO UPDATE SET id = excluded.id`,
    `INSERT INTO t (id, e) VALUES (${key}, ${e}) ON CONFLICT DO NOTHING`,
    `REPLACE INTO t (id, e) SELECT id, e + 1 FROM t WHERE id > ${key}`,
    `UPDATE ${conflict} t SET id = ${other} WHERE id = ${key}`,
    `UPDATE ${conflict} t SET id = ${other}, e = ${e} WHERE e > ${e}`,
    `UPDATE ${conflict} t SET id = ${key} WHERE e = ${e}`,
    ...(numbers ? [`UPDATE ${conflict} t SET rowid = id + 1 WHERE id > ${key}`, 'UPDATE t SET id = -id'] : []),
    `UPDATE t SET n = ${1000 + e} WHERE id = ${key}`,
    'UPDATE t SET n = n, id = id',
    `DELETE FROM t WHERE id = ${key}`,
    ...(random() < 0.2 ? ['DELETE FROM t'] : []),
    `SAVEPOINT s; DELETE FROM t WHERE id <> ${key}; REPLACE INTO t (id, e) VALUES (${other}, ${e}); ROLLBACK TO s; RELEASE s`,
  ])
}

function outcomeOf(db: Database.Database, sql: string): string {
  try {
    db.exec(sql)
    return 'done'
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    return (error as Error).message
  }
}

import Database from 'better-sqlite3'
import {
  converge,
  createFixture,
  createTemplate,
  datetime,
  defineSchema,
  integer,
  real,
  sql,
  table,
  text,
  varchar,
} from 'sqlite-converge'
import { printTable } from './measure.mjs'

const tables = 50

/** 50 tables of 20 columns with 3 indexes, a UNIQUE constraint, CHECKs and a foreign key. */
function declare() {
  const kinds = [
    () => text().notNull(),
    () => integer().default(0),
    () => varchar(40).collate('NOCASE'),
    () => real(),
    () => datetime().default(sql`CURRENT_TIMESTAMP`),
  ]
  const entries = Array.from({ length: tables }, (_, number) => {
    const columns = Array.from({ length: 19 }, (_, column) => [`column_${column}`, kinds[column % kinds.length]()])
    const made = table({ id: integer(), ...Object.fromEntries(columns) })
      .primaryKey(['id'])
      .unique(['column_0', 'column_1'])
      .check(sql`column_3 > 0`)
      .index(`index_${number}_0`, ['column_2', { column: 'column_5', order: 'desc' }])
      .index(`index_${number}_1`, ['column_3', { column: 'column_6', order: 'desc' }])
      .index(`index_${number}_2`, ['column_4'], { where: sql`column_4 IS NOT NULL` })
    const parent = `table_${number - 1}`
    return [`table_${number}`, number === 0 ? made : made.foreignKey(['column_1'], parent, ['id'])]
  })
  return defineSchema(Object.fromEntries(entries))
}

/**
 * What a test pays for a database of its own. The claims: to converge an empty one, at most 1.5 times as much as to `exec` the same DDL;
 * for a copy of a template, at most twice as much as to open the same bytes and read from them once.
 */
export async function benchFixtures({ rounds }) {
  const schema = declare()
  const first = performance.now()
  const db = new Database(':memory:')
  await converge(db, schema, { journal: false })
  const firstTime = performance.now() - first
  const catalog = db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').pluck().all()
  const script = catalog.join(';\n')
  const bytes = db.serialize()
  db.close()
  const template = await createTemplate(schema)
  const fixture = createFixture(schema)
  const kept = await fixture.open()
  const read = (handle) => handle.prepare('SELECT count(*) FROM table_0').pluck().get()
  const ways = {
    'exec the DDL': async () => closing(new Database(':memory:'), (handle) => handle.exec(script)),
    converge: () => closing(new Database(':memory:'), (handle) => converge(handle, schema)),
    'converge, without a journal': () =>
      closing(new Database(':memory:'), (handle) => converge(handle, schema, { journal: false })),
    'open the bytes, read once': () => closing(new Database(bytes), read),
    'open a copy, read once': () => closing(template.open(), read),
    'open a copy for Kysely, read once': async () => {
      const kysely = await template.openKysely()
      await kysely.selectFrom('table_0').select('id').execute()
      await kysely.destroy()
    },
    'open a copy of a fixture, read once': async () => {
      const { db, close } = await fixture.open()
      await db.selectFrom('table_0').select('id').execute()
      await close()
    },
    'reset a copy, read once': async () => {
      await kept.reset()
      await kept.db.selectFrom('table_0').select('id').execute()
    },
  }
  const times = Object.fromEntries(Object.keys(ways).map((what) => [what, []]))
  // The first rounds warm up all of them alike.
  const turns = 20 * rounds
  for (let turn = -5; turn < turns; turn++) {
    for (const [what, run] of Object.entries(ways)) {
      const started = performance.now()
      await run()
      if (turn >= 0) times[what].push(performance.now() - started)
    }
  }
  const median = (what) => times[what].sort((a, b) => a - b)[Math.floor(turns / 2)]
  const row = (what, base) => [what, `${median(what).toFixed(2)} ms`, `${(median(what) / median(base)).toFixed(2)}×`]
  printTable(`A database for a test, of ${tables} tables with 20 columns and 3 indexes (median of ${turns})`, [
    ['', 'time', 'ratio'],
    ...['exec the DDL', 'converge', 'converge, without a journal'].map((what) => row(what, 'exec the DDL')),
    ['converge, the first time in the process', `${firstTime.toFixed(0)} ms`, ''],
    ...Object.keys(ways)
      .slice(3)
      .map((what) => row(what, 'open the bytes, read once')),
  ])
}

async function closing(handle, use) {
  await use(handle)
  handle.close()
}

import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import { converge, planBack, type RevertOptions, revert, status } from 'sqlite-converge'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scriptPath } from '../library/script-path.ts'

type Progress = Parameters<NonNullable<RevertOptions['onProgress']>>[0]

/** What the database holds at the beginning, and after each plan. */
const schemas = [
  'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE u (b INTEGER REFERENCES t ON DELETE CASCADE)',
  'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, c INTEGER DEFAULT 7); CREATE TABLE u (b INTEGER REFERENCES t ON DELETE CASCADE)',
  'CREATE TABLE t (id INTEGER PRIMARY KEY, c INTEGER NOT NULL DEFAULT 7); CREATE TABLE u (b INTEGER REFERENCES t ON DELETE CASCADE)',
  'CREATE TABLE t (id INTEGER PRIMARY KEY, c INTEGER NOT NULL DEFAULT 7 UNIQUE); CREATE VIEW v AS SELECT c FROM t',
] as const
const content = `INSERT INTO t (id, a) VALUES (1, 'x'); INSERT INTO u VALUES (1), (1)`

let folder: string
let path: string
/** The ids of the plans. */
let ids: string[]
/** All that the database has held: at the beginning, and after each plan. */
let held: unknown[]

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-revert-')))
  path = join(folder, 'app.db')
  const db = new Database(path)
  db.exec(`${schemas[0]}; ${content}`)
  db.close()
  ;[ids, held] = [[], [contentOf()]]
  for (const sql of schemas.slice(1)) {
    const { id } = await converge(path, scriptPath(sql), { keep: true })
    ids.push(id!)
    held.push(contentOf())
  }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('several plans', () => {
  test.each([1, 2, 3])('%i of them are undone with all that they took', async (steps) => {
    const done = await revert(path, { steps })
    expect([done, ...done.further].map(({ reverted }) => reverted)).toEqual([...ids].reverse().slice(0, steps))
    expect(contentOf()).toEqual(held[3 - steps])
    expect(integrity()).toEqual(['ok', []])
  })

  test('after a plan are undone, and the database is again what that plan led to', async () => {
    for (const n of [2, 1]) {
      await revert(path, { to: ids[n - 1]! })
      expect(contentOf()).toEqual(held[n])
    }
  })

  test('are each recorded, and a revert is never undone itself', async () => {
    await revert(path, { steps: 2 })
    const { journal, at, unchanged } = await status(path)
    expect(journal.map(({ kind, reverts }) => [kind, reverts])).toEqual([
      ...ids.map(() => ['apply', null]),
      ['revert', ids[2]],
      ['revert', ids[1]],
    ])
    expect({ at: at?.id, unchanged }).toEqual({ at: ids[0], unchanged: true })
    await revert(path)
    expect(contentOf()).toEqual(held[0])
    await expect(revert(path)).rejects.toMatchObject({ code: 'nothing-to-revert' })
  })

  test('are guarded together: one backup of what was there before all of them', async () => {
    const backup = join(folder, 'before.db')
    const { further, ...last } = await revert(path, { steps: 2, backup })
    expect(last.backup).toMatchObject({ path: backup })
    expect(further.map((one) => one.backup)).toEqual([undefined])
    expect(contentOf()).toEqual(held[1])
    expect(contentOf(backup)).toEqual(held[3])
  })

  test('are guarded together: the time of one after the other counts', async () => {
    const before = contentOf()
    const slow = ({ phase }: Progress): void => {
      if (phase === 'verifying') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600)
    }
    await expect(revert(path, { steps: 2, maxLock: 1, onProgress: slow })).rejects.toMatchObject({
      code: 'lock-exceeded',
    })
    expect(contentOf()).toEqual(before)
  })

  test('are undone all or not at all, and what is in the way says at which plan', async () => {
    change('UPDATE t SET c = 8')
    const before = contentOf()
    await expect(revert(path, { steps: 3 })).rejects.toMatchObject({
      code: 'hazards',
      objects: ['t.c'],
      advice: expect.arrayContaining([
        `this is about undoing plan ${ids[0]}, number 3 of 3; none of them has been undone`,
      ]),
    })
    expect(contentOf()).toEqual(before)
    expect((await status(path)).journal).toHaveLength(3)
    await revert(path, { steps: 3, allow: ['drop-column'] })
    expect(contentOf()).toEqual(held[0])
  })

  test('are all there again where the disk is full before the last of them is undone', async () => {
    change(`INSERT INTO t SELECT value, 7 + value FROM ${series}`)
    const before = contentOf()
    const seen = new Map<string, number>()
    const db = new Database(path)
    const start = Number(db.pragma('page_count', { simple: true }))
    for (let more = 0; !seen.has('done') && more < 400; more++) {
      db.pragma(`max_page_count = ${start + more}`)
      const outcome = await revert(db, { steps: 3, allow: ['drop-column'] }).then(
        () => 'done',
        (error: { code: string; advice: readonly string[] }) =>
          `${error.code} ${error.advice.join().match(/number \d of 3/)?.[0]}`,
      )
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
      expect(db.inTransaction).toBe(false)
      if (outcome !== 'done') expect(contentOf()).toEqual(before)
    }
    db.close()
    console.log('full disks by what they stop:', Object.fromEntries(seen))
    expect([...seen.keys()].filter((outcome) => outcome.startsWith('step-failed'))).not.toEqual([])
    expect([...seen.keys()].filter((outcome) => outcome.startsWith('internal'))).toEqual([])
  }, 120_000)

  test('are all there again where somebody ends it in the last of them', async () => {
    for (const phase of ['checking', 'running', 'verifying', 'committing']) {
      let seen = 0
      const onProgress = (progress: Progress): void => {
        if (progress.phase === phase && (progress.step?.number ?? 1) === 1 && ++seen === 3) throw new Error('enough')
      }
      await expect(revert(path, { steps: 3, onProgress })).rejects.toMatchObject({ code: 'interrupted' })
      expect(contentOf()).toEqual(held[3])
      expect((await status(path)).journal).toHaveLength(3)
    }
    const [controller, handle] = [new AbortController(), new Database(path)]
    const stop = (progress: Progress): void => {
      if (progress.phase === 'running') controller.abort()
    }
    const ended = revert(handle, { steps: 3, onProgress: stop, signal: controller.signal })
    await expect(ended).rejects.toMatchObject({ code: 'interrupted' })
    expect(handle.inTransaction).toBe(false)
    handle.close()
    expect(contentOf()).toEqual(held[3])
  })

  test('come back to rows that were written meanwhile, as one after the other', async () => {
    change('DELETE FROM t WHERE id = 1; INSERT INTO t (id, c) VALUES (1, 3), (2, 4)')
    await revert(path, { steps: 3, allow: ['drop-column'] })
    expect((contentOf() as { rows: object }).rows).toMatchObject({
      t: [
        [1, null],
        [2, null],
      ],
    })
  })
})

describe('the ways back from several plans', () => {
  test('are planned without a change or a trace, with the hazards of each', async () => {
    change('UPDATE t SET c = 8')
    const before = contentOf()
    const { TMPDIR } = process.env
    process.env.TMPDIR = folder
    try {
      const { entry, plan, further } = await planBack(path, { steps: 3 })
      expect([entry, ...further.map((one) => one.entry)].map(({ id }) => id)).toEqual([...ids].reverse())
      const codes = [plan, ...further.map((one) => one.plan)].map(({ hazards }) => hazards.map(({ code }) => code))
      expect(codes).toEqual([[], [], ['drop-column']])
      expect(readdirSync(folder)).toEqual(['app.db'])
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = TMPDIR
    }
    expect(contentOf()).toEqual(before)
  })

  test('are planned of a database in WAL mode, while others write', async () => {
    const db = new Database(path)
    db.pragma('journal_mode = WAL')
    db.exec('BEGIN IMMEDIATE; INSERT INTO t (id, c) VALUES (77, 9)')
    const { plan, further } = await planBack(path, { steps: 3 })
    expect([plan, ...further.map((one) => one.plan)].flatMap(({ hazards }) => hazards)).toEqual([])
    db.exec('COMMIT')
    const after = await planBack(path, { steps: 3 })
    expect(after.further[1]?.plan.hazards.map(({ code }) => code)).toEqual(['drop-column'])
    db.close()
  })

  test('end where live rows do not fit', async () => {
    await revert(path, { steps: 2 })
    await converge(path, scriptPath(schemas[0].replace('a TEXT', 'a TEXT NOT NULL')), { allow: ['data-loss'] })
    await converge(path, scriptPath(schemas[0]))
    change('INSERT INTO t VALUES (9, NULL)')
    const { plan, further } = await planBack(path, { steps: 3 })
    expect(plan.preflight).toMatchObject([{ code: 'null-value' }])
    expect(further).toEqual([])
    await expect(revert(path, { steps: 3 })).rejects.toMatchObject({ code: 'rows-do-not-fit' })
  })

  test('are those that are gone, or none where something has changed since', async () => {
    const { further, ...first } = await planBack(path, { steps: 2 })
    const shown = [first, ...further].map(({ entry, plan }) => ({ entry: entry.id, binding: plan.details.binding }))
    change('CREATE INDEX i ON t (c)')
    const before = contentOf()
    await expect(revert(path, { steps: 2, expect: shown })).rejects.toMatchObject({ code: 'schema-drifted' })
    expect(contentOf()).toEqual(before)
    change('DROP INDEX i')
    await expect(revert(path, { steps: 3, expect: shown })).rejects.toMatchObject({ code: 'schema-drifted' })
    await expect(revert(path, { steps: 1, expect: shown })).rejects.toMatchObject({ code: 'schema-drifted' })
    expect(await revert(path, { steps: 2, expect: shown })).toMatchObject({ further: [{}] })
    expect(contentOf()).toEqual(held[1])
  })

  test('are asked of a file or handle outside a transaction; going them needs neither', async () => {
    const handle = new Database(path)
    handle.pragma('foreign_keys = ON')
    const kysely = new Kysely<unknown>({ dialect: new SqliteDialect({ database: handle }) })
    await expect(planBack(kysely, { steps: 2 })).rejects.toMatchObject({ code: 'unsupported-connection' })
    expect(await planBack(kysely)).toMatchObject({ entry: { id: ids[2] }, further: [] })
    expect(await planBack(handle, { steps: 2 })).toMatchObject({ further: [{ entry: { id: ids[1] } }] })
    expect(await revert(kysely, { steps: 2 })).toMatchObject({ further: [{ reverted: ids[1] }] })
    expect(handle.pragma('foreign_keys', { simple: true })).toBe(1)

    handle.pragma('foreign_keys = OFF')
    await converge(handle, scriptPath(schemas[2]), { keep: true })
    handle.exec('BEGIN')
    await expect(planBack(handle, { steps: 2 })).rejects.toMatchObject({ code: 'in-transaction' })
    await revert(handle, { steps: 2 })
    expect(handle.inTransaction).toBe(true)
    handle.exec('ROLLBACK')
    handle.close()
    expect(contentOf()).toEqual(held[2])
  })
})

describe('which plans are meant', () => {
  test('is said by the beginning of an id, if it is that of one alone', async () => {
    // An id is of hexadecimal digits: none but these two begins with x.
    const [first, second] = ids as [string, string]
    change(`UPDATE _schema_journal SET id = 'xb12' WHERE id = '${second}'`)
    change(`UPDATE _schema_journal SET id = 'xb13' WHERE id = '${ids[2]}'`)
    await expect(revert(path, { to: 'xb' })).rejects.toMatchObject({
      code: 'usage',
      message: 'several plans begin with xb: xb12, xb13',
    })
    expect((await revert(path, { to: first.slice(0, 1) })).further).toHaveLength(1)
    expect(contentOf()).toEqual(held[1])
  })

  test.each<readonly [what: string, choice: (ids: string[]) => object, code: string, says: RegExp]>([
    ['more plans than there are', () => ({ steps: 4 }), 'nothing-to-revert', /holds only 3 plans in force, and 4 were/],
    ['no plan', () => ({ steps: 0 }), 'usage', /0 is no number of plans/],
    ['half a plan', () => ({ steps: 1.5 }), 'usage', /1\.5 is no number of plans/],
    ['no number', () => ({ steps: Number.NaN }), 'usage', /NaN is no number/],
    ['an id that is not there', () => ({ to: 'nothing' }), 'usage', /knows no plan nothing/],
    ['no id', () => ({ to: '' }), 'usage', /knows no plan/],
    ['where it is already', (all) => ({ to: all[2] }), 'nothing-to-revert', /is at plan [0-9a-f]{12} already/],
    ['both at once', (all) => ({ to: all[0], steps: 2 }), 'usage', /two ways to say the same/],
  ])('is refused where it is %s', async (_, choice, code, says) => {
    const before = contentOf()
    for (const way of [revert, planBack]) {
      await expect(way(path, choice(ids))).rejects.toMatchObject({ code, message: expect.stringMatching(says) })
    }
    expect(contentOf()).toEqual(before)
  })

  test('is refused where it has been undone, or is a revert', async () => {
    const { id } = await revert(path)
    await expect(revert(path, { to: ids[2]! })).rejects.toMatchObject({
      message: `plan ${ids[2]} has been undone itself, and a revert is never reverted`,
    })
    await expect(revert(path, { to: id! })).rejects.toMatchObject({ message: `${id} is a revert, and no plan` })
  })
})

/** Numbers from 10 to 3,000, in plain SQL. */
const series =
  '(WITH RECURSIVE n (value) AS (SELECT 10 UNION ALL SELECT value + 1 FROM n LIMIT 2991) SELECT value FROM n)'

function change(sql: string): void {
  const db = new Database(path)
  db.pragma('foreign_keys = OFF')
  db.exec(sql)
  db.close()
}

/** Everything but the journal: the catalog, however its texts are spaced, and the rows. */
function contentOf(file = path): unknown {
  const db = new Database(file)
  const catalog = db
    .prepare<[], [string, string, string]>(
      "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name <> '_schema_journal' ORDER BY type, name",
    )
    .raw()
    .all()
  const tables = catalog.flatMap(([type, name]) => (type === 'table' ? [name] : []))
  const rows = Object.fromEntries(tables.map((name) => [name, db.prepare(`SELECT * FROM "${name}"`).raw().all()]))
  db.close()
  const spaced = catalog.map(([type, name, sql]) => [type, name, sql?.replaceAll(/[\s"]+/g, '')])
  return { catalog: spaced, rows }
}

function integrity(): unknown {
  const db = new Database(path)
  const found = [db.pragma('integrity_check', { simple: true }), db.pragma('foreign_key_check')]
  db.close()
  return found
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import { bytesOf } from './contents.ts'
import { test } from './run-cli.ts'

function makeUsers(folder: string): void {
  const db = new Database(join(folder, 'app.db'))
  db.exec(`
    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, "a note" TEXT);
    CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE);
    INSERT INTO users VALUES (1, 'Ada', 'x'), (2, NULL, NULL);
    INSERT INTO posts VALUES (10, 1);
  `)
  db.close()
  writeFileSync(
    join(folder, 'to.sql'),
    `CREATE TABLE members (id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, note TEXT);
     CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES members (id) ON DELETE CASCADE);`,
  )
}

const hints = ['--rename', 'users=members', '--rename', 'users.name=full_name', '--rename', 'users."a note"=note']
const fill = ['--fill', "members.full_name='nobody'"]

test('a rename that nobody has said is a drop and an add, and pointed out', async ({ folder, schema }) => {
  const db = new Database(join(folder, 'app.db'))
  db.exec("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO users VALUES (1, 'Ada')")
  db.close()
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE users (id INTEGER PRIMARY KEY, full_name TEXT)')
  const { stdout } = await schema('plan', 'app.db', '--to', 'to.sql')
  expect(stdout).toContain('looks-like-rename')
  expect(stdout).toContain('--rename users.name=full_name')
  expect(await schema('apply', 'app.db', '--to', 'to.sql', '--yes')).toMatchObject({ code: 3 })
  expect(await schema('apply', 'app.db', '--to', 'to.sql', '--yes', '--rename', 'users.name=full_name')).toMatchObject({
    code: 0,
  })
})

test('renames and a fill are planned, saved, applied and reverted', async ({ folder, schema }) => {
  makeUsers(folder)
  const planned = await schema('plan', 'app.db', '--to', 'to.sql', ...hints, ...fill, '--out', 'plan.json')
  expect(planned).toMatchObject({ code: 0, stderr: '' })
  expect(planned.stdout).toMatch(/~ renamed +users → members/)
  expect(planned.stdout).toMatch(/~ renamed +a note → note/)
  // The commands that a plan proposes are complete.
  expect(planned.stdout).toContain(`--rename 'users."a note"=note' --fill 'members.full_name='\\''nobody'\\'''`)
  expect(await schema('apply', 'app.db', '--plan', 'plan.json', '--yes')).toMatchObject({ code: 0 })
  const db = new Database(join(folder, 'app.db'))
  const rows = (sql: string): unknown => db.prepare(sql).raw().all()
  expect(rows('SELECT * FROM members')).toEqual([
    [1, 'Ada', 'x'],
    [2, 'nobody', null],
  ])
  expect(rows('SELECT * FROM posts')).toEqual([[10, 1]])
  expect(rows('SELECT "table" FROM pragma_foreign_key_list(\'posts\')')).toEqual([['members']])
  // What has been made is not made again.
  expect(await schema('plan', 'app.db', '--to', 'to.sql', '--check', ...hints, ...fill)).toMatchObject({ code: 0 })
  expect(await schema('revert', 'app.db', '--yes')).toMatchObject({ code: 0 })
  expect(rows('SELECT id, name, "a note" FROM users')).toEqual([
    [1, 'Ada', 'x'],
    [2, 'nobody', null],
  ])
  expect(rows('SELECT "table" FROM pragma_foreign_key_list(\'posts\')')).toEqual([['users']])
  db.close()
})

describe('a hint that makes no sense', () => {
  test.for([
    [['--rename', 'users'], "--rename users can't be read"],
    [['--rename', 'a.b.c=d'], "can't be read"],
    [['--rename', 'users.name='], "can't be read"],
    [['--rename', 'user.name=full_name'], 'nothing to rename: user.name=full_name'],
    [['--rename', 'users.nam=nom'], 'nothing to rename: users.nam=nom'],
    [['--rename', 'users=members', '--rename', 'users=people'], 'contradict each other'],
    [['--rename', 'users.id=x', '--rename', 'users.name=x'], 'contradict each other'],
    [['--fill', 'members.full_name'], "--fill members.full_name can't be read"],
    [['--fill', "members.full_name='a'); DROP TABLE users; --"], "can't be read"],
    [['--fill', "members.nothing='a'"], 'nothing to fill'],
    [['--using', 'members.id'], "--using members.id can't be read"],
    [['--using', 'members.nothing=1'], 'nothing to convert'],
    [['--using', 'members.id=1; DROP TABLE users'], "can't be read"],
  ] as const)('%j is an error, and changes nothing', async ([args, says], { folder, schema, expect }) => {
    makeUsers(folder)
    const before = bytesOf(folder)
    const { code, stdout, stderr } = await schema('apply', 'app.db', '--to', 'to.sql', '--yes', ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
    expect(bytesOf(folder)).toEqual(before)
  })
})

test('a conversion is planned, saved, applied and taken back, with its loss allowed by name', async ({
  folder,
  schema,
}) => {
  const db = new Database(join(folder, 'app.db'))
  db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, kg TEXT); INSERT INTO t VALUES (1, '12 kg'), (2, '7')")
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (id INTEGER PRIMARY KEY, kg INTEGER);')
  const using = ['--using', "t.kg=CAST(replace(kg, ' kg', '') AS INTEGER)"]
  const weights = (): unknown => db.prepare('SELECT kg FROM t ORDER BY id').pluck().all()
  const planned = await schema('plan', 'app.db', '--to', 'to.sql', ...using, '--out', 'plan.json')
  expect(planned.stdout).toContain('lossy-conversion')
  expect(planned.stdout).toContain('the former values of t.kg, where they are converted to others')
  expect(planned.stdout).toContain('--using ')
  expect(await schema('apply', 'app.db', '--plan', 'plan.json', '--yes')).toMatchObject({ code: 3 })
  expect(weights()).toEqual(['12 kg', '7'])
  const allowed = ['--yes', '--allow', 'lossy-conversion']
  expect(await schema('apply', 'app.db', '--plan', 'plan.json', ...allowed)).toMatchObject({ code: 0 })
  expect(weights()).toEqual([12, 7])
  expect(await schema('plan', 'app.db', '--to', 'to.sql', ...using, '--check')).toMatchObject({ code: 0 })
  expect(await schema('revert', 'app.db', '--yes')).toMatchObject({ code: 0 })
  expect(weights()).toEqual(['12', '7'])
  db.close()
})

test('a rename that does nothing is said to', async ({ folder, schema }) => {
  new Database(join(folder, 'app.db')).exec('CREATE TABLE t (e INTEGER, a INTEGER)').close()
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (a INTEGER, e INTEGER);')
  const swapped = ['--rename', 't.e=a', '--rename', 't.a=e']
  const idle = (hint: string): string => ` ! --rename ${hint} does nothing: without it nothing differs\n`
  for (const command of ['plan', 'apply --yes']) {
    const { code, stdout, stderr } = await schema(...command.split(' '), 'app.db', '--to', 'to.sql', ...swapped)
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'app.db → to.sql   1 table, in sync\n',
      stderr: idle('t.e=a') + idle('t.a=e'),
    })
  }
  expect(await schema('plan', 'app.db', '--to', 'to.sql')).toMatchObject({ stderr: '' })
})

test('a declaration keeps its renames, which act once', async ({ folder, schema }) => {
  makeUsers(folder)
  writeFileSync(
    join(folder, 'schema.ts'),
    `import { defineSchema, integer, table, text } from 'sqlite-converge'
     export default defineSchema({
       members: table({
         id: integer(),
         full_name: text().renamedFrom('name'),
         'a note': text(),
       }).primaryKey(['id']).renamedFrom('users'),
       posts: table({ id: integer(), user_id: integer() })
         .primaryKey(['id'])
         .foreignKey(['user_id'], 'members', ['id'], { onDelete: 'cascade' }),
     })`,
  )
  const applied = await schema('apply', 'app.db', '--to', 'schema.ts', '--yes', '--format', 'json')
  expect(applied.code).toBe(0)
  const { changes, reverse } = JSON.parse(applied.stdout).plan
  expect(changes).toEqual([
    { kind: 'rename-table', from: 'users', to: 'members' },
    { kind: 'rename-column', table: 'members', from: 'name', to: 'full_name' },
  ])
  expect(reverse.kind).toBe('exact')
  expect(await schema('plan', 'app.db', '--to', 'schema.ts', '--check')).toMatchObject({ code: 0 })
})

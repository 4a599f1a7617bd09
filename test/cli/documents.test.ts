import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { inspect } from '../../src/index.ts'
import { emptySchema, objectsOf } from '../../src/model/schema.ts'
import { projectFolder, test } from './run-cli.ts'

const description = JSON.parse(readFileSync(join(projectFolder, 'plan.schema.json'), 'utf8'))
const validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(description)

/** What of the description a document is: of `oneOf`, exactly one. */
function kindOf(document: unknown): string {
  const valid = validate(document)
  if (!valid) throw new Error(`${JSON.stringify(document)}\n${JSON.stringify(validate.errors, null, 1)}`)
  const ajv = new Ajv({ strict: true, allowUnionTypes: true }).addSchema(description, 'all')
  const kinds = (description.oneOf as { $ref: string }[]).filter(
    ({ $ref }) => ajv.validate({ $ref: `all${$ref}` }, document) === true,
  )
  return kinds.map(({ $ref }) => $ref.split('/').at(-1)).join(', ')
}

const first = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);'
const second = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE);'
const third =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, c REFERENCES t (a)); CREATE VIEW v AS SELECT a FROM t;'

test('what every command prints as JSON is as the JSON Schema says', async ({ folder, schema }) => {
  for (const name of ['a', 'b']) {
    const db = new Database(join(folder, `${name}.db`))
    db.exec(`${first} INSERT INTO t VALUES (1, 'x', 'y'), (2, 'z', NULL)`)
    db.close()
  }
  for (const [name, text] of Object.entries({ first, second, third })) writeFileSync(join(folder, `${name}.sql`), text)
  const print = async (code: number, ...args: string[]): Promise<unknown> => {
    const done = await schema(...args, '--format', 'json')
    expect({ args, code: done.code }).toEqual({ args, code })
    return JSON.parse(done.stdout)
  }
  const kinds: Record<string, string> = {}
  const seen = async (what: string, code: number, ...args: string[]): Promise<void> => {
    kinds[what] = kindOf(await print(code, ...args))
  }

  await seen('status without a journal', 0, 'status', 'a.db')
  await seen('a refusal', 3, 'apply', 'a.db', '--to', 'second.sql', '--yes')
  await seen('a dry run', 0, 'apply', 'a.db', '--to', 'second.sql', '--keep', '--dry-run')
  await seen('apply', 0, 'apply', 'a.db', '--to', 'second.sql', '--keep', '--backup', '--yes')
  await seen('apply where nothing differs', 0, 'apply', 'a.db', '--to', 'second.sql', '--yes')
  await seen('apply without a journal', 0, 'apply', 'a.db', '--to', 'third.sql', '--no-journal', '--yes')
  await seen('status after others', 0, 'status', 'a.db', '--to', 'second.sql')
  await seen('apply again', 0, 'apply', 'a.db', '--to', 'second.sql', '--allow', 'data-loss,definition-loss', '--yes')
  await seen('apply once more', 0, 'apply', 'a.db', '--to', 'third.sql', '--yes')
  await seen('revert of two', 0, 'revert', 'a.db', '--steps', '2', '--backup', '--yes')
  await seen('status after a revert', 0, 'status', 'a.db', '--to', 'third.sql')
  await seen('prune, a dry run', 0, 'prune', 'a.db', '--older-than', '0', '--dry-run')
  await seen('prune', 0, 'prune', 'a.db', '--older-than', '0', '--yes')
  await seen('prune of nothing', 0, 'prune', 'a.db', '--older-than', '0', '--yes')
  await seen('status after it', 0, 'status', 'a.db')
  await seen('a new database', 0, 'apply', 'new.db', '--to', 'third.sql', '--create', '--yes')
  await seen('revert', 0, 'revert', 'new.db', '--yes')
  await seen('inspect', 0, 'inspect', 'third.sql')
  await seen('inspect of nothing that is there', 2, 'inspect', 'fourth.sql')
  await seen('diff', 0, 'diff', 'first.sql', 'third.sql')
  await seen('diff of the same', 0, 'diff', 'first.sql', 'first.sql')
  await seen('status of two', 0, 'status', 'a.db', 'b.db')
  await seen('prune of two', 0, 'prune', 'a.db', 'new.db', '--older-than', '0', '--yes')
  await seen('revert of two, one of which has nothing', 3, 'revert', 'a.db', 'b.db', '--yes')
  await seen('plan of two', 0, 'plan', 'a.db', 'b.db', '--to', 'third.sql')

  expect(kinds).toEqual({
    'status without a journal': 'status',
    'a refusal': 'failure',
    'a dry run': 'applied',
    apply: 'applied',
    'apply where nothing differs': 'applied',
    'apply without a journal': 'applied',
    'status after others': 'status',
    'apply again': 'applied',
    'apply once more': 'applied',
    'revert of two': 'reverted',
    'status after a revert': 'status',
    'prune, a dry run': 'pruned',
    prune: 'pruned',
    'prune of nothing': 'pruned',
    'status after it': 'status',
    'a new database': 'applied',
    revert: 'reverted',
    inspect: 'schema',
    'inspect of nothing that is there': 'failure',
    diff: 'differences',
    'diff of the same': 'differences',
    'status of two': 'plans',
    'prune of two': 'plans',
    'revert of two, one of which has nothing': 'plans',
    'plan of two': 'looks',
  })
})

test('so is what is done with the databases of a config', async ({ folder, schema }) => {
  for (const name of ['own', 'x1', 'x2']) new Database(join(folder, `${name}.db`)).exec(first).close()
  writeFileSync(join(folder, 'to.sql'), third)
  const databases = "{ own: { path: 'own.db', to: 'to.sql' }, many: { path: 'x*.db', to: 'to.sql' } }"
  writeFileSync(join(folder, 'schema.config.mjs'), `export default { databases: ${databases} }`)
  const found: Record<string, string> = {}
  const commands = [
    'plan',
    'apply --dry-run --allow data-loss',
    'apply --yes --allow data-loss',
    'status',
    'revert own many --yes',
  ]
  for (const command of commands) {
    const { code, stdout } = await schema(...command.split(' '), '--format', 'json')
    expect({ command, code }).toEqual({ command, code: 0 })
    found[command] = kindOf(JSON.parse(stdout))
  }
  expect(found).toEqual(Object.fromEntries(commands.map((command) => [command, 'plans'])))
})

test('so is every schema of the cases', async () => {
  const cases = new URL('../cases/', import.meta.url)
  const kinds = new Set<string>()
  for (const entry of readdirSync(cases, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const db = new Database(':memory:')
    try {
      db.exec(readFileSync(new URL(`${entry.name}/from.sql`, cases), 'utf8'))
      const found = await inspect(db)
      for (const { kind } of objectsOf(found)) kinds.add(kind)
      const valid = validate({ version: 1, database: entry.name, ...found })
      expect([entry.name, valid, validate.errors]).toEqual([entry.name, true, null])
    } finally {
      db.close()
    }
  }
  expect([...kinds].sort()).toEqual(['index', 'table', 'trigger', 'view', 'virtual table'])
})

test('so is a schema with something that is left alone, since SQLite reads only the first statement of its text', async ({
  folder,
  schema,
}) => {
  const db = new Database(join(folder, 'a.db'))
  db.exec('CREATE TABLE t (a)')
  db.unsafeMode().pragma('writable_schema = ON')
  db.exec("UPDATE sqlite_schema SET sql = sql || '; CREATE TABLE u (a)'")
  db.close()
  const { stdout } = await schema('inspect', 'a.db', '--format', 'json')
  expect(kindOf(JSON.parse(stdout))).toBe('schema')
  expect(JSON.parse(stdout).unsupported[0]).toMatchObject({ type: 'table', name: 't' })
})

test('a document that has something else is none', () => {
  const status = { version: 1, database: 'a', fingerprint: 'x', tables: 0, size: 0, changes: [], kept: [] }
  const whole = { ...status, inForce: [], at: null, journal: [] }
  expect(kindOf(whole)).toBe('status')
  expect(validate(status)).toBe(false)
  expect(validate({ ...whole, more: 1 })).toBe(false)
  expect(validate({ ...whole, journal: [{}] })).toBe(false)
  const none = { version: 1, database: 'a', ...emptySchema }
  expect(validate(none)).toBe(true)
  expect(validate({ ...none, tables: [{ kind: 'table', name: 't' }] })).toBe(false)
})

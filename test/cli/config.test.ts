import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { bytesOf } from './contents.ts'
import { runCli, test } from './run-cli.ts'
import { ask, books, legacy, make, makeProject, notes, write } from './two-databases.ts'

const columns = (table: string): string => `SELECT group_concat(name) FROM pragma_table_info('${table}')`

describe('without an argument', () => {
  test('plan takes all databases, each with its own target and options', async ({ folder, schema, expect }) => {
    makeProject(folder)
    const { code, stdout, stderr } = await schema('plan')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('data/library.db → schema/library.sql')
    expect(stdout).toContain('data/notes.db → schema/notes.sql')
    expect(stdout).not.toContain('! drop-table')
    expect(stdout).toContain('schema apply library\n')
    expect(await schema('plan', '--check')).toMatchObject({ code: 1 })
  })

  test('what is said to come next is what the config has options for', async ({ folder, schema, expect }) => {
    makeProject(folder)
    const planned = await schema('plan', 'data/notes.db')
    expect(planned.stdout).toContain('schema apply notes\n')
    const applied = await schema('apply', '--yes')
    expect(applied.stdout).toContain('way back: schema revert library\n')
    expect(await schema('revert', 'library', '--yes')).toMatchObject({ code: 0 })
  })

  test('apply converges all, status says so, and the JSON has the name of each', async ({ folder, schema, expect }) => {
    makeProject(folder)
    const { code, stdout } = await schema('apply', '--yes', '--format', 'json')
    expect(code).toBe(0)
    const { databases } = JSON.parse(stdout)
    expect(databases).toMatchObject([
      { version: 1, name: 'library', database: 'data/library.db', applied: true },
      { version: 1, name: 'notes', database: 'data/notes.db', applied: true },
    ])
    expect(ask(folder, 'data/library.db', columns('books'))).toBe('id,title,year')
    expect(ask(folder, 'data/library.db', 'SELECT count(*) FROM legacy_log')).toBe(1)
    expect(ask(folder, 'data/notes.db', columns('notes'))).toBe('id,body,tag')
    const status = JSON.parse((await schema('status', '--format', 'json')).stdout)
    expect(status.databases).toMatchObject([
      { name: 'library', inSync: true },
      { name: 'notes', inSync: true },
    ])
    expect(await schema('prune', '--yes')).toMatchObject({ code: 0 })
  })

  test('an error in one keeps no other from its turn, and the exit code is the highest', async ({
    folder,
    schema,
    expect,
  }) => {
    makeProject(folder)
    rmSync(join(folder, 'data/library.db'))
    const { code, stdout, stderr } = await schema('apply', '--yes', '--format', 'json')
    expect(code).toBe(2)
    expect(stderr).toContain('no such file: data/library.db')
    expect(JSON.parse(stdout).databases).toMatchObject([
      { name: 'library', error: { code: 'no-such-database' } },
      { name: 'notes', applied: true },
    ])
  })

  test('what is wrong with the options of one is its own error, once others have had their turn', async ({
    folder,
    schema,
    expect,
  }) => {
    makeProject(folder)
    write(folder, {
      'schema.config.mjs': `export default { databases: {
        notes: { path: 'data/notes.db', to: 'schema/notes.sql' },
        library: { path: 'data/library.db', to: 'schema/library.sql', journal: false, exclude: ['legacy_*'] },
      } }`,
    })
    const { code, stdout } = await schema(
      'apply',
      '--config',
      'schema.config.mjs',
      '--keep',
      '--yes',
      '--format',
      'json',
    )
    expect(code).toBe(2)
    expect(JSON.parse(stdout).databases).toMatchObject([
      { name: 'notes', applied: true },
      { name: 'library', error: { code: 'usage' } },
    ])
  })

  test.for([
    [['revert', '--yes'], 'the last plan of one need not belong to the last plan of another'],
    [['inspect'], 'a declaration is of one'],
    [['plan', '--out', 'plan.json'], '--out takes exactly one database'],
    [['apply', '--yes', '--backup-to', 'copy.db'], '--backup-to takes exactly one database'],
    [['apply', '--yes', '--plan', 'plan.json'], 'a plan is of one database'],
    [['plan', '--to', 'other.sql'], 'the target other.sql is of one database'],
  ] as const)('%j is asked which one', async ([args, says], { folder, schema, expect }) => {
    makeProject(folder)
    const { code, stdout, stderr } = await schema(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
    expect(stderr).toContain('say which: library (data/library.db), notes (data/notes.db)')
  })

  test('a target is that of the databases that have it', async ({ folder, schema, expect }) => {
    makeProject(folder)
    const { code, stdout } = await schema('plan', '--to', './schema/notes.sql')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^data\/notes\.db → \.\/schema\/notes\.sql/)
    expect(stdout).not.toContain('library')
  })

  test('a config of one database needs no name: revert, inspect, another target, a saved plan', async ({
    folder,
    schema,
    expect,
  }) => {
    makeProject(folder)
    write(folder, {
      'schema.config.ts': `export default { databases: { notes: { path: 'data/notes.db', to: 'schema/notes.sql', keep: true, fast: true } } }`,
      'other.sql': notes.replace('body', 'text'),
    })
    expect((await schema('plan', '--to', 'other.sql')).stdout).toContain('data/notes.db → other.sql')
    expect(await schema('plan', '--out', 'plan.json')).toMatchObject({ code: 0 })
    expect(await schema('apply', '--plan', 'plan.json', '--yes')).toMatchObject({ code: 0 })
    expect((await schema('inspect', '--format', 'sql')).stdout).toContain('tag TEXT')
    expect(await schema('revert', '--yes')).toMatchObject({ code: 0 })
    expect((await schema('inspect', '--format', 'sql')).stdout).not.toContain('tag TEXT')
  })
})

describe('an argument', () => {
  test.for(['notes', 'data/notes.db', './data/../data/notes.db'])(
    'is a name or a path of a database: %s',
    async (argument, { folder, schema, expect }) => {
      makeProject(folder)
      const { code, stdout } = await schema('plan', argument, '--format', 'json')
      expect(code).toBe(0)
      // One database is printed as it always is.
      expect(JSON.parse(stdout)).toMatchObject({ version: 1, inSync: false, steps: [{ object: 'notes' }] })
      expect(JSON.parse(stdout)).not.toHaveProperty('name')
    },
  )

  test('is in a pattern or a directory of the config, and the file alone is taken', async ({
    folder,
    schema,
    expect,
  }) => {
    for (const path of ['tenants/a.db', 'tenants/b.db', 'tenants/_.db', 'shops/c.db']) make(folder, path, notes)
    write(folder, {
      'to.sql': notes.replace('body', 'text'),
      'schema.config.mjs': `export default { databases: {
        tenants: { path: ['tenants/[!_].db'], to: 'to.sql' },
        shops: { path: 'shops', to: 'to.sql' },
      } }`,
    })
    for (const path of ['tenants/a.db', 'shops/c.db']) {
      const { code, stdout } = await schema('plan', path)
      expect(code).toBe(0)
      expect(stdout.match(/ → /g)).toHaveLength(1)
      expect(stdout).toContain(`${path} → to.sql`)
    }
    expect((await schema('plan', 'tenants/_.db')).stderr).toContain('is called tenants/_.db')
  })

  test('that the config does not name is a mistake, which says what is named', async ({ folder, schema, expect }) => {
    makeProject(folder)
    make(folder, 'x.db', notes)
    for (const [argument, hint] of [
      ['x.db', 'named are: library (data/library.db), notes (data/notes.db)'],
      ['libary', 'is library meant?'],
      ['data/none.db', 'named are'],
    ] as const) {
      const { code, stdout, stderr } = await schema('plan', argument)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain(`no database of schema.config.ts is called ${argument}`)
      expect(stderr).toContain(hint)
    }
  })

  test('that two databases have is a mistake', async ({ folder, schema, expect }) => {
    makeProject(folder)
    write(folder, {
      'schema.config.ts': `const one = { path: 'data/notes.db', to: 'schema/notes.sql' }
        export default { databases: { one, two: one } }`,
    })
    const { code, stderr } = await schema('plan', 'data/notes.db')
    expect(code).toBe(2)
    expect(stderr).toContain('belongs to several databases of schema.config.ts: one, two')
  })

  test('a name and its path are one database', async ({ folder, schema, expect }) => {
    makeProject(folder)
    const { stdout } = await schema('plan', 'notes', 'data/notes.db', 'notes')
    expect(stdout.match(/ → /g)).toHaveLength(1)
  })

  test('a file goes before a name', async ({ folder, schema, expect }) => {
    makeProject(folder)
    make(folder, 'notes', notes)
    expect(await schema('plan', 'notes')).toMatchObject({ code: 2 })
    const { stdout } = await schema('plan', 'notes', '--to', 'schema/notes.sql')
    expect(stdout).toMatch(/^notes → schema\/notes\.sql/)
  })
})

describe('the command line goes before the config', () => {
  test('a target is the one that is typed, and lists are joined', async ({ folder, schema, expect }) => {
    makeProject(folder)
    write(folder, { 'empty.sql': '' })
    const { code, stdout } = await schema('plan', 'library', '--to', 'empty.sql', '--exclude', 'books', '--check')
    expect(code).toBe(0)
    expect(stdout).toContain('data/library.db → empty.sql')
    const next = await schema('plan', 'library', '--exclude', 'x*')
    expect(next.stdout).toContain("schema apply library --exclude 'x*'\n")
  })

  test('journal, keep and fast are what the config says, unless the command line does', async ({
    folder,
    schema,
    expect,
  }) => {
    make(
      folder,
      'data/app.db',
      'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT); INSERT INTO t VALUES (1, 2, 3)',
    )
    write(folder, {
      'schema/a.sql': 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)',
      'schema.config.ts': `export default { databases: {
        app: { path: 'data/app.db', to: 'schema/a.sql', keep: true, fast: true },
        bare: { path: 'data/app.db', to: 'schema/a.sql', journal: false, allow: ['data-loss'] },
      } }`,
    })
    const kept = JSON.parse((await schema('plan', 'app', '--format', 'json')).stdout)
    expect(kept.kept).toHaveLength(1)
    const typed = JSON.parse((await schema('plan', 'app', '--keep=false', '--format', 'json')).stdout)
    expect(typed.kept).toHaveLength(0)
    expect(await schema('apply', 'bare', '--yes')).toMatchObject({ code: 0 })
    expect(ask(folder, 'data/app.db', columns('t'))).toBe('id,a')
    expect(
      ask(folder, 'data/app.db', "SELECT count(*) FROM sqlite_schema WHERE name LIKE '\\_schema%' ESCAPE '\\'"),
    ).toBe(0)
  })

  test('what a config allows is not allowed for the way back', async ({ folder, schema, expect }) => {
    makeProject(folder)
    write(folder, {
      'schema.config.ts': `export default { databases: { notes: { path: 'data/notes.db', to: 'schema/notes.sql', allow: ['data-loss'] } } }`,
    })
    expect(await schema('apply', '--yes')).toMatchObject({ code: 0 })
    make(folder, 'data/notes.db', "INSERT INTO notes (body, tag) VALUES ('a', 'b')")
    expect(await schema('revert', '--yes')).toMatchObject({ code: 3 })
    expect(await schema('revert', '--yes', '--allow', 'data-loss')).toMatchObject({ code: 0 })
  })
})

describe('a config is read only where the command line does not say all', () => {
  const bomb = `import { writeFileSync } from 'node:fs'\nwriteFileSync('was-read', '')\nthrow new Error('it was read')\n`

  function makeBomb(folder: string): void {
    makeProject(folder)
    write(folder, { 'schema.config.ts': bomb })
    make(folder, 'app.db', notes)
  }

  test.for([
    ['plan', 'app.db', '--to', 'schema/notes.sql'],
    ['plan', 'data/notes.db', 'app.db', '--to', 'schema/notes.sql', '--keep'],
    ['apply', 'app.db', '--to', 'schema/notes.sql', '--yes'],
    ['apply', 'new.db', '--to', 'schema/notes.sql', '--yes', '--create'],
    ['status', 'app.db'],
    ['prune', 'app.db', '--yes'],
    ['inspect', 'app.db'],
    ['inspect', 'schema/notes.sql', '--format', 'json'],
    ['diff', 'app.db', 'data/notes.db'],
  ])('%j reads none', async (args, { folder, schema, expect }) => {
    makeBomb(folder)
    expect(await schema(...args)).toMatchObject({ code: 0 })
    expect(existsSync(join(folder, 'was-read'))).toBe(false)
  })

  test('nor does revert of a path', async ({ folder, schema, expect }) => {
    makeBomb(folder)
    await schema('apply', 'app.db', '--to', 'schema/notes.sql', '--yes')
    expect(await schema('revert', 'app.db', '--yes')).toMatchObject({ code: 0 })
    expect(existsSync(join(folder, 'was-read'))).toBe(false)
  })

  test.for([
    ['plan'],
    ['plan', 'app.db'],
    ['plan', '--to', 'schema/notes.sql'],
    ['plan', 'notes', '--to', 'schema/notes.sql'],
    ['plan', 'app.db', '--to', 'schema/notes.sql', '--config', 'schema.config.ts'],
    ['status'],
    ['status', 'missing.db'],
    ['revert', 'notes', '--yes'],
    ['inspect', 'notes'],
  ])('%j reads it', async (args, { folder, schema, expect }) => {
    makeBomb(folder)
    const { code, stderr } = await schema(...args)
    expect(code).toBe(2)
    expect(stderr).toContain("schema.config.ts can't be loaded: it was read   [config-unreadable]")
    expect(existsSync(join(folder, 'was-read'))).toBe(true)
  })

  test('that of a folder above is never run', async ({ folder, expect }) => {
    makeBomb(folder)
    write(folder, { 'below/x': '' })
    const { code, stderr } = await runCli(join(folder, 'below'), ['plan'])
    expect(code).toBe(2)
    expect(stderr).toContain('no database is given')
    expect(existsSync(join(folder, 'below/was-read'))).toBe(false)
  })

  test('without a config, what is missing is said as ever', async ({ folder, schema, expect }) => {
    make(folder, 'app.db', notes)
    expect((await schema('plan', 'app.db')).stderr).toContain('--to is missing')
    expect((await schema('apply', 'app.db', '--yes')).stderr).toContain('no target is given')
    expect((await schema('status', 'none.db')).stderr).toContain('no such file: none.db')
  })
})

describe('--config', () => {
  test('names another file, whose paths are relative to it', async ({ folder, schema, expect }) => {
    makeProject(folder)
    write(folder, { 'project/x': '' })
    for (const part of ['data', 'schema', 'schema.config.ts'])
      renameSync(join(folder, part), join(folder, 'project', part))
    const { code, stdout } = await schema('plan', '--config', 'project/schema.config.ts')
    expect(code).toBe(0)
    expect(stdout).toContain('project/data/notes.db → project/schema/notes.sql')
    expect(stdout).toContain('schema apply notes --config project/schema.config.ts\n')
    expect(await schema('apply', 'notes', '--config', 'project/schema.config.ts', '--yes')).toMatchObject({ code: 0 })
  })

  test('is read also where a path and --to are given, and knows the options of this path', async ({
    folder,
    schema,
    expect,
  }) => {
    makeProject(folder)
    write(folder, { 'empty.sql': books })
    const args = ['plan', 'data/library.db', '--to', 'empty.sql', '--check']
    expect(await schema(...args)).toMatchObject({ code: 1 })
    expect(await schema(...args, '--config', 'schema.config.ts')).toMatchObject({ code: 0 })
    make(folder, 'other.db', legacy)
    const other = await schema('plan', 'other.db', '--to', 'empty.sql', '--config', 'schema.config.ts')
    expect(other).toMatchObject({ code: 2 })
  })

  test('has to be said where there are two', async ({ folder, schema, expect }) => {
    makeProject(folder)
    write(folder, { 'schema.config.mjs': 'export default { databases: {} }' })
    const { code, stderr } = await schema('plan')
    expect(code).toBe(2)
    expect(stderr).toContain('there are two configs: schema.config.ts and schema.config.mjs')
    expect(await schema('plan', '--config', 'schema.config.ts')).toMatchObject({ code: 0 })
  })
})

const entry = `{ path: 'data/notes.db', to: 'schema/notes.sql' }`

describe('a config of any kind of module is read', () => {
  test.for([
    ['schema.config.mts', `const config: object = { databases: { notes: ${entry} } }; export default config`],
    ['schema.config.js', `export default { databases: { notes: ${entry} } }`],
    ['schema.config.js', `module.exports = { databases: { notes: ${entry} } }`],
    [
      'schema.config.mjs',
      `import { defineConfig } from 'sqlite-converge'; export default defineConfig({ databases: { notes: ${entry} } })`,
    ],
    ['schema.config.ts', `export default await Promise.resolve({ databases: { notes: ${entry} } })`],
    ['schema.config.ts', `export default { databases: { ['__proto__']: ${entry} } }`],
    ['schema.config.ts', `export default { databases: { constructor: ${entry}, toString: undefined } }`],
  ] as const)('%s: %s', async ([file, text], { folder, schema, expect }) => {
    makeProject(folder)
    rmSync(join(folder, 'schema.config.ts'))
    write(folder, { [file]: text })
    const { code, stdout, stderr } = await schema('plan')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('data/notes.db → schema/notes.sql')
  })
})

describe('a config that is none ends with 2, and says where it is wrong', () => {
  const one = (more: string): string => `export default { databases: { app: { path: 'a.db', to: 'a.ts', ${more} } } }`
  test.for([
    ['', 'there is no default export'],
    ['export const config = {}', 'there is no default export'],
    ['export default 7', 'the default export: an object is needed, not 7'],
    ['export default null', 'the default export: an object is needed, not null'],
    ['export default () => ({})', 'the default export: an object is needed, not a function'],
    ['export default Promise.reject(new Error())', 'the default export: it is a promise'],
    ['export default {}', 'the default export: databases is missing'],
    ['export default { database: {} }', 'the default export: there is no "database"'],
    ['export default { databases: [] }', 'databases: an object is needed, not a list'],
    ['export default { databases: {} }', 'databases: none is named'],
    ['export default { databases: { __proto__: {} } }', 'databases: none is named'],
    ['export default { databases: { app: "a.db" } }', 'databases.app: an object is needed, not "a.db"'],
    ['export default { databases: { app: { to: "a.ts" } } }', 'databases.app: path is missing'],
    ['export default { databases: { app: { path: "a.db" } } }', 'databases.app: to is missing'],
    ['export default { databases: { "a.db": {} } }', 'databases["a.db"]: a name has to be told from a path'],
    ['export default { databases: { "": {} } }', 'databases[""]: a name'],
    ['export default { databases: { "-y": {} } }', 'databases["-y"]: a name'],
    ['export default { databases: { "\\u001b[31m": {} } }', 'databases["\\u001b[31m"]: a name'],
    [one('excludes: []'), 'databases.app: there is no "excludes"'],
    [one('__proto__: null, ["__proto__"]: 1'), 'databases.app: there is no "__proto__"'],
    [one('exclude: "legacy_*"'), 'databases.app.exclude: a list of texts is needed, not "legacy_*"'],
    [one('exclude: ["a", 7]'), 'databases.app.exclude[1]: a text is needed, not 7'],
    [one('exclude: [,]'), 'databases.app.exclude[0]: a text is needed, not undefined'],
    [one('exclude: [""]'), 'databases.app.exclude[0]: a text is needed, not an empty text'],
    [one('path: []'), 'databases.app.path: the list is empty'],
    [one('path: ["a.db", null]'), 'databases.app.path[1]: a text is needed, not null'],
    [one('to: {}'), 'databases.app.to: a text is needed, not an object'],
    [one('allow: ["drop-tabel"]'), 'databases.app.allow: nothing to allow is called drop-tabel'],
    [one('keep: 1'), 'databases.app.keep: true or false is needed, not 1'],
    [one('keep: true, journal: false'), 'databases.app.keep: it needs the journal'],
    [one('setup: () => {}'), 'databases.app.setup: a text is needed, not a function'],
    [
      one('pragmas: { foreign_keys: true }'),
      'databases.app.pragmas.foreign_keys: it is not set for a plan: they are off',
    ],
    [one('pragmas: { cache_sise: 1 }'), 'databases.app.pragmas.cache_sise: no setting is called so'],
    [one('pragmas: { cache_size: "1; DROP TABLE t" }'), 'databases.app.pragmas.cache_size: it takes a whole number'],
    [one('pragmas: { "cache_size = 1; --": 1 }'), 'no setting is called so'],
    [one('pragmas: []'), 'databases.app.pragmas: an object is needed, not a list'],
    [one('get exclude() { throw new Error("no peeking") }'), 'no peeking'],
    ['export default new Proxy({}, { ownKeys() { throw 0 } })', 'schema.config.ts: 0'],
    ['throw new Error("in a bad mood")', 'in a bad mood'],
    ['throw undefined', 'it threw nothing'],
    ['const x: = 1', "schema.config.ts can't be loaded"],
    ['import "./not-here.ts"', 'not-here.ts'],
    ['process.exit(0)', 'schema.config.ts ended the process'],
    ['await new Promise(() => {})', 'schema.config.ts ended the process'],
  ] as const)('%s', async ([text, says], { folder, schema, expect }) => {
    makeProject(folder)
    write(folder, { 'schema.config.ts': text })
    const before = bytesOf(folder)
    const { code, stdout, stderr } = await schema('apply', '--yes')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
    expect(bytesOf(folder)).toEqual(before)
  })

  test.for([
    [['--config', 'none.ts'], 'no such file: none.ts'],
    [['--config', 'data'], 'data is no module'],
    [['--config', 'schema/notes.sql'], 'schema/notes.sql is no module'],
    [['--config'], 'config'],
    [['--config', 'a.ts', '--config', 'b.ts'], '--config is given more than once'],
  ] as const)('plan %j', async ([args, says], { folder, schema, expect }) => {
    makeProject(folder)
    const { code, stdout, stderr } = await schema('plan', ...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
  })
})

test('whoever ends one database means all of them', async ({ folder, schema, expect }) => {
  makeProject(folder)
  write(folder, {
    // Only the process that holds the connection has somebody to answer to.
    'end.mjs': `export default () => { if (process.send) process.kill(process.ppid, 'SIGINT') }`,
    'schema.config.ts': `export default { databases: {
      library: { path: 'data/library.db', to: 'schema/library.sql', exclude: ['legacy_*'], setup: 'end.mjs' },
      notes: ${entry},
    } }`,
  })
  const { code, stdout } = await schema('apply', '--yes', '--format', 'json')
  expect(code).toBe(130)
  expect(JSON.parse(stdout)).toMatchObject({ databases: [{ name: 'library', error: { code: 'interrupted' } }] })
  expect(ask(folder, 'data/library.db', columns('books'))).toBe('id,title')
  expect(ask(folder, 'data/notes.db', columns('notes'))).toBe('id,body')
})

test('pragmas are made by the process that holds the connection, and those of a file where it is made', async ({
  folder,
  schema,
  expect,
}) => {
  write(folder, {
    'to.sql': notes,
    'see.mjs': `import { appendFileSync } from 'node:fs'
      export default (db) => appendFileSync('seen', db.pragma('cache_size', { simple: true }) + ' ')`,
    'schema.config.ts': `export default { databases: { app: {
      path: 'app.db', to: 'to.sql', setup: 'see.mjs', pragmas: { cache_size: -1234, journal_mode: 'wal', page_size: 8192 },
    } } }`,
  })
  expect(await schema('apply', '--create', '--yes')).toMatchObject({ code: 0 })
  expect(ask(folder, 'app.db', 'SELECT page_size FROM pragma_page_size')).toBe(8192)
  expect(ask(folder, 'app.db', 'SELECT journal_mode FROM pragma_journal_mode')).toBe('wal')
  expect(readFileSync(join(folder, 'seen'), 'utf8')).toMatch(/^(-1234 )+$/)
})

test('what a config prints is no result', async ({ folder, schema, expect }) => {
  makeProject(folder)
  write(folder, { 'schema.config.ts': `console.log('talk'); export default { databases: { notes: ${entry} } }` })
  const { stdout, stderr } = await schema('plan', '--format', 'json')
  expect(stderr).toContain('talk')
  expect(JSON.parse(stdout)).toMatchObject({ database: 'data/notes.db' })
})

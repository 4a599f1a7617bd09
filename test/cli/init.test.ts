import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { makeMappingCache, makeMetamapper } from './biomapper.ts'
import { bytesOf } from './contents.ts'
import { test } from './run-cli.ts'
import { ask, books, legacy, make, notes, write } from './two-databases.ts'

const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8')

describe('schema init', () => {
  test('writes a declaration and a config for one database, which are in sync with it', async ({
    folder,
    schema,
    expect,
  }) => {
    make(folder, 'data/app.db', books)
    const { code, stdout, stderr } = await schema('init', 'data/app.db')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/wrote {2}schema\.config\.ts +app\n/)
    expect(stdout).toMatch(/wrote {2}schema\.ts +1 object of data\/app\.db, in sync\n/)
    expect(stdout).toContain('schema plan')
    expect(read(folder, 'schema.config.ts')).toBe(`import { defineConfig } from 'sqlite-converge'

export default defineConfig({
  databases: {
    app: { path: 'data/app.db', to: 'schema.ts' },
  },
})
`)
    expect(await schema('plan', '--check')).toMatchObject({ code: 0 })
    // What comes next works: a change of the declaration.
    write(folder, { 'schema.ts': read(folder, 'schema.ts').replace('title: text()', 'title: text(), year: text()') })
    expect(await schema('plan', 'app', '--check')).toMatchObject({ code: 1 })
    expect(await schema('apply', '--yes')).toMatchObject({ code: 0 })
    expect(ask(folder, 'data/app.db', "SELECT count(*) FROM pragma_table_info('books')")).toBe(3)
  })

  test('takes the databases of the folder, and writes a declaration of each', async ({ folder, schema, expect }) => {
    make(folder, 'b.sqlite', notes)
    make(folder, 'a.db', books)
    write(folder, { 'note.txt': '', 'c.db/inside': '' })
    const { code, stdout, stderr } = await schema('init')
    expect(code).toBe(0)
    expect(stderr).toContain('found  a.db, b.sqlite')
    expect(stdout).toContain('schema/a.ts')
    expect(read(folder, 'schema.config.ts')).toContain("b: { path: 'b.sqlite', to: 'schema/b.ts' },")
    expect(await schema('plan', '--check')).toMatchObject({ code: 0 })
  })

  test('writes the databases of a real system', async ({ folder, schema, expect }) => {
    makeMetamapper(join(folder, 'metamapper.db')).close()
    makeMappingCache(join(folder, 'mapping_cache.db'), 10).close()
    const { code, stdout } = await schema('init', 'metamapper.db', 'mapping_cache.db')
    expect(code).toBe(0)
    expect(stdout).toContain('of metamapper.db, in sync')
    expect(await schema('plan', '--check')).toMatchObject({ code: 0 })
  })

  test('writes a config alone for a declaration that is there, and a database that is not', async ({
    folder,
    schema,
    expect,
  }) => {
    write(folder, { 'schema.ts': `import { defineSchema } from 'sqlite-converge'\nexport default defineSchema({})\n` })
    const { code, stdout } = await schema('init', 'data/app.db', '--to', 'schema.ts')
    expect(code).toBe(0)
    expect(stdout).not.toContain('in sync')
    expect(stdout).toContain('schema apply --create')
    expect(read(folder, 'schema.config.ts')).toContain("app: { path: 'data/app.db', to: 'schema.ts' },")
    expect(existsSync(join(folder, 'data'))).toBe(false)
    mkdirSync(join(folder, 'data'))
    expect(await schema('apply', '--create', '--yes')).toMatchObject({ code: 0 })
  })

  test('writes the declaration where --to says, also as a script; and a pattern for a declaration that is there', async ({
    folder,
    schema,
    expect,
  }) => {
    make(folder, 'tenants/a.db', notes)
    expect(await schema('init', 'tenants/a.db', '--to', 'db/notes.sql')).toMatchObject({ code: 0 })
    expect(read(folder, 'db/notes.sql')).toContain('CREATE TABLE notes')
    rmSync(join(folder, 'schema.config.ts'))
    expect(await schema('init', 'tenants/*.db', '--to', 'db/notes.sql')).toMatchObject({ code: 0 })
    expect(read(folder, 'schema.config.ts')).toContain("tenants: { path: 'tenants/*.db', to: 'db/notes.sql' },")
    expect(await schema('plan', 'tenants/a.db', '--check')).toMatchObject({ code: 0 })
  })

  test('writes what is to be left alone and loaded, and paths from the config', async ({ folder, schema, expect }) => {
    make(folder, 'data/app.db', `${books} ${legacy}`)
    write(folder, { 'functions.mjs': `export default (db) => db.function('f', (x) => x)` })
    const args = ['--exclude', 'legacy_*', '--setup', 'functions.mjs', '--config', 'project/db.config.mjs']
    expect(await schema('init', 'data/app.db', ...args)).toMatchObject({ code: 0 })
    expect(read(folder, 'project/db.config.mjs')).toContain(
      "app: { path: '../data/app.db', to: 'schema.ts', exclude: ['legacy_*'], setup: '../functions.mjs' },",
    )
    expect(await schema('plan', '--config', 'project/db.config.mjs', '--check')).toMatchObject({ code: 0 })
  })

  test('finds a name for each file', async ({ folder, schema, expect }) => {
    const files = ['2024 data.db', "it's.db", '__proto__.db', 'x/App.db', 'y/app.sqlite', '-/--.db', 'données.db']
    for (const file of files) make(folder, file, notes)
    const { code } = await schema('init', ...files.map((file) => `./${file}`), './x/../x/App.db')
    expect(code).toBe(0)
    const config = read(folder, 'schema.config.ts')
    expect([...config.matchAll(/^ {4}(\S+): \{/gm)].map(([, name]) => name)).toEqual([
      '_2024_data',
      'it_s',
      'proto',
      'App',
      'app_2',
      'database',
      "'données'",
    ])
    const { stdout } = await schema('plan', '--format', 'json')
    expect(JSON.parse(stdout).databases.map((one: { inSync: boolean }) => one.inSync)).toEqual(files.map(() => true))
  })
})

describe('schema init writes all or nothing', () => {
  test.for([
    [['init', 'a.db'], 'schema.ts'],
    [['init', 'a.db', 'b.db'], 'schema/b.ts'],
    [['init', 'a.db'], 'schema.config.ts'],
    [['init', 'a.db'], 'schema.config.mjs'],
    [['init', 'a.db', '--config', 'other.ts'], 'other.ts'],
  ] as const)('%j where there is %s', async ([args, file], { folder, schema, expect }) => {
    make(folder, 'a.db', books)
    make(folder, 'b.db', notes)
    write(folder, { [file]: '// mine' })
    const before = bytesOf(folder)
    const { code, stdout, stderr } = await schema(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`${file} would be written over; nothing was written   [file-exists]`)
    expect(bytesOf(folder)).toEqual(before)
  })

  test('also where a link leads nowhere, or a folder is a file', async ({ folder, schema, expect }) => {
    make(folder, 'a.db', books)
    make(folder, 'b.db', notes)
    symlinkSync('nowhere', join(folder, 'schema.ts'))
    expect((await schema('init', 'a.db')).stderr).toContain('schema.ts would be written over')
    rmSync(join(folder, 'schema.ts'))
    writeFileSync(join(folder, 'schema'), '')
    const before = bytesOf(folder)
    const { code, stderr } = await schema('init', 'a.db', 'b.db')
    expect(code).toBe(2)
    expect(stderr).toContain("schema/a.ts can't be written")
    expect(bytesOf(folder)).toEqual(before)
  })

  test('one database that can not be read, and nothing is written of the other', async ({ folder, schema, expect }) => {
    make(folder, 'a.db', books)
    write(folder, { 'b.db': 'this is no database, but it is long enough to be read as one: '.repeat(40) })
    const before = bytesOf(folder)
    const { code, stderr } = await schema('init')
    expect(code).toBe(2)
    expect(stderr).toContain('[not-a-database]')
    expect(bytesOf(folder)).toEqual(before)
  })

  test('a module that is loaded and fails leaves nothing of what was written', async ({ folder, schema, expect }) => {
    make(folder, 'a.db', books)
    // The declaration is in sync; what proves it finds a function that fails once it is used a second time.
    write(folder, { 'setup.mjs': 'let n = 0\nexport default () => { if (++n > 1) throw new Error("enough") }' })
    const before = bytesOf(folder)
    const { code, stderr } = await schema('init', 'a.db', '--setup', 'setup.mjs', '--to', 'deep/er/schema.ts')
    expect(code).toBe(2)
    expect(stderr).toContain('enough')
    expect(bytesOf(folder)).toEqual(before)
    expect(existsSync(join(folder, 'deep'))).toBe(false)
  })

  test('an object that can not be declared is refused as inspect does', async ({ folder, schema, expect }) => {
    const views = Array.from({ length: 40 }, (_, n) => `CREATE VIEW v${n + 1} AS SELECT * FROM v${n}, v${n};`).join(' ')
    make(folder, 'a.db', `${books} CREATE VIEW v0 AS SELECT 1; ${views}`)
    const [init, inspect] = [await schema('init', 'a.db'), await schema('inspect', 'a.db')]
    expect(init).toEqual(inspect)
    expect(init.code).toBe(3)
    expect(existsSync(join(folder, 'schema.ts'))).toBe(false)
  })

  test.for([
    [['init'], 'no database is given, and none is in this folder'],
    [['init', 'none.db'], 'no such file: none.db'],
    [['init', 'some/*.db'], 'some/*.db is not one file'],
    [['init', 'some'], 'some is not one file'],
    [['init', 'a', 'b', '--to', 'none.ts'], 'none.ts does not exist'],
    [['init', 'a', '--config', 'config.json'], '--config names a module to write'],
  ] as const)('%j makes no sense', async ([args, says], { folder, schema, expect }) => {
    write(folder, { 'some/x': '' })
    const { code, stdout, stderr } = await schema(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
    expect(existsSync(join(folder, 'schema.config.ts'))).toBe(false)
  })
})

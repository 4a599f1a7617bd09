import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { afterEach, beforeEach, expect, test } from 'vitest'

const library = fileURLToPath(new URL('../../dist/src/index.js', import.meta.url))
const driver = fileURLToPath(new URL('../../node_modules/better-sqlite3', import.meta.url))
/** What better-sqlite3 itself requires, which is never in the bundle, and what may be. */
const besides = ['bindings', 'file-uri-to-path', 'kysely'].map((name) =>
  fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url)),
)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-converge-bundled-'))
  mkdirSync(join(folder, 'node_modules'))
  for (const path of [driver, ...besides]) symlinkSync(path, join(folder, 'node_modules', path.split(/[/\\]/).at(-1)!))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** An application that opens its database as version 1, as version 2, and as version 1 again; what each of the ways gives that take a process. */
const application = `
  import Database from 'better-sqlite3'
  import { Kysely, SqliteDialect } from 'kysely'
  import { converge, convergeAll, convergeSync, defineSchema, inspect, integer, plan, revert, status, table, text } from ${JSON.stringify(library)}
  const notes = (columns) => defineSchema({ notes: table({ id: integer(), ...columns }).primaryKey(['id']) })
  const [one, two] = [notes({ body: text() }), notes({ body: text().notNull(), kind: text().notNull().default('x') })]
  async function main() {
    await converge('app.db', one, { create: true })
    const db = new Database('app.db')
    // Nobody has declared it: whether it is left alone is asked.
    db.exec("CREATE TABLE alembic_version (v); INSERT INTO notes (body) VALUES ('a')")
    const { steps } = await plan(db, two)
    convergeSync(db, two, { fast: true })
    await revert(db)
    const { inSync } = await status(db, one)
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1").pluck().all()
    const managed = (await inspect(db)).tables.map(({ name }) => name)
    const versions = db.prepare('SELECT DISTINCT tool_version FROM _schema_journal').pluck().all()
    db.close()
    await converge('app.db', two, { backup: 'app.backup' })
    const { databases } = await convergeAll(['app.db'], one, { allow: ['data-loss'], jobs: 2, signal: AbortSignal.timeout(60_000) })
    const copied = new Database('app.backup').prepare('SELECT count(*) FROM notes').pluck().get()
    const kysely = new Kysely({ dialect: new SqliteDialect({ database: new Database('app.db') }) })
    const overKysely = await plan(kysely, one)
    await kysely.destroy()
    const failure = (error) => [error.code, error.message]
    const errors = [
      await converge('app.db', two, { signal: AbortSignal.timeout(60_000) }).catch(failure),
      await converge('app.db', 'target.ts').catch(failure),
    ]
    console.log(JSON.stringify({ steps: steps.length > 0, inSync, overKysely: overKysely.inSync, tables, managed, versions, copied, states: databases.map(({ state }) => state), errors }))
  }
  main()
`

test.each([
  { format: 'es', minify: false, external: ['better-sqlite3', 'kysely'] },
  { format: 'cjs', minify: false, external: ['better-sqlite3', 'kysely'] },
  { format: 'cjs', minify: true, external: ['better-sqlite3'] },
] as const)('an application that is bundled has all that it needs in the bundle: %o', async (how) => {
  const { format, minify, external } = how
  writeFileSync(join(folder, 'source.mjs'), application)
  writeFileSync(join(folder, 'target.ts'), 'throw new Error("a bundle has no loader for it")')
  // Somebody else's, where the package's own scripts would be.
  for (const extension of ['mjs', 'cjs', 'js']) writeFileSync(join(folder, `child.${extension}`), 'process.exit(7)')
  const bundle = await rolldown({
    input: join(folder, 'source.mjs'),
    platform: 'node',
    external: [...external],
    logLevel: 'silent',
    // Of a bundle of CommonJS not every bundler knows where it is.
    ...(format === 'cjs' && { transform: { define: { 'import.meta.url': 'undefined' } } }),
  })
  const names = format === 'es' ? '[name].mjs' : '[name].cjs'
  const { output } = await bundle.write({
    dir: join(folder, 'dist'),
    entryFileNames: `app-${names}`,
    chunkFileNames: names,
    format,
    minify,
  })
  await bundle.close()
  const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
  expect(modules.filter((id) => id.includes('picomatch'))).not.toEqual([])
  // What only the commands need.
  expect(modules.filter((id) => id.includes('yargs'))).toEqual([])
  const started = join('dist', `app-${names.replace('[name]', 'source')}`)
  const { status, stdout, stderr } = spawnSync(process.execPath, [started], { cwd: folder, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({
    steps: true,
    inSync: true,
    overKysely: true,
    tables: ['_schema_journal', 'alembic_version', 'notes'],
    managed: ['notes'],
    versions: [JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version],
    copied: 1,
    states: ['applied'],
    errors: [
      [
        'missing-dependency',
        'to be ended by `signal` needs a process of its own, whose file is not where this code is',
      ],
      ['missing-dependency', 'a module as target needs jiti, which is not where this code is'],
    ],
  })
})

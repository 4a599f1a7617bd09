import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runPage } from '../docs/run-page.ts'
import { projectFolder, run } from './run-cli.ts'

/** An empty folder into which the packed tarball has been unpacked, as npm installs it. */
let folder: string
let listed: readonly string[]

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-package-')))
  // The build is there already; --ignore-scripts keeps npm from making it anew under the other tests.
  const packed = await run(projectFolder, 'npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder])
  const [{ filename, files }] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }]
  listed = files.map((file) => file.path)
  await installFrom(filename)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/**
 * Puts the package where npm would. What it depends on comes from this checkout's node_modules: the registry is not asked,
 * and better-sqlite3 is not compiled again.
 */
async function installFrom(tarball: string): Promise<void> {
  const installed = join(folder, 'node_modules', 'sqlite-converge')
  mkdirSync(installed, { recursive: true })
  const unpacked = await run(folder, 'tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
  if (unpacked.code !== 0) throw new Error(unpacked.stderr)
  const ours = join(projectFolder, 'node_modules')
  for (const name of readdirSync(ours)) {
    if (!name.startsWith('.')) symlinkSync(realpathSync(join(ours, name)), join(folder, 'node_modules', name))
  }
  const bin = join(folder, 'node_modules', '.bin')
  mkdirSync(bin)
  for (const name of ['sqlite-converge', 'schema']) symlinkSync('../sqlite-converge/dist/cli.js', join(bin, name))
  symlinkSync('../vitest/vitest.mjs', join(bin, 'vitest'))
  // npm makes a bin executable.
  const chmod = await run(folder, 'chmod', ['755', join(installed, 'dist', 'cli.js')])
  if (chmod.code !== 0) throw new Error(chmod.stderr)
}

test('the package holds the build, its types, the schema of its plans and its licence, and no source or test', () => {
  for (const path of ['dist/cli.js', 'dist/src/index.js', 'dist/src/index.d.ts', 'plan.schema.json', 'LICENSE']) {
    expect(listed).toContain(path)
  }
  expect(listed.filter((path) => /^(src|test|schema|examples|bench|scripts|demo)\//.test(path))).toEqual([])
})

const declaration = "defineSchema({ users: table({ id: integer().notNull(), email: text() }).primaryKey(['id']) })"
const names = '{ defineSchema, integer, table, text }'
const imported = `import ${names} from 'sqlite-converge'\nexport default ${declaration}\n`
const required = `const ${names} = require('sqlite-converge')\nmodule.exports = ${declaration}\n`
/** As a compiler turns an `export default` into CommonJS. */
const compiled = `Object.defineProperty(exports, '__esModule', { value: true })\nconst ${names} = require('sqlite-converge')\nexports.default = ${declaration}\n`

const projects = [
  ['module', { 'schema.ts': imported, 'schema.mjs': imported, 'schema.js': imported, 'schema.mts': imported }],
  [
    'commonjs',
    {
      'schema.ts': imported,
      'schema.mjs': imported,
      'schema.cjs': required,
      'schema.js': required,
      'compiled.cjs': compiled,
      'schema.cts': imported,
    },
  ],
] as const

describe.for(projects)('in a project of type %s', ([type, targets]) => {
  let project: string
  beforeAll(() => {
    project = join(folder, type)
    mkdirSync(project)
    symlinkSync(join(folder, 'node_modules'), join(project, 'node_modules'))
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'an-application', type }))
    for (const [name, text] of Object.entries(targets)) writeFileSync(join(project, name), text)
    const db = new Database(join(project, 'app.db'))
    db.exec('CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY)')
    db.close()
  })

  test('npx sqlite-converge plan runs', async () => {
    const npx = ['--no-install', 'sqlite-converge', 'plan', 'app.db', '--to', 'schema.ts']
    expect(await run(project, 'npx', npx, { env: { npm_config_loglevel: 'error' } })).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('email TEXT'),
    })
  })

  test.for(Object.keys(targets))('%s is read', async (target) => {
    const bin = join('node_modules', '.bin', 'sqlite-converge')
    expect(await run(project, bin, ['plan', 'app.db', '--to', target])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('email TEXT'),
    })
  })

  test('the library is imported, and required where Node can', async () => {
    const use = `console.log(convergeSync('app.db', ${declaration}).plan.changes.length)`
    const imports = `import { convergeSync, defineSchema, integer, table, text } from 'sqlite-converge'`
    const requires = `const { convergeSync, defineSchema, integer, table, text } = require('sqlite-converge')`
    writeFileSync(join(project, 'use.mjs'), `${imports}\n${use}`)
    writeFileSync(join(project, 'use.cjs'), `${requires}\n${use}`)
    cpSync(join(project, 'app.db'), join(project, 'spare.db'))
    expect(await run(project, process.execPath, ['use.mjs'])).toMatchObject({ code: 0, stdout: '1\n' })
    cpSync(join(project, 'spare.db'), join(project, 'app.db'))
    // Node 20.19 and later can require an ES module; some of them say that this is experimental.
    const found = await run(project, process.execPath, ['use.cjs'])
    expect(found).toMatchObject({ code: 0, stdout: '1\n' })
    cpSync(join(project, 'spare.db'), join(project, 'app.db'))
  })
})

const farTargets = { 'schema.ts': imported, 'schema.mjs': imported, 'schema.cjs': required, 'compiled.cjs': compiled }

test.for(Object.entries(farTargets))('%s far from any installed package finds this one', async ([name, text]) => {
  const far = realpathSync(mkdtempSync(join(tmpdir(), 'schema-far-')))
  writeFileSync(join(far, name), text)
  writeFileSync(join(far, 'app.db'), '')
  const cli = join(folder, 'node_modules', 'sqlite-converge', 'dist', 'cli.js')
  const done = await run(far, process.execPath, [cli, 'plan', 'app.db', '--to', name])
  rmSync(far, { recursive: true, force: true })
  expect(done).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('users') })
})

describe('a project that follows the README, in an empty folder', () => {
  let project: string
  let printed: readonly string[]
  beforeAll(() => {
    project = join(folder, 'readme')
    mkdirSync(project)
    symlinkSync(join(folder, 'node_modules'), join(project, 'node_modules'))
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'an-application', type: 'module' }))
    vi.stubEnv('npm_config_loglevel', 'error')
    printed = runPage('README.md', project, {}, () => join(folder, 'node_modules', '.bin'))
    vi.unstubAllEnvs()
  })

  test('does what it says: declares, creates, queries, changes, reverts, and its test passes', () => {
    expect(printed.some((text) => /Tests {2}1 passed/.test(text))).toBe(true)
    const db = new Database(join(project, 'library.db'), { readonly: true })
    expect(db.prepare('SELECT title, initial FROM books').all()).toEqual([{ title: 'The Dispossessed', initial: 'T' }])
    db.close()
  })

  test('compiles with the types of the package, and its mistakes do not', async () => {
    const compilerOptions = { target: 'es2023', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true }
    const more = { allowImportingTsExtensions: true, types: [] }
    const config = { compilerOptions: { ...compilerOptions, ...more }, include: ['*.ts'] }
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config))
    const tsc = join(folder, 'node_modules', 'typescript', 'bin', 'tsc')
    expect(await run(project, process.execPath, [tsc, '-p', '.'])).toEqual({ code: 0, stdout: '', stderr: '' })
    for (const name of readdirSync(project).filter((file) => file.startsWith('snippet-'))) {
      const text = readFileSync(join(project, name), 'utf8')
      writeFileSync(join(project, name), text.replaceAll('@ts-expect-error', 'not expected'))
    }
    const wrong = await run(project, process.execPath, [tsc, '-p', '.'])
    expect(wrong.stdout.match(/error TS\d+/g)).toHaveLength(2)
    expect(wrong.stdout).toContain('title')
    expect(wrong.stdout).toContain('initial')
  })
})

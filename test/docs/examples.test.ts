import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../cli/run-cli.ts'
import { root } from './snippets.ts'

const names = readdirSync(join(root, 'examples'))

test('there is an example', () => expect(names.length).toBeGreaterThan(0))

describe.for(names)('the example %s', (name) => {
  let folder: string

  /** As after `npm install`: with the build of this package, and what we have installed ourselves. */
  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'schema-example-')))
    const tracked = (path: string): boolean => !/(^|[/\\])(node_modules|dist)$/.test(path) && !path.endsWith('.db')
    cpSync(join(root, 'examples', name), folder, { recursive: true, filter: tracked })
    const modules = join(folder, 'node_modules')
    mkdirSync(modules)
    const ours = join(root, 'node_modules')
    for (const one of readdirSync(ours)) {
      if (!one.startsWith('.')) symlinkSync(realpathSync(join(ours, one)), join(modules, one))
    }
    symlinkSync(root, join(modules, 'sqlite-converge'))
    mkdirSync(join(modules, '.bin'))
    for (const bin of ['tsc', 'vitest']) symlinkSync(realpathSync(join(ours, '.bin', bin)), join(modules, '.bin', bin))
    symlinkSync(join(root, 'dist/cli.js'), join(modules, '.bin/sqlite-converge'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const npm = (script: string): ReturnType<typeof run> => run(folder, 'npm', ['run', '--silent', script])

  test('type-checks', async () => {
    expect(await npm('check')).toMatchObject({ code: 0, stdout: '' })
  })

  test('passes its own tests', async () => {
    const { code, stdout, stderr } = await npm('test')
    expect(code, stdout + stderr).toBe(0)
    expect(stdout).toMatch(/Tests .*\d+ passed/)
  })

  test('runs, twice over the same file, which is then in sync', async () => {
    const [first, second] = [await npm('start'), await npm('start')]
    expect([first, second]).toMatchObject([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ])
    expect(second.stdout.length).toBeGreaterThan(first.stdout.length)
    expect(await npm('plan')).toMatchObject({ code: 0, stdout: expect.stringContaining('in sync') })
  })

  test('says in its README no command that it does not have', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8')
    const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const said = [...readme.matchAll(/^npm (?:run )?(\w+)/gm)].map(([, script]) => script!)
    expect(said.filter((script) => script !== 'install').toSorted()).toEqual(Object.keys(scripts).toSorted())
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect } from 'vitest'
import { contentsOf } from './contents.ts'
import { cliCommand, type Finished, isInstalled, run, test } from './run-cli.ts'

const applyIt = ['apply', 'app.db', '--to', 'to.sql'] as const

describe('without a terminal', () => {
  test('apply and revert need --yes, and nothing is changed', async ({ folder, schema }) => {
    const before = makeFiles(folder)
    for (const args of [applyIt, ['revert', 'app.db']]) {
      const done = await schema(...args)
      expect(done).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('add --yes') })
    }
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
  })

  test('an answer in a pipe is not taken for one', async ({ folder }) => {
    const before = makeFiles(folder)
    const done = await run(folder, 'bash', ['-c', cliCommand(applyIt)], { input: 'y\n' })
    expect(done).toMatchObject({ code: 2, stdout: '' })
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
  })

  test('a dry run asks nothing', async ({ folder, schema }) => {
    const before = makeFiles(folder)
    expect(await schema(...applyIt, '--dry-run')).toMatchObject({ code: 0 })
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
  })
})

describe.skipIf(!isInstalled('script', '--version'))('with a terminal', () => {
  test('n is a refusal, and nothing is changed', async ({ folder }) => {
    const before = makeFiles(folder)
    const { code, stdout } = await onTerminal(folder, applyIt, 'n\n')
    expect(stdout).toContain('Apply 1 statement to app.db')
    expect(stdout).toContain('you said no')
    expect(code).toBe(3)
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
  })

  test('no answer but the return key is a refusal', async ({ folder }) => {
    const before = makeFiles(folder)
    expect(await onTerminal(folder, applyIt, '\n')).toMatchObject({ code: 3 })
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
  })

  test('Ctrl-C is an interruption, and nothing is changed', async ({ folder }) => {
    const before = makeFiles(folder)
    expect(await onTerminal(folder, applyIt, '\u0003')).toMatchObject({ code: 130 })
    expect(contentsOf(join(folder, 'app.db'))).toEqual(before)
  })

  test('Ctrl-C prints no document where one was asked for', async ({ folder }) => {
    makeFiles(folder)
    const { code, stdout } = await onTerminal(folder, [...applyIt, '--format', 'json'], '\u0003')
    expect(code).toBe(130)
    expect(stdout).not.toContain('undefined')
  })

  test('y applies, and y reverts', async ({ folder }) => {
    const before = makeFiles(folder)
    expect(await onTerminal(folder, applyIt, 'y\n')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('applied app.db'),
    })
    expect(contentsOf(join(folder, 'app.db')).rows).toEqual({ t: [[1n, 1n, null]] })
    expect(await onTerminal(folder, ['revert', 'app.db'], 'y\n')).toMatchObject({ code: 0 })
    expect(contentsOf(join(folder, 'app.db')).rows).toEqual(before.rows)
  })
})

describe.skipIf(!isInstalled('script', '--version'))('with a terminal, for many', () => {
  const many = ['apply', 'a.db', 'b.db', '--to', 'to.sql'] as const
  const before = (folder: string): readonly unknown[] => ['a.db', 'b.db'].map((name) => contentsOf(join(folder, name)))

  test.for([
    ['n\n', 3],
    ['\u0003', 130],
    ['y\n', 0],
  ] as const)('it is asked once; %j ends with %d', async ([answer, code], { folder }) => {
    for (const name of ['a.db', 'b.db']) makeFiles(folder, name)
    const was = before(folder)
    const done = await onTerminal(folder, many, answer)
    expect(done.stdout.match(/1 of them|group 1, 2 databases as/g)).toHaveLength(1)
    expect(done.code).toBe(code)
    if (code === 0) expect(done.stdout).toContain(' 2  applied')
    else expect(before(folder)).toEqual(was)
  })
})

/** Runs the command line on a pseudo terminal of util-linux, and answers once it has asked. */
function onTerminal(folder: string, args: readonly string[], answer: string): Promise<Finished> {
  writeFileSync(join(folder, 'command.sh'), `exec ${cliCommand(args)}\n`)
  const keys = answer.replaceAll('\n', '\\r').replaceAll('\u0003', '\\003')
  // The keys are pressed when the question is there: what is typed before would be echoed, and lost.
  const press = `until grep -Eq '(statements?|Apply) (to|on)' screen; do sleep 0.05; done; sleep 0.2; printf '${keys}'; sleep 20`
  const script = `
    : > screen
    mkfifo keys; ( ${press} ) > keys & typist=$!
    script --quiet --flush --return --command 'TERM=xterm sh command.sh' screen < keys
    code=$?; kill $typist; exit $code`
  return run(folder, 'bash', ['-c', script])
}

function makeFiles(folder: string, name = 'app.db'): ReturnType<typeof contentsOf> {
  const db = new Database(join(folder, name))
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)')
  db.close()
  writeFileSync(join(folder, 'to.sql'), 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)')
  return contentsOf(join(folder, name))
}

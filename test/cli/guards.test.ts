import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { canMount, makeNotes, notes, onSmallDisk, startOther, strictNotes } from '../guards/scene.ts'
import { contentsOf } from './contents.ts'
import { cliCommand, type Finished, projectFolder, run, test } from './run-cli.ts'

function makeFiles(folder: string, options: Parameters<typeof makeNotes>[1] = {}): string {
  writeFileSync(join(folder, 'to.sql'), `${strictNotes};`)
  const path = join(folder, 'app.db')
  makeNotes(path, options).close()
  return path
}

const apply = ['apply', 'app.db', '--to', 'to.sql', '--yes'] as const

describe('--backup', () => {
  test('says how to restore, and the commands that it prints do', async ({ folder, schema, expect }) => {
    const path = makeFiles(folder)
    const before = contentsOf(path)

    const { code, stdout } = await schema(...apply, '--backup')

    expect(code).toBe(0)
    const lines = stdout.split('\n')
    expect(lines.find((line) => line.startsWith(' backup: '))).toMatch(
      /app\.db\.backup-\d{8}T\d{6}Z \([\d,]+ bytes, checked\)$/,
    )
    const commands = lines.filter((line) => line.startsWith('     ')).map((line) => line.trim())
    expect(commands).toHaveLength(2)
    expect(contentsOf(path)).not.toEqual(before)
    expect(await run(folder, 'sh', ['-ec', commands.join('\n')])).toMatchObject({ code: 0, stderr: '' })
    expect(contentsOf(path)).toEqual(before)
  })

  test('is a field of the JSON document, of a revert too', async ({ folder, schema, expect }) => {
    makeFiles(folder)
    const applied = JSON.parse((await schema(...apply, '--backup-to', 'one.db', '--format', 'json')).stdout)
    const revert = ['revert', 'app.db', '--yes', '--backup-to', 'two.db', '--format', 'json']
    const reverted = JSON.parse((await schema(...revert)).stdout)
    for (const [document, name] of [
      [applied, 'one.db'],
      [reverted, 'two.db'],
    ]) {
      const path = join(folder, name)
      expect(document.backup).toEqual({
        of: join(folder, 'app.db'),
        path,
        bytes: readFileSync(path).length,
        restore: [expect.any(String), expect.any(String)],
      })
    }
  })

  test('follows a link to the database', async ({ folder, schema, expect }) => {
    mkdirSync(join(folder, 'data'))
    makeNotes(join(folder, 'data', 'app.db')).close()
    writeFileSync(join(folder, 'to.sql'), `${strictNotes};`)
    symlinkSync(join('data', 'app.db'), join(folder, 'app.db'))
    expect(await schema(...apply, '--backup')).toMatchObject({ code: 0 })
    expect(readdirSync(join(folder, 'data')).filter((name) => name.includes('backup'))).toHaveLength(1)
  })

  test('puts a copy beside each of several databases, and --backup-to names one', async ({
    folder,
    schema,
    expect,
  }) => {
    makeFiles(folder)
    makeNotes(join(folder, 'b.db')).close()
    const both = ['apply', 'app.db', 'b.db', '--to', 'to.sql', '--yes']
    expect(await schema(...both, '--backup-to', 'copy.db')).toMatchObject({ code: 2, stdout: '' })
    expect((await schema(...both, '--backup')).code).toBe(0)
    expect(readdirSync(folder).filter((name) => name.includes('.backup-'))).toHaveLength(2)
  })

  test('to a file that exists is refused before the plan is shown to anybody who is asked', async ({
    folder,
    schema,
    expect,
  }) => {
    const path = makeFiles(folder)
    const before = readFileSync(path)
    for (const more of [[], ['--dry-run']]) {
      const { code, stderr } = await schema(...apply, '--backup-to', 'to.sql', ...more)
      expect(code).toBe(2)
      expect(stderr).toContain('to.sql exists, and a backup overwrites nothing   [backup-exists]')
    }
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readFileSync(join(folder, 'to.sql'), 'utf8')).toBe(`${strictNotes};`)
  })

  test('that would be larger than a file may be leaves nothing behind', async ({ folder, expect }) => {
    const path = makeFiles(folder, { rows: 20_000 })
    const before = readFileSync(path)
    expect(before.length).toBeGreaterThan(400_000)
    // In blocks of 512 bytes, or of 1,024.
    const { code, stderr } = await run(folder, 'sh', ['-c', `ulimit -f 200 && ${cliCommand([...apply, '--backup'])}`])
    expect(code, stderr).toBe(3)
    expect(stderr).toContain('the backup could not be made')
    expect(stderr).toContain('Nothing was changed.')
    expect(readdirSync(folder).sort()).toEqual(['app.db', 'to.sql'])
    expect(readFileSync(path).equals(before)).toBe(true)
  })
})

describe('a number of seconds', () => {
  test.for([
    [['--lock-timeout', 'soon'], '--lock-timeout takes a number of seconds'],
    [['--max-lock', '-1'], '--max-lock'],
    [['--max-lock', '1', '--max-lock', '2'], '--max-lock is given more than once'],
    [['--lock-timeout', '99999999999'], 'number of seconds'],
  ] as const)('%j is none', async ([words, message], { folder, schema, expect }) => {
    makeFiles(folder)
    const { code, stderr } = await schema(...apply, ...words)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  test('is how long others are waited for, and who they are is said', async ({ folder, schema, expect }) => {
    const path = makeFiles(folder)
    const other = await startOther(path, "db.exec('BEGIN EXCLUSIVE'); console.log()")
    const { code, stderr } = await schema(...apply, '--lock-timeout', '0.1', '--format', 'json')
    await other.end()
    expect(code).toBe(3)
    expect(stderr).toContain('[database-locked]')
    if (existsSync('/proc/locks')) expect(stderr).toContain(`another connection: process ${other.pid} (`)
  })

  test('is how long the lock may be held, by the estimate and by the clock', async ({ folder, schema, expect }) => {
    const path = makeFiles(folder, { rows: 60_000 })
    makeNotes(join(folder, 'small.db')).close()
    const before = [readFileSync(path), readFileSync(join(folder, 'small.db'))]

    const refused = await schema(...apply, '--max-lock', '0.001')
    // Of so few rows the estimate is none, and no plan takes no time.
    const failed = await schema('apply', 'small.db', '--to', 'to.sql', '--yes', '--max-lock', '0')

    expect(refused).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('[lock-too-long]') })
    expect(failed).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('[lock-exceeded]') })
    expect([readFileSync(path), readFileSync(join(folder, 'small.db'))]).toEqual(before)
  })
})

describe('a statement that does not end by itself', () => {
  /** An index over a function that is stuck at a row which is in no sample. */
  const makeStuck = (folder: string): readonly string[] => {
    makeNotes(join(folder, 'app.db'), { rows: 1000 }).close()
    writeFileSync(
      join(folder, 'setup.mjs'),
      `export default (db) => db.function('stuck', { deterministic: true }, (n) => {
        while (n === 500);
        return n
      })`,
    )
    writeFileSync(join(folder, 'to.sql'), `${notes}; CREATE INDEX notes_stuck ON notes (stuck(n))`)
    return ['apply', 'app.db', '--to', 'to.sql', '--setup', 'setup.mjs', '--yes', '--backup-to', 'copy.db']
  }

  test('is ended by --max-lock, and rolled back', async ({ folder, schema, expect }) => {
    const words = makeStuck(folder)
    const path = join(folder, 'app.db')
    const before = readFileSync(path)
    const { code, stdout, stderr } = await schema(...words, '--max-lock', '5')
    expect({ code, stdout }, stderr).toEqual({ code: 4, stdout: '' })
    expect(stderr).toContain('[lock-exceeded]')
    expect(stderr).toContain(`the backup stays where it is: ${join(folder, 'copy.db')}`)
    expect(readdirSync(folder)).not.toContain('copy.db.partial')
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(contentsOf(join(folder, 'copy.db'))).toEqual(contentsOf(path))
  })

  test('is ended by Ctrl-C, and the backup is named', async ({ folder, expect }) => {
    const words = makeStuck(folder)
    const before = readFileSync(join(folder, 'app.db'))
    // As soon as the backup is there, the first step begins, and it has no end.
    const interrupt = 'while ! test -e copy.db; do sleep 0.1; done; sleep 0.5; kill -INT $!'
    const { code, stderr } = await run(folder, 'sh', ['-c', `${cliCommand(words)} & ${interrupt}; wait $!`])
    expect(code, stderr).toBe(130)
    expect(stderr).toContain(`the backup stays where it is: ${join(folder, 'copy.db')}`)
    expect(readFileSync(join(folder, 'app.db')).equals(before)).toBe(true)
  })
})

describe.runIf(await canMount())('on a small disk', () => {
  const onDisk = (folder: string, megabytes: number, words: string): Promise<Finished> => {
    const make = join(folder, 'make.mjs')
    writeFileSync(
      make,
      `import Database from ${JSON.stringify(join(realpathSync(join(projectFolder, 'node_modules/better-sqlite3')), 'lib/index.js'))}
       const db = new Database('disk/app.db')
       db.exec("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, n INTEGER); WITH RECURSIVE k (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM k WHERE i < 60000) INSERT INTO notes SELECT i, printf('a note that is numbered %d', i), i FROM k")`,
    )
    writeFileSync(join(folder, 'to.sql'), `${strictNotes};`)
    mkdirSync(join(folder, 'disk'))
    const cli = cliCommand(['apply', 'disk/app.db', '--to', 'to.sql', '--yes'])
    const sum = `cksum < disk/app.db >&2; ls disk`
    return onSmallDisk(
      folder,
      megabytes,
      `node make.mjs && cksum < disk/app.db >&2 && { ${cli} ${words}; code=$?; ${sum}; exit $code; }`,
    )
  }
  const isUnchanged = (stderr: string): boolean => {
    const [before, after, ...more] = stderr.split('\n').filter((line) => /^\d+ \d+$/.test(line.trim()))
    return before !== undefined && before === after && more.length === 0
  }

  test('a plan that can not fit is refused', async ({ folder, expect }) => {
    const { code, stdout, stderr } = await onDisk(folder, 3, '')
    expect(code, stderr).toBe(3)
    expect(stderr).toContain('[no-room]')
    expect(stderr).toMatch(/where [\d.]+ (kB|MB) are free/)
    expect(stdout.trim()).toBe('app.db')
    expect(isUnchanged(stderr)).toBe(true)
  })

  test('one that goes without the check is rolled back when the disk is full', async ({ folder, expect }) => {
    const { code, stdout, stderr } = await onDisk(folder, 3, '--no-space-check')
    expect(code, stderr).toBe(4)
    expect(stderr).toContain('[step-failed]')
    expect(stdout.trim()).toBe('app.db')
    expect(isUnchanged(stderr)).toBe(true)
  })

  test('a backup that does not fit leaves nothing behind', async ({ folder, expect }) => {
    const { code, stdout, stderr } = await onDisk(folder, 3, '--backup --no-space-check')
    expect(code, stderr).toBe(3)
    expect(stderr).toContain('the backup could not be made: the disk is full')
    expect(stdout.trim()).toBe('app.db')
    expect(isUnchanged(stderr)).toBe(true)
  })

  test('a backup elsewhere, and a plan that fits, are made', async ({ folder, expect }) => {
    const { code, stderr } = await onDisk(folder, 20, '--backup-to copy.db')
    expect(code, stderr).toBe(0)
    expect(existsSync(join(folder, 'copy.db'))).toBe(true)
    expect(isUnchanged(stderr)).toBe(false)
  })
})

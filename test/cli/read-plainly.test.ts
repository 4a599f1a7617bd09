import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CommandModule } from 'yargs'
import { applyCommand } from '../../src/commands/apply.ts'
import { diffCommand } from '../../src/commands/diff.ts'
import { initCommand } from '../../src/commands/init.ts'
import { inspectCommand } from '../../src/commands/inspect.ts'
import { parse } from '../../src/commands/parse.ts'
import { planCommand } from '../../src/commands/plan.ts'
import { pruneCommand } from '../../src/commands/prune.ts'
import { readPlainly } from '../../src/commands/read-plainly.ts'
import { revertCommand } from '../../src/commands/revert.ts'
import { statusCommand } from '../../src/commands/status.ts'

// biome-ignore lint/suspicious/noExplicitAny: commands of any arguments
type Command = CommandModule<object, any>
type Values = Record<string, unknown>

const commands: Readonly<Record<string, Command>> = {
  plan: planCommand,
  apply: applyCommand,
  revert: revertCommand,
  status: statusCommand,
  prune: pruneCommand,
  inspect: inspectCommand,
  init: initCommand,
  diff: diffCommand,
}

/** Words of all kinds: most are of some command, some are of none, and some no parser takes for what they look like. */
const words = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('app.db', 'other.db', 'to.sql', 'schema.ts', 'a b', 'é', '3.40', '5', 'x=y'),
  },
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      ...['--to', '--check', '--reverse', '--format', '--exclude', '--keep', '--out', '--for', '--rename', '--yes'],
      ...[
        '--allow',
        '--verify',
        '--create',
        '--dry-run',
        '--plan',
        '--setup',
        '--load-extension',
        '--steps',
        '--backup',
        '--config',
      ],
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom('--to=to.sql', '--format=json', '--exclude=a=b', '--for=3.40', '--check=true'),
  },
  { weight: 3, arbitrary: fc.constantFrom('json', 'sql', 'text', 'values', 'data-loss', 'a.b=c', 'T=U') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      '-',
      '--',
      '-y',
      '--no-check',
      '--check=maybe',
      "'q'",
      '"q"',
      '--to=',
      '-x',
      '--chec',
    ),
  },
  { weight: 1, arbitrary: fc.string() },
)

/** The arguments that a reader hands to the command, by the names of its options. */
async function argumentsOf(read: (command: Command) => unknown): Promise<Values | undefined> {
  const given: Values[] = []
  const chosen = await read({ handler: (args: Values) => void given.push(args) } as never)
  await (chosen as { run(): unknown } | undefined)?.run()
  return given[0]
}

test('arguments that are read without yargs are read as yargs reads them', async () => {
  let plain = 0
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(commands)),
      fc.array(words, { maxLength: 7 }),
      async (name, rest) => {
        const command = commands[name]!
        const recorded = await argumentsOf(({ handler }) => readPlainly({ ...command, handler }, rest))
        if (recorded === undefined) return
        plain++
        const parsed = await argumentsOf(({ handler }) => parse([name, ...rest], [{ ...command, handler }]))
        const { $0: _, _: __, ...values } = parsed!
        const known = Object.fromEntries(Object.keys(recorded).map((key) => [key, values[key]]))
        expect(recorded).toEqual(known)
        // What yargs says besides are other spellings of the same.
        const others = Object.keys(values).filter((key) => !(key in recorded) && values[key] !== undefined)
        expect(others.filter((key) => !/^(y|[a-z]+([A-Z][a-z]+)+)$/.test(key))).toEqual([])
      },
    ),
    { numRuns: 3_000 },
  )
  // Otherwise nothing would have been compared.
  expect(plain).toBeGreaterThan(100)
})

test.each([
  ['plan', 'app.db', '--to', 'to.sql'],
  ['plan', 'a.db', 'b.db', '--to=to.ts', '--check', '--format', 'json', '--exclude', 'x', '--exclude', 'y'],
  ['apply', 'app.db', '--to', 'to.sql', '--yes', '--backup', '--verify', 'digest'],
  ['plan'],
  ['plan', 'library', '--config', 'schema.config.ts'],
  ['status', 'app.db'],
  ['init', 'app.db'],
  ['revert', 'app.db', '--yes'],
  ['inspect', 'app.db', '--format', 'sql'],
  ['diff', 'a.db', 'b.db'],
])('the usual arguments of %s are', (name, ...rest) => {
  expect(readPlainly(commands[name]!, rest)).toBeDefined()
})

test.each([
  ['plan', '--to'],
  ['plan', 'app.db', '--to', '--check'],
  ['plan', 'app.db', '--to', 'a', '--to', 'b'],
  ['plan', 'app.db', '--to', 'a', '--format', 'yaml'],
  ['plan', '--help'],
  ['plan', 'app.db', '--to', 'a', '--', 'b'],
  ['apply', 'app.db', '--plan', 'a', '--to', 'b'],
  ['diff', 'a.db'],
  ['diff', 'a.db', 'b.db', 'c.db'],
])('%s %s is for yargs to read, or to explain', (name, ...rest) => {
  expect(
    readPlainly(
      commands[name]!,
      rest.filter((one) => one !== undefined),
    ),
  ).toBeUndefined()
})

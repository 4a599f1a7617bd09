import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ConfigKey } from '../../src/commands/configured.ts'
import { checkConfig } from '../../src/config/check-config.ts'
import { pragmaStatements } from '../../src/engine/pragmas.ts'
import { root } from './snippets.ts'

const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8')

/** The first cells of the rows of the table behind a heading. */
function rowsBehind(heading: string): readonly (readonly string[])[] {
  const text = page
    .slice(page.indexOf(heading))
    .split('\n\n')
    .find((part) => part.startsWith('| '))!
  return text
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

test('every key of a database is in the table, and no other', () => {
  const keys = rowsBehind('## What it says').map(([key]) => /\w+/.exec(key!)![0])
  const values: Readonly<Record<string, unknown>> = {
    path: 'a.db',
    to: 'a.ts',
    setup: 'a.ts',
    pragmas: {},
    journal: true,
    keep: true,
    fast: true,
  }
  const database = Object.fromEntries(keys.map((key) => [key, values[key] ?? []]))
  expect(() => checkConfig({ databases: { app: database } }, 'schema.config.ts')).not.toThrow()
  let known = ''
  try {
    checkConfig({ databases: { app: { something: 1 } } }, 'schema.config.ts')
  } catch (error) {
    known = String((error as { advice: readonly string[] }).advice)
  }
  expect(keys.toSorted()).toEqual(known.replace('known are: ', '').split(', ').toSorted())
  const options = rowsBehind('## What it says').map(([, option]) => option!)
  const taken: readonly ConfigKey[] = [
    'to',
    'exclude',
    'allow',
    'load-extension',
    'setup',
    'no-journal',
    'keep',
    'fast',
  ]
  expect(options.filter((option) => option.startsWith('`--')).toSorted()).toEqual(
    taken.map((key) => `\`--${key}\``).toSorted(),
  )
})

test('every setting is in the table, and each that is named as refused is', () => {
  const rows = rowsBehind('## Pragmas')
  const names = rows.flatMap(([cell]) => [...cell!.matchAll(/\w+/g)].map(([name]) => name))
  let known = ''
  try {
    pragmaStatements({ something_of_no_name: 1 } as object)
  } catch (error) {
    known = String((error as { advice: readonly string[] }).advice)
  }
  expect(names.toSorted()).toEqual(known.replace('known are: ', '').split(', ').toSorted())
  const refused = /is refused, with the reason:(.*?)\n\n/s.exec(page)![1]!
  const refusedNames = [...refused.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name!)
  expect(refusedNames.length).toBeGreaterThan(10)
  for (const name of refusedNames) {
    expect(() => pragmaStatements({ [name]: 1 }), name).toThrow('it is not set for a plan')
  }
})

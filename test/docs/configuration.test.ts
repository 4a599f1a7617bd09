import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { ConfigKey } from '../../src/commands/configured.ts'
import { checkConfig } from '../../src/config/check-config.ts'
import { pragmaStatements } from '../../src/engine/pragmas.ts'
import { expectPrinted, root, runCommands, snippetsOf, withFolder } from './snippets.ts'

const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8')
const snippets = snippetsOf(page)

const declared = `import { defineSchema, integer, table, text } from 'sqlite-converge'
export default defineSchema({ books: table({ id: integer(), title: text(), year: integer() }).primaryKey(['id']) })
`

test('the commands of the page run, one after the other, with its config', async () => {
  await withFolder(async (folder) => {
    for (const name of ['data', 'tenants', 'schema']) mkdirSync(join(folder, name))
    for (const path of ['data/library.db', 'tenants/a.db']) {
      const db = new Database(join(folder, path))
      db.exec('CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT)')
      db.close()
    }
    for (const name of ['library', 'tenant']) writeFileSync(join(folder, `schema/${name}.ts`), declared)
    const [config] = snippets.filter(({ info }) => info === 'file=schema.config.ts')
    // What a pattern stands for is told elsewhere.
    writeFileSync(join(folder, 'schema.config.ts'), config!.code.replace('tenants/*.db', 'tenants/a.db'))
    const said = runCommands(page, folder)
    expect(said).toHaveLength(8)
    expect(said[0]).toContain('tenants/a.db → schema/tenant.ts')
    expect(said[1]).not.toContain('tenants')
    expect(said[2]).toBe(
      said[1]!.replaceAll('plan library', 'plan data/library.db').replaceAll('apply library', 'apply data/library.db'),
    )
    expect(said[3]).toMatch(/applied data\/library\.db.*applied tenants\/a\.db/s)
  })
})

test('the TypeScript of the page that is no file runs, and prints what it says', async () => {
  const runnable = snippets.filter(({ language, info }) => language === 'ts' && info === '')
  expect(runnable).toHaveLength(1)
  const here = process.cwd()
  await withFolder(async (folder) => {
    process.chdir(folder)
    try {
      await expectPrinted(runnable[0]!.code, join(folder, 'snippet.ts'))
    } finally {
      process.chdir(here)
    }
  })
})

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

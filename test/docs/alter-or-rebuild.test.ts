import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { convergeSync, plan } from 'sqlite-converge'
import { describe, expect, test } from 'vitest'
import { diffSchemas } from '../../src/diff/diff-schemas.ts'
import { schemaIn } from '../introspect/schema-of.ts'
import { scriptPath } from '../library/script-path.ts'
import { root } from './snippets.ts'

const document = readFileSync(join(root, 'docs/alter-or-rebuild.md'), 'utf8')
const cells = [...document.matchAll(/^\| (.*) \|$/gm)].map(([, row]) => row!.split('|').map((cell) => cell.trim()))
const inTables = cells.filter((row) => row.length === 6 && row[0] !== 'from')
const others = cells.filter((row) => row.length === 3 && row[0] !== 'from')

/** The steps of a rebuild; which of them, besides the copy, is for other tests to say. */
const rebuilding = ['set-aside-table', 'create-table', 'copy-rows', 'drop-table']

describe.each(inTables)('%s → %s', (from, to, old, native, fast) => {
  const [before, after] = [from, to].map((text) => `CREATE TABLE t ${unquoted(text!)}`)
  test.each([
    ['3.40', old],
    ['its own', native],
  ])('with what SQLite %s can do', async (version, wanted) => {
    const db = filled(before!)
    const script = scriptPath(after!)
    const allow = ['data-loss']
    const options = version === 'its own' ? {} : { for: version }
    const { steps, preflight } = await plan(db, script, options)
    const kinds = steps.map((step) => step.kind)
    expect(said(kinds)).toBe(wanted)
    if (preflight.length > 0) return
    convergeSync(db, script, { ...options, allow, journal: false })
    expect(diffSchemas(schemaIn(db), schemaIn(filled(after!)))).toEqual([])
  })

  test('with fast', async () => {
    const db = filled(before!)
    const script = scriptPath(after!)
    const made = await plan(db, script, { fast: true })
    expect(made.fast.map(({ way, why }) => (way === 'copy' ? `copy: ${why}` : 'in place')).join()).toBe(fast)
    if (made.preflight.length > 0) return
    convergeSync(db, script, { fast: true, allow: ['data-loss'], journal: false })
    expect(diffSchemas(schemaIn(db), schemaIn(filled(after!)))).toEqual([])
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  })
})

test.each(inTables.filter(([, , , , , why]) => why!.startsWith('`')))(
  '%s → %s is not done by ALTER TABLE',
  (from, to, _old, _native, _fast, why) => {
    const [, alters, says] = /^((?:`[^`]+`(?:; )?)+): ([^;]*)/.exec(why!) ?? []
    const db = filled(`CREATE TABLE t ${unquoted(from!)}`)
    const statements = [...alters!.matchAll(/`([^`]+)`/g)].map(([, one]) => `ALTER TABLE t ${one}`)
    let refusal = ''
    try {
      db.exec(statements.join(';\n'))
    } catch (error) {
      refusal = (error as Error).message
    }
    const wanted = schemaIn(filled(`CREATE TABLE t ${unquoted(to!)}`))
    if (says === 'another schema') expect(diffSchemas(schemaIn(db), wanted)).not.toEqual([])
    else expect(refusal).toContain(says)
  },
)

test.each(others)('%s → %s: %s', async (from, to, wanted) => {
  const db = filled('CREATE TABLE t (a)')
  db.exec(unquoted(from!))
  const { steps } = await plan(db, scriptPath(`CREATE TABLE t (a);\n${unquoted(to!)}`))
  expect(steps.map((step) => step.kind).join(', ')).toBe(wanted)
})

test('every kind of change inside a table is in the document', () => {
  const kinds = inTables.flatMap(([from, to]) =>
    diffSchemas(...([from, to].map((text) => schemaIn(filled(`CREATE TABLE t ${unquoted(text!)}`))) as [never, never])),
  )
  expect([...new Set(kinds.map((change) => change.kind))].sort()).toEqual([
    'add-check',
    'add-column',
    'add-foreign-key',
    'add-unique',
    'change-collation',
    'change-default',
    'change-generated',
    'change-not-null',
    'change-primary-key',
    'change-table-options',
    'change-type',
    'drop-check',
    'drop-column',
    'drop-foreign-key',
    'drop-unique',
  ])
})

/** A table with a row that has a value, and one that has none, where it takes such. */
function filled(sql: string): Database.Database {
  const db = new Database(':memory:')
  db.exec(sql)
  db.pragma('foreign_keys = OFF')
  const columns = db.pragma('table_info(t)') as readonly { name: string }[]
  if (columns.some(({ name }) => name === 'a')) db.exec('INSERT OR IGNORE INTO t (a) VALUES (1), (NULL)')
  return db
}

function said(kinds: readonly string[]): string {
  if (kinds.length === 0) return 'nothing'
  return kinds.includes('copy-rows') &&
    kinds.every((kind) => rebuilding.includes(kind)) &&
    countOf(kinds, 'copy-rows') === 1
    ? 'rebuild'
    : kinds.join(', ')
}

function countOf(kinds: readonly string[], kind: string): number {
  return kinds.filter((one) => one === kind).length
}

function unquoted(cell: string): string {
  return cell.replaceAll('`', '')
}

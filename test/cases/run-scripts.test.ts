import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { convergeSync, isDeclaredSchema, plan } from 'sqlite-converge'
import { afterAll, describe, expect, test } from 'vitest'
import { planToScript } from '../../src/report/script.ts'
import { isInstalled, run } from '../cli/run-cli.ts'
import { type Content, readContent } from './content.ts'
import { type Case, readCase } from './read-case.ts'

const cases = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => readCase(join(import.meta.dirname, entry.name)))
  .filter((one) => one.options.expect?.refused === undefined && one.options.expect?.changes?.length !== 0)

const folder = mkdtempSync(join(tmpdir(), 'schema-scripts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(!isInstalled('sqlite3', '--version')).each(cases.map((one) => [one.name, one] as const))(
  'the script of %s',
  (name, one) => {
    test.each([false, true])('is run by the shell as it is applied, and its way back too; fast: %s', async (fast) => {
      const to = await loadTarget(one.to)
      const db = open(one)
      const path = join(folder, `${name}-${fast}.db`)
      writeFileSync(path, db.serialize())
      const { exclude = [], allow = [], keep = false, renames = [], backfills = [], conversions = [] } = one.options
      const options = { exclude, keep, renames, backfills, conversions, fast, for: '3.40' }
      const made = await plan(path, to, options)
      if (made.inSync) return
      const start = look(new Database(path))
      convergeSync(db, to, { ...options, allow, journal: keep })

      expect(await shell(path, planToScript(made, { database: 'a', target: 'b', reverse: false }))).toBe('')
      const [applied, reached] = [look(db), look(new Database(path))]
      expect(reached.catalog).toEqual(applied.catalog)
      // Some values are others each time.
      if (!/random|current_/i.test(readFileSync(one.to, 'utf8'))) expect(reached.content).toEqual(applied.content)

      if (made.reverse.kind === 'impossible') return
      expect(await shell(path, planToScript(made, { database: 'a', target: 'b', reverse: true }))).toBe('')
      if (made.reverse.kind === 'exact') expect(look(new Database(path)).content).toEqual(start.content)
    })
  },
)

function open({ from, rows, options }: Case): Database.Database {
  const db = new Database(':memory:')
  for (const [pragma, value] of Object.entries(options.handle ?? {})) db.pragma(`${pragma} = ${value}`)
  db.pragma('foreign_keys = OFF')
  db.exec(from)
  db.exec(rows)
  return db
}

async function loadTarget(path: string): Promise<Parameters<typeof plan>[1]> {
  if (path.endsWith('.sql')) return path
  const { default: declared } = (await import(path)) as { default: unknown }
  if (!isDeclaredSchema(declared)) throw new Error(`${path} declares no schema`)
  return declared
}

/** What a database holds: the texts of its catalog, and the rest. */
function look(db: Database.Database): { readonly catalog: unknown; readonly content: Content } {
  const catalog = db
    .prepare(`SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE tbl_name <> '_schema_journal' ORDER BY 1, 2`)
    .all()
  const content = readContent(db)
  db.close()
  return { catalog, content }
}

/** What the shell says, which is nothing where all goes well. */
async function shell(path: string, script: string): Promise<string> {
  const args = ['-bail', '-cmd', 'PRAGMA synchronous = OFF', path]
  const { stdout, stderr } = await run(folder, 'sqlite3', args, { input: script })
  // So the shell answers `.dbconfig defensive off`.
  return stdout.replace(/^ *defensive off\n/, '') + stderr
}

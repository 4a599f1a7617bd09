import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { printTable } from '../measure.mjs'
import { drizzlePush, here, versions } from './peers.mjs'
import { median, runProcess } from './run-process.mjs'
import { versionOf } from './version-of.mjs'

/**
 * What it takes to find that nothing is to do, from start to exit. Each tool has made the database itself from the same tables of 20
 * columns and 3 indexes, so that nothing differs; whether it finds that is asked, too.
 */
const { values } = parseArgs({
  options: { tables: { type: 'string', default: '500' }, rounds: { type: 'string', default: '3' } },
})
const tables = Number(values.tables)
// Beside this file: a schema imports its tool, which is looked for in the folders above.
const folder = here(`.tmp-in-sync-${process.pid}`)
mkdirSync(folder)
try {
  console.log(`${versions()}; Node ${process.version}`)
  const [script, module, drizzle] = ['schema.sql', 'schema.ts', 'drizzle.ts'].map((name) => join(folder, name))
  const cli = here('../../dist/cli.js')
  writeFileSync(script, Array.from({ length: tables }, (_, table) => sqlOf(table)).join(''))
  writeFileSync(module, done({ args: [cli, 'inspect', script] }).output)
  writeFileSync(drizzle, drizzleModule())
  const apply = (target) => (file) => ({ args: [cli, 'apply', file, '--to', target, '--yes', '--create'] })
  const plan = (target) => (file) => ({ args: [cli, 'plan', file, '--to', target, '--check'] })
  const push = (file) => ({ args: [...drizzlePush, '--schema', drizzle, '--url', file] })
  const task = (tool) => (file) => ({ args: [here('in-sync-task.mjs'), tool, file, values.tables] })
  const tools = {
    'node -e 0': { create: apply(script), again: () => ({ args: ['-e', '0'] }) },
    'ours, schema plan --to .sql': { create: apply(script), again: plan(script) },
    'ours, schema plan --to .ts': { create: apply(script), again: plan(module) },
    'drizzle-kit push': { create: push, again: push },
    'TypeORM synchronize': { create: task('typeorm'), again: task('typeorm') },
    'MikroORM schema:update': { create: task('mikro-orm'), again: task('mikro-orm') },
  }
  const started = Object.entries(tools).map(([name, { create, again }], at) => {
    const file = join(folder, `${at}.db`)
    done(create(file))
    const before = versionOf(file)
    // Once unmeasured: what a tool caches is there then.
    done(again(file))
    const found = before === versionOf(file) ? 'nothing to do' : 'something to do, and does it'
    return { name, again: () => done(again(file)), seconds: [], found: name.startsWith('node') ? '–' : found }
  })
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const one of started) one.seconds.push(one.again().seconds)
  }
  const rows = started.map(({ name, seconds, found }) => [name, `${(median(seconds) * 1000).toFixed(0)} ms`, found])
  const title = `In sync, ${tables} tables of 20 columns and 3 indexes (median of ${values.rounds})`
  printTable(title, [['', 'start to exit', 'finds'], ...rows])
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function done(command) {
  const result = runProcess(command)
  if (result.failed) throw new Error(`${command.args.join(' ')}: ${result.message}`)
  return result
}

function sqlOf(table) {
  const columns = Array.from(
    { length: 19 },
    (_, column) => `,\n  c${column} ${column % 2 ? 'INTEGER' : 'TEXT NOT NULL'}`,
  )
  const indexes = [0, 1, 2].map(
    (index) => `CREATE INDEX i${table}_${index} ON t${table} (c${index + 2}, c${index + 5});\n`,
  )
  return `CREATE TABLE t${table} (\n  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL${columns.join('')}\n);\n${indexes.join('')}`
}

function drizzleModule() {
  const lines = Array.from({ length: tables }, (_, table) => {
    const columns = Array.from(
      { length: 19 },
      (_, column) => `c${column}: ${column % 2 ? 'integer()' : 'text().notNull()'}`,
    )
    const indexes = [0, 1, 2].map((at) => `index('i${table}_${at}').on(t.c${at + 2}, t.c${at + 5})`)
    const id = 'id: integer().primaryKey({ autoIncrement: true }).notNull()'
    return `export const t${table} = sqliteTable('t${table}', { ${[id, ...columns].join(', ')} }, (t) => [${indexes.join(', ')}])`
  })
  return `import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'\n${lines.join('\n')}\n`
}

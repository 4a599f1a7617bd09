import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeScript } from './make-schema.mjs'
import { printTable } from './measure.mjs'

const first = 'plan, .ts, for the first time'
const here = (file) => fileURLToPath(new URL(file, import.meta.url))
const cli = here('../dist/cli.js')

/**
 * `schema plan` on a database in sync, from the start of the process to its end, against a script that loads better-sqlite3 and opens the
 * file. The claims: for a `.sql` target, and for a `.ts` target that has been loaded before, at most 4 times as long with 500 tables;
 * linear in their number.
 */
export function benchPlanning({ folder, sizes, rounds }) {
  const made = [sizes[0], sizes.at(-1)].map((tables) => makeTargets(folder, tables))
  const columns = made.map(({ file, script, module }) => {
    const plan = (target, env = {}) => [[cli, 'plan', file, '--to', target], env]
    const runs = {
      'an empty script': [[here('./open-file.mjs'), file], {}],
      'loading the library': [[here('./load-library.mjs')], {}],
      'plan, .sql': plan(script),
      'plan, .ts, loaded before': plan(module),
      [first]: plan(module, { JITI_FS_CACHE: 'false' }),
    }
    return medians(runs, rounds)
  })
  const [small, large] = columns
  const rows = Object.keys(small).map((what) => [
    what,
    ...columns.flatMap((column) => [
      `${column[what].toFixed(0)} ms`,
      `${(column[what] / column['an empty script']).toFixed(2)}×`,
    ]),
    `${(large[what] / small[what]).toFixed(1)}×`,
  ])
  const head = ['', ...made.flatMap(({ tables }) => [`${tables} tables`, 'ratio']), 'grows']
  printTable(`Planning where nothing differs, start to exit, 20 columns and 3 indexes a table (median of ${rounds})`, [
    head,
    ...rows,
  ])
}

/** A database, and the targets that say what it says. */
function makeTargets(folder, tables) {
  const file = join(folder, `tables-${tables}.db`)
  makeScript(file, tables)
  const out = openSync(`${file}.ts`, 'w')
  execFileSync(process.execPath, [cli, 'inspect', file, '--format', 'ts'], { stdio: ['ignore', out, 'inherit'] })
  closeSync(out)
  return { tables, file, script: `${file}.sql`, module: `${file}.ts` }
}

/** The medians of the milliseconds that processes take, which run in turns: what disturbs one disturbs all. */
function medians(runs, rounds) {
  const times = Object.fromEntries(Object.keys(runs).map((what) => [what, []]))
  // The first round is not counted: it fills the caches.
  for (let round = 0; round <= rounds; round++) {
    for (const [what, [args, env]] of Object.entries(runs)) {
      // Compiling 100,000 lines of TypeScript takes half a minute.
      if (what === first && round !== 1) continue
      const started = performance.now()
      const { status, stderr } = spawnSync(process.execPath, args, { env: { ...process.env, ...env } })
      if (status !== 0) throw new Error(`${what} has failed: ${stderr}`)
      if (round > 0) times[what].push(performance.now() - started)
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([what, list]) => [what, list.sort((a, b) => a - b)[Math.floor(list.length / 2)]]),
  )
}

import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { converge, diff, inspect, plan } from 'sqlite-converge'

/** What is measured, each alone in its process: `node tasks.mjs TASK FILE [FILE]`. */
const tasks = {
  /** What any reader of the whole schema has to ask SQLite, without looking at the answers. */
  'ask the pragmas': (file) => {
    const db = new Database(file, { readonly: true })
    db.prepare('SELECT * FROM sqlite_schema').all()
    for (const pragma of ['table_xinfo', 'index_list', 'foreign_key_list']) {
      db.prepare(`SELECT * FROM pragma_table_list AS t JOIN pragma_${pragma}(t.name) AS p WHERE t.type = 'table'`).all()
    }
    db.close()
  },
  read: (file) => inspect(file),
  'read twice and compare': async (file) => {
    expectNone(await diff(file, file))
  },
  'compare with its own script': async (file, script) => {
    expectNone(await diff(file, script))
  },
  'read its script alone': (_, script) => inspect(script),
  'plan against its own script': async (file, script) => {
    const { changes } = await plan(file, script)
    expectNone(changes)
  },
  /** The procedure of https://www.sqlite.org/lang_altertable.html#otheralter, by somebody who knows what the table has. */
  'rebuild by hand': (file, script) => {
    const db = new Database(file)
    const [table, index] = readFileSync(script, 'utf8').split(';\n')
    db.pragma('foreign_keys = OFF')
    db.exec(`BEGIN; ${table.replace('paths', 'new_paths')}; INSERT INTO new_paths SELECT * FROM paths; DROP TABLE paths;
      ALTER TABLE new_paths RENAME TO paths; ${index}; COMMIT`)
    db.close()
  },
  converge: async (file, script, verify) => {
    await converge(file, script, { verify })
  },
  /** Copied in parts, with a word after each. */
  'converge, watched': async (file, script, verify) => {
    await converge(file, script, { verify, onProgress: () => {} })
  },
  /** In parts, by a process of its own; its memory is not in the figure. */
  'converge in a process of its own': async (file, script, verify) => {
    const { signal } = new AbortController()
    await converge(file, script, { verify, onProgress: () => {}, signal })
  },
}

function expectNone(changes) {
  if (changes.length > 0) throw new Error(`${changes.length} differences where there are none`)
}

const [task, ...files] = process.argv.slice(2)
const started = performance.now()
await tasks[task](...files)
const milliseconds = performance.now() - started
// Linux counts in kilobytes, macOS in bytes; Node gives kilobytes on both.
process.stdout.write(JSON.stringify({ milliseconds, megabytes: process.resourceUsage().maxRSS / 1024 }))

import Database from 'better-sqlite3'
import { converge, diff, inspect, plan } from 'sqlite-converge'
import { changeByHand } from './mapping-paths.mjs'

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
  'change by hand': (file, _, change) => {
    changeByHand(file, change)
    return { cache: 16 }
  },
  converge: (file, script, verify, fast) =>
    onHandle(file, (db) => converge(db, script, { verify, fast: fast === 'fast' })),
  /** Copied in parts, with a word after each. */
  'converge, watched': (file, script, verify) =>
    onHandle(file, (db) => converge(db, script, { verify, onProgress: () => {} })),
  /** In parts, by a process of its own; its memory and its work are not in the figures. */
  'converge in a process of its own': async (file, script, verify) => {
    const { signal } = new AbortController()
    await converge(file, script, { verify, onProgress: () => {}, signal })
  },
}

/** Also tells the largest page cache that the connection was told to have, in megabytes. */
async function onHandle(file, use) {
  const db = new Database(file)
  let cache = 0
  const prepare = db.prepare.bind(db)
  db.prepare = (sql) => {
    const kibibytes = /^PRAGMA main\.cache_size = -(\d+)$/.exec(sql)?.[1]
    cache = Math.max(cache, Number(kibibytes ?? -db.pragma('cache_size', { simple: true })) / 1024)
    return prepare(sql)
  }
  await use(db)
  db.close()
  return { cache }
}

function expectNone(changes) {
  if (changes.length > 0) throw new Error(`${changes.length} differences where there are none`)
}

const [task, ...files] = process.argv.slice(2)
const [started, worked] = [performance.now(), process.cpuUsage()]
const told = await tasks[task](...files)
const milliseconds = performance.now() - started
const { user, system } = process.cpuUsage(worked)
// Linux counts in kilobytes, macOS in bytes; Node gives kilobytes on both.
const megabytes = process.resourceUsage().maxRSS / 1024
process.stdout.write(JSON.stringify({ milliseconds, megabytes, processor: (user + system) / 1000, cache: told?.cache }))

import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { median, printTable } from './measure.mjs'

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
const byHand = fileURLToPath(new URL('./many-by-hand.mjs', import.meta.url))

const users = 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT)'
const posts = 'CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), title TEXT)'
const index = 'CREATE INDEX posts_user ON posts (user_id)'
const versions = [
  `${users}; ${posts};`,
  `${users}; ${posts}; ${index};`,
  `${users}; ${posts}; ${index}; ALTER TABLE users ADD COLUMN born TEXT;`,
]
const target = `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE, born TEXT);\n${posts};\n${index};\n`
const rows = `
  WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 100)
  INSERT INTO users (id, name, email) SELECT n, 'name ' || n, n || '@example.org' FROM s;
  INSERT INTO posts SELECT id, id, 'a title' FROM users;`

/**
 * Many small files of three versions of a schema, of which a table has to be rebuilt: planned, applied with one worker and with two, and again when
 * all is in sync; against the same statements run by a script that opens one file after another. From the start of the process to its end.
 */
export function benchManyFiles({ folder, files, rounds }) {
  const made = join(folder, 'many')
  mkdirSync(join(made, 'tenants'), { recursive: true })
  writeFileSync(join(made, 'to.sql'), target)
  const templates = versions.map((sql, version) => {
    const path = join(made, `version-${version}`)
    const db = new Database(path)
    db.exec(sql + rows)
    db.close()
    return path
  })
  for (let n = 0; n < files; n++) {
    copyFileSync(templates[n % templates.length], join(made, `tenants/${String(n).padStart(5, '0')}.db`))
  }
  // By hand, somebody has written them down for each version.
  const scripts = templates.map((path) => stepsFor(path, join(made, 'to.sql')))
  writeFileSync(join(made, 'scripts.json'), JSON.stringify(scripts))
  const apply = (jobs) => [cli, 'apply', 'copy', '--to', 'to.sql', '--yes', '--jobs', jobs]
  const ways = {
    'by hand, one after the other': [byHand, 'copy', 'scripts.json'],
    'plan, all files': [cli, 'plan', 'copy', '--to', 'to.sql'],
    'apply --jobs 1': apply('1'),
    'apply --jobs 2': apply('2'),
    'apply, all in sync': apply('2'),
  }
  const times = Object.fromEntries(Object.keys(ways).map((what) => [what, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [what, args] of Object.entries(ways)) {
      if (what !== 'apply, all in sync') {
        rmSync(join(made, 'copy'), { recursive: true, force: true })
        cpSync(join(made, 'tenants'), join(made, 'copy'), { recursive: true })
        // What is not on the disk yet would be written with the first commit.
        execFileSync('sync')
      }
      const started = performance.now()
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: made, encoding: 'utf8' })
      if (status !== 0) throw new Error(`${what} has failed: ${stderr}`)
      times[what].push(performance.now() - started)
    }
  }
  const [first] = Object.keys(ways)
  const table = Object.entries(times).map(([what, list]) => {
    const milliseconds = median(list)
    return [what, (milliseconds / median(times[first])).toFixed(2), `${(milliseconds / files).toFixed(1)} ms`]
  })
  printTable(`${files.toLocaleString('en')} files of three versions, 200 rows each`, [
    ['', 'against by hand', 'per file'],
    ...table,
  ])
  rmSync(made, { recursive: true, force: true })
}

function stepsFor(path, script) {
  const plan = execFileSync(process.execPath, [cli, 'plan', path, '--to', script, '--format', 'json'], {
    encoding: 'utf8',
  })
  return { from: catalogOf(path), steps: JSON.parse(plan).steps.map((step) => step.sql) }
}

function catalogOf(path) {
  const db = new Database(path, { readonly: true })
  const texts = db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').pluck().all()
  db.close()
  return texts.join(';\n')
}

/**
 * Writes into a database, or reads it, as fast as it can until its stdin ends. A writer notes what has been acknowledged in a file of
 * its own, and a reader holds what it sees in one transaction against itself. At the end it prints one document.
 *
 * node hammer.mjs DATABASE writer|reader LOG
 */
import { openSync, writeSync } from 'node:fs'
import Database from 'better-sqlite3'

const [, , path, role, log] = process.argv
const db = new Database(path, { timeout: 120_000 })
let goes = true
process.stdin.on('end', () => {
  goes = false
})
process.stdin.resume()

const found = { role, rounds: 0, longest: 0, schemas: {}, wrong: [] }

/** Rows come in pairs: one in each table, with the same value, and the sum of both is said in a third. */
const writer = () => {
  const noted = openSync(log, 'a')
  const insert = db.prepare('INSERT INTO items (code, amount) VALUES (?, ?)')
  const pair = db.prepare('INSERT INTO parts (item, label) VALUES (?, ?)')
  const sum = db.prepare("UPDATE tags SET weight = weight + ? WHERE name = 'sum'")
  const write = db.transaction((code, amount) => {
    const { lastInsertRowid: id } = insert.run(code, amount)
    pair.run(id, code)
    sum.run(amount)
    return id
  })
  return () => {
    const code = `written ${process.pid} ${found.rounds}`
    const id = write.immediate(code, (found.rounds % 7) + 1)
    writeSync(noted, `${id} ${code}\n`)
  }
}

const reader = () => {
  const schema = db.prepare(
    "SELECT name, sql FROM sqlite_schema WHERE tbl_name NOT LIKE 'sqlite_%' AND tbl_name <> '_schema_journal' ORDER BY type, name",
  )
  const count = db.prepare("SELECT count(*) FROM items WHERE code LIKE 'written %'").pluck()
  const pairs = db.prepare('SELECT count(*) FROM parts JOIN items ON items.id = item AND code = label').pluck()
  const sums = db
    .prepare(
      "SELECT (SELECT total(amount) FROM items WHERE code LIKE 'written %') = (SELECT weight FROM tags WHERE name = 'sum')",
    )
    .pluck()
  const read = db.transaction(() => {
    const text = schema
      .all()
      .map(({ name, sql }) => `${name}: ${sql}`)
      .join('\n')
    return { text, count: count.get(), pairs: pairs.get(), isSum: sums.get() }
  })
  return () => {
    const { text, count, pairs, isSum } = read()
    found.schemas[text] = (found.schemas[text] ?? 0) + 1
    if (count !== pairs || isSum !== 1) found.wrong.push({ count, pairs, isSum, text })
  }
}

const round = role === 'writer' ? writer() : reader()
process.stdout.write('ready\n')
const next = () => {
  if (!goes) {
    db.close()
    process.stdout.write(`${JSON.stringify(found)}\n`)
    return
  }
  const started = performance.now()
  round()
  found.rounds += 1
  found.longest = Math.max(found.longest, performance.now() - started)
  setImmediate(next)
}
next()

/**
 * Damages databases, one after another, and has the library read, plan and change each. It runs as a process of its own,
 * since a crash inside SQLite ends the process that it happens in. Every line it prints is a document: what it is about to
 * do, so that the last one tells what a crash or a hang was about, and what went wrong.
 *
 * node corrupt.mjs DIST FOLDER SEED FROM TO CODES
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'

const [, , dist, folder, seed, from, to, codes] = process.argv
const { ConvergeError, converge, inspect, plan, planBack, status } = await import(
  pathToFileURL(join(dist, 'src/index.js')).href
)
const errorCodes = JSON.parse(codes)

const path = join(folder, 'app.db')
const target = join(folder, 'target.sql')
const sides = ['', '-wal', '-journal', '-shm']
const say = (document) => writeSync(1, `${JSON.stringify(document)}\n`)

const tables = `
  CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, note TEXT);
  CREATE TABLE posts (id INTEGER PRIMARY KEY, author REFERENCES users (id) ON DELETE CASCADE, body TEXT, UNIQUE (author, body));
  CREATE TABLE keyed (a TEXT, b BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID;
  CREATE INDEX by_name ON users (name COLLATE NOCASE) WHERE name <> '';
  CREATE VIEW named AS SELECT id, name FROM users;
  CREATE TRIGGER noted AFTER INSERT ON posts BEGIN UPDATE users SET note = 'has posts' WHERE id = new.author; END;
  CREATE VIRTUAL TABLE words USING fts5 (body);`
const fill = `
  WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 60)
  INSERT INTO users (name, note) SELECT 'name ' || x, hex(zeroblob(x * 3)) FROM n;
  INSERT INTO posts (author, body) SELECT id, name || note || note FROM users;
  INSERT INTO keyed SELECT name, zeroblob(id) FROM users;
  INSERT INTO words SELECT name FROM users;
  CREATE TABLE gone (x); INSERT INTO gone SELECT zeroblob(2000) FROM users; DROP TABLE gone; ANALYZE;`
// One table is altered, one is rebuilt, and the journal gets an entry.
const wanted = tables
  .replace('note TEXT', 'note TEXT, more TEXT')
  .replace('body TEXT,', "body TEXT NOT NULL DEFAULT '',")

/** Databases as they are before somebody damages them, each with the files beside it. */
const origins = ['page_size = 512', 'encoding = "UTF-16le"', 'auto_vacuum = FULL', 'journal_mode = WAL'].map(
  (pragma) => {
    const file = join(folder, 'origin.db')
    for (const side of sides) rmSync(file + side, { force: true })
    const db = new Database(file)
    db.pragma(pragma)
    db.exec(tables + fill)
    if (pragma.endsWith('WAL')) {
      // What an application that was killed leaves: the last transaction is only in the -wal.
      db.exec("INSERT INTO users (name) VALUES ('late')")
      const files = filesOf(file)
      db.close()
      return files
    }
    db.exec('CREATE TABLE second (a)')
    db.exec("PRAGMA cache_size = 1; BEGIN; UPDATE users SET note = note || 'x'; DELETE FROM posts")
    const files = filesOf(file)
    db.exec('ROLLBACK')
    db.exec('DROP TABLE second')
    db.close()
    return { ...files, '': readFileSync(file) }
  },
)
writeFileSync(target, wanted)

for (let n = Number(from); n < Number(to); n++) {
  const { what, files } = damage(randomNumbers(Number(seed) * 100_003 + n))
  say({ n, what })
  for (const side of sides) rmSync(path + side, { force: true })
  for (const [side, bytes] of Object.entries(files)) writeFileSync(path + side, bytes)
  const before = digest()
  const outcomes = []
  for (const [op, use] of [
    ['inspect', () => inspect(path)],
    ['status', () => status(path, target)],
    ['plan', () => plan(path, target)],
    ['planBack', () => planBack(path)],
  ]) {
    outcomes.push(await outcomeOf(n, what, op, use))
    if (digest() !== before) say({ n, what, op, wrong: 'reading has changed a file, or left one' })
  }
  const code = await outcomeOf(n, what, 'converge', () =>
    converge(path, target, { allow: ['data-loss', 'definition-loss'] }),
  )
  outcomes.push(code)
  // What was interrupted is recovered by opening for writing; without a leftover, an error has to leave every byte.
  if (code !== 'done' && Object.keys(files).length === 1 && digest() !== before)
    say({ n, what, op: 'converge', wrong: `${code} has changed the file` })
  say({ n, outcomes })
}
say({ end: Number(to) })

async function outcomeOf(n, what, op, use) {
  const started = Date.now()
  let code = 'done'
  try {
    await use()
  } catch (error) {
    code = error instanceof ConvergeError ? error.code : 'not ours'
    const isFine =
      code in errorCodes &&
      errorCodes[code] !== 'internal' &&
      !/Cannot read|is not a function|undefined/.test(error.message)
    if (!isFine)
      say({
        n,
        what,
        op,
        wrong: `${code}: ${error?.code ?? ''} ${error?.message}`,
        stack: String(error?.stack).split('\n').slice(1, 6),
      })
  }
  if (Date.now() - started > 10_000) say({ n, what, op, wrong: `took ${Date.now() - started} ms` })
  return code
}

/** A database with some damage, and what that is, in words. */
function damage(random) {
  const files = { ...pick(origins, random) }
  const original = files['']
  const bytes = Buffer.from(original)
  const pageSize = original.readUInt16BE(16) === 1 ? 65536 : original.readUInt16BE(16)
  const pages = Math.floor(bytes.length / pageSize)
  const page = () => random(pages) * pageSize
  const flip = (at) => {
    bytes[at] = pick([0, 1, 2, 127, 128, 255, bytes[at] ^ (1 << random(8)), random(256)], random)
    return at
  }
  const alone = (what) => ({ what, files: { '': bytes } })
  const kinds = [
    () => {
      const at = random(100)
      flip(at)
      return alone(`byte ${at} of the header is ${bytes[at]}`)
    },
    () => {
      const length = random(pages) * pageSize
      return { what: `cut after ${length} bytes`, files: { '': bytes.subarray(0, length) } }
    },
    () => {
      const length = random(bytes.length)
      return { what: `cut after ${length} bytes`, files: { '': bytes.subarray(0, length) } }
    },
    () => alone(`flipped in the first page: ${times(1 + random(6), () => flip(100 + random(pageSize - 100)))}`),
    () => alone(`flipped in the head of a page: ${times(1 + random(3), () => flip(page() + random(12)))}`),
    () => alone(`flipped anywhere: ${times(1 + random(40), () => flip(random(bytes.length)))}`),
    () => {
      const [a, b] = [page(), page()]
      original.copy(bytes, a, b, b + pageSize)
      return alone(`the page at ${a} is that at ${b}`)
    },
    () => {
      const at = page()
      for (let n = 0; n < pageSize; n++) bytes[at + n] = random(2) === 0 ? 0 : random(256)
      return alone(`rubbish in the page at ${at}`)
    },
    () => {
      const at = page()
      bytes.fill(0, at, at + pageSize)
      return alone(`zeros in the page at ${at}`)
    },
    () => {
      bytes.writeUInt32BE(pick([1, 2, pages, pages + 1, 0xffffffff, random(pages + 2)], random), 32)
      bytes.writeUInt32BE(pick([0, 1, pages, 0x7fffffff, random(pages + 2)], random), 36)
      return alone('another freelist')
    },
    () => {
      bytes.writeUInt16BE(pick([0, 1, 512, 1024, 4096, 32768, 511, 65535], random), 16)
      return alone(`page size ${bytes.readUInt16BE(16)}`)
    },
    () => damageSide('-wal', bytes, random),
    () => damageSide('-journal', bytes, random),
  ]
  return pick(kinds, random)()
}

/** A file beside the database that is rubbish, cut, flipped, or of another database. */
function damageSide(side, bytes, random) {
  const own = pick(
    origins.filter((files) => files[side] !== undefined),
    random,
  )
  const side_ = Buffer.from(own[side])
  const kind = random(4)
  if (kind === 0) for (let n = 0; n < side_.length; n++) side_[n] = random(256)
  if (kind === 1) times(1 + random(20), () => (side_[random(side_.length)] = random(256)))
  const written = kind === 2 ? side_.subarray(0, random(side_.length)) : side_
  const main = kind === 3 ? bytes : own['']
  return {
    what: `a ${side} that is ${['rubbish', 'flipped', 'cut', 'of another database'][kind]}`,
    files: { '': main, [side]: written },
  }
}

function filesOf(file) {
  return Object.fromEntries(
    ['', '-wal', '-journal'].flatMap((side) => (existsSync(file + side) ? [[side, readFileSync(file + side)]] : [])),
  )
}

/** The bytes of every file in the folder, but those that only hold marks of readers. */
function digest() {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) {
    if (name.startsWith('origin')) continue
    hash.update(name)
    if (!name.endsWith('-shm')) hash.update(readFileSync(join(folder, name)))
  }
  return hash.digest('hex')
}

function times(count, use) {
  return Array.from({ length: count }, use).join(', ')
}

function pick(list, random) {
  return list[random(list.length)]
}

/** Numbers below a bound, the same for the same seed: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function randomNumbers(start) {
  let state = start >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) % bound
  }
}

import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { convergeSync } from 'sqlite-converge'
import { expect } from 'vitest'
import { makeMetamapper } from '../cli/biomapper.ts'
import { root } from './snippets.ts'

/** Every page that somebody may follow. What is said in `bench/` has tests of its own. */
export const pages: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
]

type Words = Readonly<Record<string, string>>

/** What a page supposes, and what it has to lead to. Most pages say all of it themselves. */
interface Around {
  /** Makes what is there before the first block; returns words of the commands that stand for others. */
  readonly start?: (folder: string) => Words
  readonly end?: (folder: string, printed: readonly string[]) => void
}

export const around: Readonly<Record<string, Around>> = {
  'README.md': {
    end: (folder) => expect(ask(folder, 'SELECT count(*) FROM books')).toBe(1),
  },
  'docs/applying.md': {
    start: outOfSync,
    end: (folder, printed) => {
      for (const said of printed) expect(said).toMatch(/applied|reverted/)
      const backups = readdirSync(folder).filter((name) => /backup-|before-revert/.test(name))
      expect(backups).toHaveLength(2)
    },
  },
  'docs/configuration.md': {
    start: (folder) => {
      const columns = 'id: integer(), title: text(), year: integer()'
      const declared = `export default defineSchema({ books: table({ ${columns} }).primaryKey(['id']) })`
      for (const name of ['data', 'schema']) mkdirSync(join(folder, name))
      for (const name of ['library', 'notes']) {
        const db = new Database(join(folder, `data/${name}.db`))
        db.exec('CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT)')
        db.close()
      }
      for (const name of ['library', 'notes']) {
        const imports = `import { defineSchema, integer, table, text } from 'sqlite-converge'`
        writeFileSync(join(folder, `schema/${name}.ts`), `${imports}\n${declared}\n`)
      }
      return {}
    },
    end: (_, printed) => {
      expect(printed).toHaveLength(8)
      expect(printed[0]).toContain('data/notes.db → schema/notes.ts')
      expect(printed[1]).not.toContain('notes')
      expect(printed[2]).toBe(printed[1])
      expect(printed[3]).toMatch(/applied data\/library\.db.*applied data\/notes\.db/s)
    },
  },
  'docs/fast.md': {
    start: outOfSync,
    end: (folder, printed) => {
      expect(printed).toEqual([
        expect.stringContaining('books is changed in place: its rows stay valid as they are stored'),
        expect.stringContaining('applied'),
        expect.stringContaining('reverted'),
      ])
      // The table stays where it was: no row has been copied.
      const rootPage = ask(folder, "SELECT rootpage FROM sqlite_schema WHERE name = 'books'")
      expect(rootPage).toBe(2)
    },
  },
  'docs/guides/from-alembic.md': {
    start: (folder) => {
      cpSync(join(root, 'schema'), join(folder, 'schema'), { recursive: true })
      const db = makeMetamapper(join(folder, 'metamapper.db'))
      // To the letter as Alembic 1.20 makes it.
      db.exec(`CREATE TABLE alembic_version (
\tversion_num VARCHAR(32) NOT NULL, 
\tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('6d519cfd7460')`)
      db.close()
      return {}
    },
  },
  'docs/kept-data.md': {
    start: (folder) => {
      outOfSync(folder)
      const db = new Database(join(folder, 'library.db'))
      db.exec("ALTER TABLE books ADD COLUMN note; INSERT INTO books VALUES (1, 'Walden', 'lent')")
      db.close()
      return {}
    },
    end: (folder) => expect(ask(folder, 'SELECT note FROM books')).toBe('lent'),
  },
  'docs/many-files.md': {
    start: (folder) => {
      mkdirSync(join(folder, 'tenants/closed'), { recursive: true })
      const [first, second] = ['CREATE TABLE notes (body TEXT)', 'CREATE TABLE notes (body TEXT, stars INTEGER)']
      const made = {
        '0001': first,
        '0002': `${first}; INSERT INTO notes VALUES ('milk'), (NULL)`,
        '0003': `${first}; INSERT INTO notes VALUES ('bread')`,
        '0004': `${second}; INSERT INTO notes VALUES ('salt', 5)`,
        'closed/0000': second,
      }
      for (const [name, sql] of Object.entries(made)) new Database(join(folder, `tenants/${name}.db`)).exec(sql).close()
      const imports = `import { defineSchema, integer, table, text } from 'sqlite-converge'`
      const declared = `export default defineSchema({ notes: table({ body: text().notNull(), stars: integer() }) })`
      writeFileSync(join(folder, 'schema.ts'), `${imports}\n${declared}\n`)
      return {}
    },
    end: (_, printed) => {
      expect(printed[0]).toContain(' 4  differ   in 2 groups, with one plan each')
      expect(printed[1]).toContain(' 3  applied')
      expect(printed[1]).toContain(' 1  refused')
    },
  },
  'docs/reverting.md': {
    start: (folder) => {
      const [path, to] = [join(folder, 'library.db'), join(folder, 'to.sql')]
      const ids = Array.from({ length: 6 }, (_, n) => {
        const columns = Array.from({ length: n + 1 }, (_, c) => `, c${c}`).join('')
        writeFileSync(to, `CREATE TABLE books (id INTEGER PRIMARY KEY${columns});`)
        return convergeSync(path, to, { create: true }).id!
      })
      return { '7f3a': ids[0]!.slice(0, 11) }
    },
    end: (folder) => {
      expect(ask(folder, "SELECT count(*) FROM pragma_table_info('books')")).toBe(2)
      expect(ask(folder, "SELECT count(*) FROM _schema_journal WHERE kind = 'revert'")).toBe(5)
    },
  },
}

/** A database that is used, and a declaration that says something else. */
function outOfSync(folder: string): Words {
  const declared = `table({ id: integer(), title: text().notNull() }).primaryKey(['id']).unique('titles', ['title'])`
  writeFileSync(
    join(folder, 'schema.ts'),
    `import { defineSchema, integer, table, text } from 'sqlite-converge'\nexport default defineSchema({ books: ${declared} })\n`,
  )
  const db = new Database(join(folder, 'library.db'))
  db.exec('CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT, UNIQUE (title))')
  db.close()
  return {}
}

function ask(folder: string, query: string): unknown {
  const db = new Database(join(folder, 'library.db'))
  try {
    return db.prepare(query).pluck().get()
  } finally {
    db.close()
  }
}

import Database from 'better-sqlite3'
import fc from 'fast-check'
import { test } from 'vitest'
import { checkDatabase } from './check-pair.ts'
import type { Hint } from './rename-model.ts'
import { newTally } from './tally.ts'

/** What is renamed, by a name and what it is declared as. */
type Declared = readonly (readonly [name: string, as: string])[]

const name = fc.constantFrom('a', 'b', 'c', 'g', 'h')
const declared: fc.Arbitrary<Declared> = fc.uniqueArray(
  fc.tuple(name, fc.constantFrom('TEXT', 'INTEGER', 'TEXT NOT NULL DEFAULT 0', 'TEXT UNIQUE')),
  { selector: ([one]) => one, minLength: 1, maxLength: 4 },
)
/** Chains, circles and single ones; each name is given up once, and taken once. */
const renames = fc
  .uniqueArray(
    fc.tuple(name, name).filter(([from, to]) => from !== to),
    { selector: ([from]) => from, minLength: 1, maxLength: 4 },
  )
  .filter((all) => new Set(all.map(([, to]) => to)).size === all.length)

/** What is there under its new name, and what else is wanted, which may take a name that has been given up. */
function renamed(from: Declared, said: readonly (readonly [string, string])[], more: Declared): Declared {
  const later = from.map(([one, as]) => [said.find(([old]) => old === one)?.[1] ?? one, as] as const)
  const isFirst = ([one]: Declared[number], at: number, all: Declared): boolean =>
    all.findIndex(([other]) => other === one) === at
  return [...later, ...more].filter(isFirst)
}

const ways = {
  columns: {
    script: (all: Declared): string =>
      `CREATE TABLE t (${all.map((one) => one.join(' ')).join()}, id INTEGER PRIMARY KEY);`,
    rows: (all: Declared): string =>
      `INSERT INTO t (${all.map(([one]) => one).join()}) VALUES (${all.map(([one, as]) => ownValue(one, as)).join()});`,
    hint: ([from, to]: readonly [string, string]): Hint => ({ table: 't', column: from, to }),
  },
  tables: {
    script: (all: Declared): string =>
      all.map(([one, as]) => `CREATE TABLE ${one} (x ${as}, id INTEGER PRIMARY KEY);`).join('\n'),
    rows: (all: Declared): string =>
      all.map(([one, as]) => `INSERT INTO ${one} (x) VALUES (${ownValue(one, as)});`).join(''),
    hint: ([from, to]: readonly [string, string]): Hint => ({ table: from, to }),
  },
}

/** One that tells whose it was. */
function ownValue(name: string, as: string): string {
  return as === 'INTEGER' ? String(name.charCodeAt(0)) : `'${name}'`
}

// The pairs of the other files seldom have more than one rename of a kind.
test.each([
  ['columns', false],
  ['columns', true],
  ['tables', false],
  ['tables', true],
] as const)('any renames of %s are gone there and back, fast: %s', async (what, fast) => {
  const { script, rows, hint } = ways[what]
  await fc.assert(
    fc.asyncProperty(declared, declared, renames, async (from, more, said) => {
      const db = new Database(':memory:')
      try {
        db.pragma('foreign_keys = OFF')
        db.exec(script(from))
        db.exec(rows(from))
        await checkDatabase(db, script(renamed(from, said, more)), newTally(), {
          hints: said.map(hint),
          fills: true,
          fast,
        })
      } finally {
        db.close()
      }
    }),
    { numRuns: 150, seed: 20261129 },
  )
})

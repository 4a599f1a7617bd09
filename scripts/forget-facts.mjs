// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are pieces of code.
/**
 * Takes one fact about SQLite after the other out of a copy of the code, and asks whether a test notices.
 *
 *     npm run test:facts              all of them, a few minutes
 *     npm run test:facts -- rowid     those whose name has the word
 *
 * Exits 1 where a fact can be forgotten unnoticed, or where the tests fail without that.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const cases = 'test/cases/run-cases.test.ts'

/** What is forgotten, in which file, how, and the tests that have to notice (a file, and a part of their names). */
const facts = [
  [
    'a conflict clause fires in the copy',
    'src/plan/rebuild.ts',
    'INSERT OR ABORT INTO',
    'INSERT INTO',
    'test/library/steps-by-hand.test.ts',
    'stop at rows',
  ],
  [
    'DROP TABLE deletes the children while foreign keys are enforced',
    'src/apply/apply-plan.ts',
    "yield* run('PRAGMA foreign_keys = OFF')\n",
    '',
    cases,
    'cascading-children|set-null-children',
  ],
  [
    'a rename points references at the old table',
    'src/apply/apply-plan.ts',
    "rewritesReferences(step.kind) ? 'OFF' : 'ON'",
    "rewritesReferences(step.kind) ? 'OFF' : 'OFF'",
    cases,
    'a-view-over-the-table-survives|a-trigger-on-another-table',
  ],
  [
    'a copy numbers hidden rowids anew',
    'src/plan/projection.ts',
    '[{ name: target, expression: rowid }, ...columns]',
    'columns',
    cases,
    'hidden-rowids-survive|external-content',
  ],
  [
    'the AUTOINCREMENT mark goes with its table',
    'src/plan/rebuild.ts',
    'const marked = ',
    'const marked = false && ',
    cases,
    'autoincrement-mark-survives',
  ],
  [
    'the newest trigger fires first',
    'src/plan/triggers.ts',
    'create: wanted.slice(kept).map(',
    'create: wanted.slice(kept).reverse().map(',
    cases,
    'firing-order',
  ],
  [
    'triggers go with their table',
    'src/plan/draft-plan.ts',
    'orderTriggers(table, input.from, to, input.isExcluded, recreated(table))',
    'orderTriggers(table, input.from, to, input.isExcluded, false)',
    cases,
    'triggers-keep-their-firing-order',
  ],
  [
    'statistics go with their table',
    'src/plan/draft-plan.ts',
    '...statistics.restore,',
    '',
    cases,
    'analyze-statistics',
  ],
  [
    'another collation of a parent key makes orphans',
    'src/plan/preflight.ts',
    'for (const [name, group] of touched) probes.push(...stranded(name, from, to, group, parentRows))',
    '',
    cases,
    'another-collation-of-a-parent',
  ],
  [
    'old orphans are not new ones',
    'src/plan/preflight.ts',
    '!hadForeignKey(from, change.constraint)',
    'true',
    cases,
    'old-orphans',
  ],
  [
    'generated columns are not written',
    'src/plan/projection.ts',
    'if (column.generated !== undefined) continue',
    '',
    cases,
    'generated-columns-of-both-kinds',
  ],
  [
    'NULLs in a key that becomes the rowid get ids',
    'src/plan/probe-values.ts',
    'table.strict || isRowidAlias(table))',
    'table.strict)',
    cases,
    'int-primary-key-to-integer',
  ],
  [
    'a trigger can break later',
    'src/prove/dependents.ts',
    'yield* compile(what, yield* firing(triggers[0]!))',
    '',
    cases,
    'would-fail-later|can-not-work',
  ],
  [
    'IS goes by the collation of the column',
    'src/plan/affinity.ts',
    'AS ${back}) COLLATE BINARY IS NOT ${column}`',
    'AS ${back}) IS NOT ${column}`',
    cases,
    'upper-case',
  ],
  [
    'DEFAULT foo is a text',
    'src/plan/projection.ts',
    'column.default?.constant ? expression.normal : `(${expression.text})`',
    '`(${expression.text})`',
    cases,
    'bare-word',
  ],
  [
    'INTEGER PRIMARY KEY DESC at the column is no rowid',
    'src/diff/normal.ts',
    "if (primaryKey.atColumn && only.order === 'DESC') return false",
    '',
    cases,
    'desc-at-the-column',
  ],
  [
    'a view that ends in a comment swallows what follows',
    'src/report/script.ts',
    "sql.split('\\n').at(-1)!.includes('--') ? '\\n;' : ';'",
    "';'",
    'test/cases/run-scripts.test.ts',
    'ending-in-a-comment',
  ],
  [
    'temporary objects are found first',
    'src/prove/temporary.ts',
    'if (rows.length === 0) return',
    'return',
    cases,
    'is-in-the-way',
  ],
  [
    'DROP COLUMN leaves UPDATE OF triggers dead',
    'src/prove/dependents.ts',
    'if (missing !== undefined) broken.set',
    "if (missing === '') broken.set",
    cases,
    'update-of-trigger',
  ],
  [
    'DROP COLUMN breaks the foreign keys of others',
    'src/introspect/count-orphans.ts',
    'key.includes(mismatch) && !before.has(key)',
    'false',
    cases,
    'dropped-parent-column',
  ],
  [
    'two UNIQUE columns are not one UNIQUE of two',
    'src/diff/normal.ts',
    'const columns = unique.columns.map((part) => normalKeyColumn(part, table))',
    'const columns = unique.columns.slice(0, 1).map((part) => normalKeyColumn(part, table))',
    'test/diff/different-pairs.test.ts',
    'UNIQUE',
  ],
  [
    'ALTER TABLE can be blocked from anywhere',
    'src/prove/redraft.ts',
    'way === undefined ||',
    'true ||',
    cases,
    'broken-unrelated-view',
  ],
]

const [word = ''] = process.argv.slice(2)
const chosen = facts.filter(([what]) => what.includes(word))
const folder = mkdtempSync(join(tmpdir(), 'schema-facts-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const name of execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n')) {
  cpSync(join(root, name), join(folder, name))
}
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
// These tests run the source, and need no build.
const config = readFileSync(join(folder, 'vitest.config.ts'), 'utf8')
writeFileSync(join(folder, 'vitest.config.ts'), config.replace(/^.*globalSetup.*$/m, ''))

let unnoticed = 0
for (const [what, file, from, to, tests, pattern] of chosen) {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  if (!text.includes(from)) {
    console.log(`GONE       ${what}: ${file} does not say it any more`)
    unnoticed++
    continue
  }
  const before = run(tests, pattern)
  writeFileSync(
    path,
    text.replaceAll(from, () => to),
  )
  const after = run(tests, pattern)
  writeFileSync(path, text)
  const good = before.failed === 0 && before.passed > 0 && after.failed > 0
  if (!good) unnoticed++
  const verdict = good
    ? 'noticed'
    : before.failed + before.passed === 0
      ? 'NO TESTS'
      : before.failed > 0
        ? 'FAILS'
        : 'UNNOTICED'
  console.log(`${verdict.padEnd(10)} ${what}: ${after.failed} of ${before.passed} tests fail (${pattern})`)
}
console.log(`${chosen.length - unnoticed} of ${chosen.length} facts can't be forgotten unnoticed`)
process.exitCode = unnoticed === 0 ? 0 : 1

function run(file, pattern) {
  const args = ['vitest', 'run', file, '--testNamePattern', pattern, '--reporter', 'json']
  const { stdout } = spawnSync('npx', args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 })
  const { numPassedTests, numFailedTests } = JSON.parse(stdout.slice(stdout.indexOf('{"')))
  return { passed: numPassedTests, failed: numFailedTests }
}

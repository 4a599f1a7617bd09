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
/** What is forgotten, in which file, how, and the tests that have to notice (a file, and a part of their names). */
const facts = JSON.parse(readFileSync(join(import.meta.dirname, 'facts.json'), 'utf8'))
const [word = ''] = process.argv.slice(2)
const chosen = facts.filter(({ fact }) => fact.includes(word))
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
for (const { fact, file, text, instead, tests, pattern } of chosen) {
  const path = join(folder, file)
  const whole = readFileSync(path, 'utf8')
  const before = run(tests, pattern)
  writeFileSync(
    path,
    whole.replaceAll(text, () => instead),
  )
  const after = run(tests, pattern)
  writeFileSync(path, whole)
  const good = before.failed === 0 && before.passed > 0 && after.failed > 0
  if (!good) unnoticed++
  const verdict = good
    ? 'noticed'
    : before.failed + before.passed === 0
      ? 'NO TESTS'
      : before.failed > 0
        ? 'FAILS'
        : 'UNNOTICED'
  console.log(`${verdict.padEnd(10)} ${fact}: ${after.failed} of ${before.passed} tests fail (${pattern})`)
}
console.log(`${chosen.length - unnoticed} of ${chosen.length} facts can't be forgotten unnoticed`)
process.exitCode = unnoticed === 0 ? 0 : 1

function run(file, pattern) {
  const args = ['vitest', 'run', file, '--testNamePattern', pattern, '--reporter', 'json']
  const { stdout } = spawnSync('npx', args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 })
  const { numPassedTests, numFailedTests } = JSON.parse(stdout.slice(stdout.indexOf('{"')))
  return { passed: numPassedTests, failed: numFailedTests }
}

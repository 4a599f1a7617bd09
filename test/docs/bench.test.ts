import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './snippets.ts'

test('the benchmarks run and print ratios; how fast is not for a test to say', () => {
  const args = ['--sizes', '2,4', '--rows', '1000', '--files', '6', '--rounds', '1']
  const output = execFileSync(process.execPath, [join(root, 'bench/run.mjs'), ...args], { encoding: 'utf8' })
  expect(output).toMatch(/^ +2 tables +ratio +4 tables +ratio +grows$/m)
  expect(output).toMatch(/^ {2}plan, \.ts, loaded before( +\d+ ms +[\d.]+×){2} +[\d.]+×$/m)
  expect(output).toMatch(/^ {2}open a copy, read once +[\d.]+ ms +[\d.]+×$/m)
  expect(output).toMatch(/^ {2}apply --jobs 2 +[\d.]+ +[\d.]+ ms$/m)
  expect(output).toMatch(/^ +2 tables +4 tables +grows +peak memory$/m)
  expect(output).toMatch(/^ {2}read twice and compare( +\d+ ms){2} +[\d.]+× +\d+ MB$/m)
  expect(output).toMatch(/^ {2}converge, --verify values( +[\d.]+ s +[\d.]+×){2} +\d+ MB +\d+ MB$/m)
  expect(output).toMatch(/^ {2}ratio +[\d.]+×$/m)
}, 600_000)

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodeHelp, exitCodeOf, exitCodes } from '../../src/commands/exit-codes.ts'
import { ConvergeError, type ErrorCode, errorCodes } from '../../src/model/error.ts'
import { hazardCodes, hazardGroups, preflightCodes } from '../../src/plan/step.ts'
import { root } from './snippets.ts'

const document = readFileSync(join(root, 'docs/errors.md'), 'utf8')
const rows = [...document.matchAll(/^\| `([a-z-]+)` \|([^|]*)\|([^|]*)\|/gm)].map(([, code, second, third]) => ({
  code: code!,
  second: second!.trim(),
  third: third!.trim(),
}))

test('every error is documented once, with the exit code that it ends with, its meaning and what to do', () => {
  const errors = [...document.matchAll(/^\| `([a-z-]+)` \| (\d+) \| ([^|]+) \| ([^|]+) \|$/gm)].map((row) =>
    row.slice(1),
  )
  const exits = Object.keys(errorCodes).map((code) => [code, `${exitCodeOf(new ConvergeError(code as ErrorCode, ''))}`])
  expect(errors.map(([code, exit]) => [code, exit])).toEqual(expect.arrayContaining(exits))
  expect(errors).toHaveLength(exits.length)
  for (const [code, , ...texts] of errors)
    for (const text of texts) expect(text?.trim().length, code).toBeGreaterThan(4)
})

test('every exit code is in the tables of docs/errors.md and README.md, and in the help, and no other', () => {
  const codes = Object.values(exitCodes).map(String)
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  for (const text of [document, readme]) {
    expect([...text.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => code)).toEqual(codes)
    expect(text).toContain('highest')
  }
  expect([...exitCodeHelp.matchAll(/(?<=\s)\d+(?= )/g)].map(([code]) => code).sort()).toEqual([...codes].sort())
})

test('every hazard is documented with its level and group', () => {
  for (const [code, level] of Object.entries(hazardCodes)) {
    const group = Object.entries(hazardGroups).find(([, codes]) => codes.some((one) => one === code))?.[0]
    const found = rows.filter((row) => row.code === code).map((row) => [row.second, row.third])
    expect(found, code).toContainEqual([level, group === undefined ? '' : `\`${group}\``])
  }
})

test('every finding is documented', () => {
  for (const code of preflightCodes) expect(document, code).toMatch(new RegExp(`^\\| \`${code}\` \\|`, 'm'))
})

test('nothing is documented that does not exist', () => {
  const known = new Set<string>([...Object.keys(errorCodes), ...Object.keys(hazardCodes), ...preflightCodes])
  expect(rows.map((row) => row.code).filter((code) => !known.has(code))).toEqual([])
})

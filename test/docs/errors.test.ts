import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorCodes } from '../../src/model/error.ts'
import { hazardCodes, hazardGroups, preflightCodes } from '../../src/plan/step.ts'
import { root } from './snippets.ts'

const document = readFileSync(join(root, 'docs/errors.md'), 'utf8')
const rows = [...document.matchAll(/^\| `([a-z-]+)` \|([^|]*)\|([^|]*)\|/gm)].map(([, code, second, third]) => ({
  code: code!,
  second: second!.trim(),
  third: third!.trim(),
}))
const exits = { input: '2', refused: '3', failed: '4', interrupted: '130', internal: '5' }

test('every error code is documented with its exit code', () => {
  for (const [code, kind] of Object.entries(errorCodes)) {
    expect(rows.find((row) => row.code === code)?.second, code).toBe(exits[kind])
  }
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

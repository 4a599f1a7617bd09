import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './snippets.ts'

test('what other tools lose is seen by the checker that says so', () => {
  const output = execFileSync(process.execPath, [join(root, 'bench/peers/prove-check.mjs')], { encoding: 'utf8' })
  expect(output).toMatch(/^\d\d ways to lose something, and each is seen$/m)
})

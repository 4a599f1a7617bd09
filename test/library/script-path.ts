import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'schema-test-'))
afterAll(() => rmSync(folder, { recursive: true }))
let written = 0

/** The path of a new file with a script, which goes when the tests of the file have run. */
export function scriptPath(sql: string): string {
  const path = join(folder, `target-${written++}.sql`)
  writeFileSync(path, sql)
  return path
}

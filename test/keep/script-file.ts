import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Lends the path of a script, for as long as `use` takes. */
export function withScript<T>(sql: string, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'schema-keep-'))
  const done = (): void => rmSync(folder, { recursive: true })
  writeFileSync(join(folder, 'to.sql'), sql)
  try {
    const result = use(join(folder, 'to.sql'))
    if (!(result instanceof Promise)) done()
    else void result.then(done, done)
    return result
  } catch (error) {
    done()
    throw error
  }
}

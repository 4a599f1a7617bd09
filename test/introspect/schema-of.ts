import Database from 'better-sqlite3'
import { type Handle, handleExecutor } from '../../src/engine/handle.ts'
import { runSync } from '../../src/engine/operation.ts'
import { readDdl } from '../../src/introspect/read-ddl.ts'
import { readSchema } from '../../src/introspect/read-schema.ts'
import { scriptStatements } from '../../src/introspect/script-statements.ts'
import type { Schema } from '../../src/model/schema.ts'

/** What our reader makes of the database behind a handle. */
export function schemaIn(handle: Handle): Schema {
  return runSync(readSchema(), handleExecutor(handle))
}

/** What our reader makes of a schema, after SQLite has taken it. */
export function schemaOf(script: string): Schema {
  const handle = new Database(':memory:')
  try {
    handle.exec(script)
    return schemaIn(handle)
  } finally {
    handle.close()
  }
}

/** What a target reads of a script. */
export function schemaOfTarget(script: string, known?: Schema): Schema {
  return readDdl(scriptStatements(script, 'to.sql'), { code: 'target-invalid', ...(known && { known }) })
}

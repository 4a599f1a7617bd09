import { handleExecutor } from '../engine/handle.ts'
import { runSync } from '../engine/operation.ts'
import { openMemory, type Prepare } from '../engine/setup.ts'
import type { Schema } from '../model/schema.ts'
import type { CatalogRow } from '../sql/read-object.ts'
import { readSchema } from './read-schema.ts'
import { writeCatalog } from './write-catalog.ts'

/** The schema that rows of a catalog stand for, read where there is nothing else. They come from a database that SQLite has read. */
export function readRows(rows: readonly CatalogRow[], prepare: Prepare): Schema {
  const handle = openMemory(prepare)
  try {
    writeCatalog(handle, rows, 'shared')
    return runSync(readSchema(), handleExecutor(handle))
  } finally {
    handle.close()
  }
}

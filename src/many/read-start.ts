import { createHash } from 'node:crypto'
import { type Operation, queryOne } from '../engine/operation.ts'
import { bindingOf } from '../introspect/binding.ts'
import { type CatalogEntry, readStatistics, readWholeCatalog } from '../introspect/read-facts.ts'

/** What a plan starts from, without the rows. */
export interface Start {
  /** The same for two databases of which one's plan, and its proof, is the other's. */
  readonly fingerprint: string
  readonly catalog: readonly CatalogEntry[]
}

/**
 * Reads all that steps depend on: the exact texts of the catalog in their order, the encoding, and which tables ANALYZE's statistics speak
 * of. What depends on rows is in what is asked of them.
 */
export function* readStart(): Operation<Start> {
  const { encoding } = yield* queryOne<{ encoding: string }>('PRAGMA encoding')
  const catalog = yield* readWholeCatalog()
  const statistics = [...(yield* readStatistics(catalog))]
  const parts = JSON.stringify([encoding, bindingOf(catalog), statistics])
  return { fingerprint: createHash('sha256').update(parts).digest('hex'), catalog }
}

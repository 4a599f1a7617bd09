import { createHash } from 'node:crypto'
import type { CatalogEntry } from './read-facts.ts'

/** A hash over the exact text of a catalog: what a plan is bound to. */
export function bindingOf(catalog: readonly CatalogEntry[]): string {
  const rows = catalog.map((entry) => [entry.type, entry.name, entry.tbl_name, entry.sql])
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex')
}

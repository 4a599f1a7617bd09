import type { CatalogEntry } from '../introspect/read-facts.ts'
import { ConvergeError } from '../model/error.ts'

/** An object whose text is another one than when a plan was made: new without `was`, gone without `is`. */
export interface Drift {
  readonly type: string
  readonly name: string
  readonly was?: string
  readonly is?: string
}

/** What has become of a catalog since, object by object. SQLite's own indexes go with their tables and are left out. */
export function driftBetween(then: readonly CatalogEntry[], now: readonly CatalogEntry[]): readonly Drift[] {
  const [before, after] = [textsOf(then), textsOf(now)]
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((id): Drift[] => {
    const { type, name } = before.get(id) ?? after.get(id)!
    const [was, is] = [before.get(id)?.sql, after.get(id)?.sql]
    return was === is ? [] : [{ type, name, ...(was !== undefined && { was }), ...(is !== undefined && { is }) }]
  })
}

/** The error for a schema that is not the one a plan was made for; it shows what differs. */
export function schemaDrifted(
  message: string,
  then: readonly CatalogEntry[],
  now: readonly CatalogEntry[],
): ConvergeError {
  const drift = driftBetween(then, now)
  return new ConvergeError('schema-drifted', message, {
    objects: drift.map(({ name }) => name),
    advice: [...(drift.length === 0 ? ['its objects are the same, in another order'] : []), 'plan again'],
    data: { drift },
  })
}

type Text = CatalogEntry & { readonly sql: string }

function textsOf(catalog: readonly CatalogEntry[]): ReadonlyMap<string, Text> {
  const texts = catalog.filter((entry): entry is Text => entry.sql !== null)
  return new Map(texts.map((entry) => [JSON.stringify([entry.type, entry.name]), entry]))
}

import { foldName } from '../model/name.ts'
import { emptySchema, objectsOf, type Schema, type SchemaObject } from '../model/schema.ts'
import { readObject } from '../sql/read-object.ts'
import { type StoredText, storedText } from '../sql/stored-text.ts'

/** A CREATE statement, with the object of a known schema that has its text to the letter. */
export interface Match {
  readonly stored: StoredText
  readonly object?: SchemaObject
}

/**
 * Finds the objects that some statements would create again to the letter. Undefined where the statements have to be run
 * together to know what they make: one is no CREATE, two are of one name, or an index or trigger comes before its table.
 */
export function matchKnown(statements: readonly string[], known: Schema): readonly Match[] | undefined {
  const byText = new Map(objectsOf(known).map((object) => [`${typeOf(object)} ${object.sql}`, object]))
  if (byText.size === 0) return undefined
  const names = new Set<string>()
  const matches: Match[] = []
  for (const sql of statements) {
    const stored = storedText(sql)
    if (stored === undefined) return undefined
    const object = byText.get(`${stored.type} ${stored.sql}`)
    const read = object ?? readObject({ ...stored, tbl_name: stored.name })
    const name = `${stored.type === 'trigger' ? 'trigger ' : ''}${foldName(stored.name)}`
    if (names.has(name) || ('table' in read && !names.has(foldName(read.table)))) return undefined
    names.add(name)
    matches.push({ stored, ...(object && { object }) })
  }
  return matches
}

/** The schema that is nothing but known objects, in the order of the statements. */
export function schemaOfKnown(matches: readonly Match[]): Schema {
  const objects = matches.flatMap((match) => match.object ?? [])
  const kinds = Object.entries(kindOfList).map(([list, kind]) => [list, objects.filter((one) => one.kind === kind)])
  return { ...emptySchema, ...Object.fromEntries(kinds) }
}

/** The same schema with its objects in the order of the statements: the order in which triggers fire depends on it. */
export function orderAs(schema: Schema, matches: readonly Match[]): Schema {
  const places = new Map(matches.map(({ stored }, index) => [`${stored.type} ${foldName(stored.name)}`, index]))
  const place = (object: SchemaObject): number => places.get(`${typeOf(object)} ${foldName(object.name)}`) ?? -1
  const sorted = <T extends SchemaObject>(list: readonly T[]): readonly T[] =>
    [...list].sort((a, b) => place(a) - place(b))
  return {
    tables: sorted(schema.tables),
    indexes: sorted(schema.indexes),
    views: sorted(schema.views),
    triggers: sorted(schema.triggers),
    virtualTables: sorted(schema.virtualTables),
    unsupported: sorted(schema.unsupported),
  }
}

const kindOfList: Readonly<Record<keyof Schema, SchemaObject['kind']>> = {
  tables: 'table',
  indexes: 'index',
  views: 'view',
  triggers: 'trigger',
  virtualTables: 'virtual table',
  unsupported: 'unsupported',
}

/** What sqlite_schema calls it. */
function typeOf(object: SchemaObject): string {
  if (object.kind === 'virtual table') return 'table'
  return object.kind === 'unsupported' ? object.type : object.kind
}

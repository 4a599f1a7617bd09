import { objectsOf, type Schema } from '../model/schema.ts'

/** Writes a schema as a script that creates it: every object's own text, in an order in which it can be created. */
export function writeScript(schema: Schema): string {
  return objectsOf(schema)
    .map((object) => (object.sql.split('\n').at(-1)!.includes('--') ? `${object.sql}\n;\n` : `${object.sql};\n`))
    .join('\n')
}

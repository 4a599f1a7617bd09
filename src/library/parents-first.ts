import type { DeclaredSchema } from '../declare/define-schema.ts'
import type { TableDeclaration } from '../declare/table.ts'
import { foldName } from '../model/name.ts'

/**
 * The names of a schema's tables and views such that a table stands after those that its foreign keys refer to. Those that refer to each other in a
 * circle can't all: they stand as they are declared.
 */
export function parentsFirst({ objects }: DeclaredSchema): readonly string[] {
  const names = new Map(Object.keys(objects).map((name) => [foldName(name), name]))
  const [seen, ordered] = [new Set<string>(), [] as string[]]
  const visit = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    for (const { table } of declarationOf(objects[name]).foreignKeys ?? []) {
      const parent = names.get(foldName(table))
      if (parent !== undefined) visit(parent)
    }
    ordered.push(name)
  }
  for (const name of names.values()) visit(name)
  return ordered
}

/** A view's rows go to tables by its triggers, and a virtual table has no foreign keys. */
function declarationOf(object: unknown): Partial<TableDeclaration> {
  return (object as { readonly declaration: Partial<TableDeclaration> }).declaration
}

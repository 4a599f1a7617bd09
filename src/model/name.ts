/** SQLite folds the case of ASCII letters in identifiers, and of no others: `É` and `é` are two names. */
export function foldName(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name
}

export function sameName(a: string, b: string): boolean {
  return foldName(a) === foldName(b)
}

type Named = { readonly name: string }

/** The lists of a schema never change, so each is indexed once: a foreign key asks for its parent again and again. */
const indexed = new WeakMap<readonly Named[], ReadonlyMap<string, Named>>()

/** A lookup of objects by folded name; of two of one name, the first. */
export function byName<T extends Named>(list: readonly T[]): ReadonlyMap<string, T> {
  const known = indexed.get(list) as ReadonlyMap<string, T> | undefined
  if (known !== undefined) return known
  const map = new Map<string, T>()
  for (const item of list) {
    const name = foldName(item.name)
    if (!map.has(name)) map.set(name, item)
  }
  indexed.set(list, map)
  return map
}

/** Finds an object by its name, as SQLite would. */
export function findByName<T extends Named>(list: readonly T[], name: string): T | undefined {
  return byName(list).get(foldName(name))
}

/** A name that nothing in `taken` (folded) has: `base`, else `base_2`, `base_3`, … */
export function freeName(base: string, taken: ReadonlySet<string>): string {
  let name = base
  for (let n = 2; taken.has(foldName(name)); n++) name = `${base}_${n}`
  return name
}

/** What a foreign key is called where its rows are counted, folded: its table, columns and parent. */
export function foreignKeyName(table: string, columns: readonly string[], parent: string): string {
  return foldName(`${table} (${columns.join(', ')}) → ${parent}`)
}

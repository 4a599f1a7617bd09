/** SQLite folds the case of ASCII letters in identifiers, and of no others: `É` and `é` are two names. */
export function foldName(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

export function sameName(a: string, b: string): boolean {
  return foldName(a) === foldName(b)
}

/** Finds an object by its name, as SQLite would. */
export function findByName<T extends { readonly name: string }>(list: readonly T[], name: string): T | undefined {
  const folded = foldName(name)
  return list.find((item) => foldName(item.name) === folded)
}

/** A lookup of objects by folded name. */
export function byName<T extends { readonly name: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((item) => [foldName(item.name), item]))
}

/** A name that nothing in `taken` (folded) has: `base`, else `base_2`, `base_3`, … */
export function freeName(base: string, taken: ReadonlySet<string>): string {
  let name = base
  for (let n = 2; taken.has(foldName(name)); n++) name = `${base}_${n}`
  return name
}

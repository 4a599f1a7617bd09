import type { Column } from '../model/schema.ts'

export type Affinity = 'INTEGER' | 'TEXT' | 'BLOB' | 'REAL' | 'NUMERIC'

/** https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
export function affinityOf(column: Column): Affinity {
  const type = column.type.toUpperCase()
  if (type.includes('INT')) return 'INTEGER'
  if (type.includes('CHAR') || type.includes('CLOB') || type.includes('TEXT')) return 'TEXT'
  if (type === '' || type.includes('BLOB')) return 'BLOB'
  if (type.includes('REAL') || type.includes('FLOA') || type.includes('DOUB')) return 'REAL'
  return 'NUMERIC'
}

/**
 * The storage classes whose values an affinity may store as another class. Values of the others stay as they are.
 * INTEGER and NUMERIC store alike, so a change between the two converts nothing.
 */
export const convertedBy: Readonly<Record<Affinity, readonly string[]>> = {
  TEXT: ['integer', 'real'],
  INTEGER: ['text', 'real'],
  NUMERIC: ['text', 'real'],
  REAL: ['text', 'integer'],
  BLOB: [],
}

export function convertsAlike(a: Affinity, b: Affinity): boolean {
  return a === b || convertedBy[a].join() === convertedBy[b].join()
}

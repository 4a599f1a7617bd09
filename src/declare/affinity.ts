import type { StoredValue } from './column.ts'

/**
 * The type of the values of a column, by its declared type: by the name where it is one that this package has a function for, else by the
 * affinity that SQLite reads from it. Outside of a STRICT table SQLite takes any value in any column; the type says what the declaration means.
 * https://www.sqlite.org/datatype3.html#determination_of_column_affinity
 */
export type ValueOf<Type extends string> = string extends Type ? StoredValue : OfName<Uppercase<Type>>

type OfName<Type extends string> = Type extends keyof Known ? Known[Type] : OfAffinity<Type>

interface Known {
  INTEGER: number
  TEXT: string
  ANY: StoredValue
  BOOLEAN: number
  DATETIME: string
  JSON: string
}

/** The rules in SQLite's own order: CHARINT is an INTEGER, and FLOATING POINT too. */
type OfAffinity<Type extends string> = Type extends `${string}INT${string}`
  ? number
  : Type extends `${string}CHAR${string}` | `${string}CLOB${string}` | `${string}TEXT${string}`
    ? string
    : Type extends ''
      ? StoredValue
      : Type extends `${string}BLOB${string}`
        ? Uint8Array
        : Type extends `${string}REAL${string}` | `${string}FLOA${string}` | `${string}DOUB${string}`
          ? number
          : number | string

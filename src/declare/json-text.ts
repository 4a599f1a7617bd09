/**
 * A text that holds a value as JSON, for the type of a column: SQLite stores the text, and this says what is in it. It has a type of its own, so
 * that a value that is not written as JSON is a compile error. `toJson` writes one, `fromJson` reads it.
 *
 * @example
 * ```ts
 * import { fromJson, type JsonText, json, toJson } from 'sqlite-converge'
 *
 * const settings = json().notNull().as<JsonText<{ theme: string }>>()
 * const stored: JsonText<{ theme: string }> = toJson({ theme: 'dark' })
 * console.log(fromJson(stored).theme) // dark
 * ```
 */
export type JsonText<Value> = string & { readonly ofJson: Value }

/**
 * Writes a value as JSON, as a column of `JsonText` takes it. In a column that is not STRICT and has the declared type JSON, SQLite stores a
 * text that looks like a number as a number: https://www.sqlite.org/datatype3.html#type_affinity
 *
 * @example
 * ```ts
 * import { toJson } from 'sqlite-converge'
 *
 * console.log(toJson(['a', 1])) // ["a",1]
 * ```
 */
export function toJson<Value>(value: Value): JsonText<Value> {
  const text = JSON.stringify(value)
  if (text === undefined) throw new TypeError(`JSON has no text for ${typeof value}`)
  return text as JsonText<Value>
}

/**
 * Reads what a column of `JsonText` holds. It believes the type: nothing is checked but that it is JSON.
 *
 * @example
 * ```ts
 * import { fromJson, toJson } from 'sqlite-converge'
 *
 * console.log(fromJson(toJson({ theme: 'dark' })).theme) // dark
 * ```
 * @throws SyntaxError where the text is no JSON.
 */
export function fromJson<Value>(text: JsonText<Value>): Value {
  // A number alone comes back as one: see `toJson`.
  return typeof text === 'number' ? text : JSON.parse(text)
}

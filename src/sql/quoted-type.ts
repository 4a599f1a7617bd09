const closing: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '[': ']' }

/**
 * The text from which SQLite takes the affinity of a column, and which it reports as its type: of a declared type that starts with a quote what
 * stands in it; what comes behind is cut off, so that `"x" INT` is no integer. sqlite3AddColumn in its build.c.
 */
export function unquotedType(type: string): string {
  const end = closing[type[0] ?? '']
  if (end === undefined) return type
  let text = ''
  for (let at = 1; at < type.length; at++) {
    if (type[at] === end) {
      if (type[at + 1] !== end) break
      at++
    }
    text += type[at]
  }
  return text
}

/**
 * The text by which SQLite knows its standard types, of which INTEGER makes a primary key the rowid: a type that is in quotes as a whole counts without
 * them, `"INTEGER" x` does not. sqlite3DequoteToken in its util.c.
 */
export function bareType(type: string): string {
  const isWhole = type[0] !== undefined && type[0] in closing && !/["'`[]/.test(type.slice(1, -1))
  return isWhole ? type.slice(1, -1) : type
}

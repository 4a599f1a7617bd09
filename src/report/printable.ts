/** A name or text from a schema as one line that a terminal can't misread: control characters are written out. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (char) => {
    if (char === '\n') return '\\n'
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** The same for a text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** `1 row`, `2,000 rows`. */
export function count(n: number, one: string, many = `${one}s`): string {
  // Grouping digits takes as long as reading a schema, the first time.
  return `${n < 1000 ? n : n.toLocaleString('en')} ${n === 1 ? one : many}`
}

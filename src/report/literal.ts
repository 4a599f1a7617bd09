/** A name as a key of an object. */
export function property(name: string): string {
  if (name === '__proto__') return `['__proto__']`
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : quote(name)
}

/** A text in quotes. */
export function quote(text: string): string {
  if (/[\n\t\\]/.test(text) || unprintable.test(text)) return escaped(text)
  return `'${text.replaceAll("'", "\\'")}'`
}

/** What a terminal or an editor would obey and not show, a CR, which a template takes for a line end, and half a character. */
export const unprintable: RegExp =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/u

/** A text as a literal of which every character can be seen. */
export function escaped(text: string): string {
  return JSON.stringify(text).replace(
    new RegExp(unprintable, 'gu'),
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

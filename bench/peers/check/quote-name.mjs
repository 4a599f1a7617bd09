/** An identifier as SQL; the checker takes nothing from what it checks. */
export function quoteName(name) {
  return `"${name.replaceAll('"', '""')}"`
}

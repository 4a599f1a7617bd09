/** Whether a file of this name is taken for a database where a folder is searched for them; as for a shell, a hidden one is not. */
export function isDatabaseName(name: string): boolean {
  return /^[^.].*\.(db|sqlite|sqlite3)$/i.test(name)
}

/** Whether a path can be a pattern of several. A file can be called so too. */
export function canBePattern(path: string): boolean {
  return /[*?[{(]/.test(path)
}

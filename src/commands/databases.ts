import { statSync } from 'node:fs'

/**
 * The databases that the arguments name: files, patterns and directories. A single file is taken as it is.
 *
 * @throws ConvergeError `usage` where a pattern or directory names none.
 */
export async function databasesOf(paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0 || (paths.length === 1 && isSingle(paths[0]!))) return paths
  const { expandPaths } = await import('../many/expand-paths.ts')
  return expandPaths(paths)
}

/** Whether a path can be no pattern, and is no directory. */
function isSingle(path: string): boolean {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat === undefined ? !/[*?[{(]/.test(path) : !stat.isDirectory()
  } catch {
    // What the system takes for no path is for who opens it to say.
    return true
  }
}

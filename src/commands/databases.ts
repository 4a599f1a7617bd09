import { type Stats, statSync } from 'node:fs'

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
  const stat = statOf(path)
  return stat === undefined ? !/[*?[{(]/.test(path) : !stat.isDirectory()
}

/** Undefined also for what the system takes for no path, such as a pattern that is longer than a name may be. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

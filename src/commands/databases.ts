import { statOf } from '../engine/stat-of.ts'
import { canBePattern } from '../model/database-name.ts'

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
  return stat === undefined ? !canBePattern(path) : !stat.isDirectory()
}

import { type BigIntStats, statSync } from 'node:fs'

/** What a path leads to. Undefined also for what the system takes for no path, such as a pattern that is longer than a name may be. */
export function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false, bigint: true })
  } catch {
    return undefined
  }
}

/** Whether there is something that can be opened: a file, or a pipe. */
export function isFile(path: string): boolean {
  return statOf(path)?.isDirectory() === false
}

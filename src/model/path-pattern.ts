import picomatch from 'picomatch'

/** Matches paths as a shell does: `[!a]` is any but a, and a leading `!` is one. */
export function matchPaths(pattern: string): (path: string) => boolean {
  const matches = picomatch(pattern, { nonegate: true, posix: true })
  return (path) => matches(path)
}

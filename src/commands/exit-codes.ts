import { ConvergeError, type ErrorClass } from '../model/error.ts'

/** What a script may rely on. */
export const exitCodes: Readonly<Record<ErrorClass | 'done' | 'different', number>> = {
  done: 0,
  different: 1,
  input: 2,
  refused: 3,
  failed: 4,
  internal: 5,
  interrupted: 130,
}

export const exitCodeHelp = `Exit codes:
  0 done, or in sync            3 refused before anything was written
  1 --check found a difference  4 failed, and rolled back
  2 usage, or unreadable input  5 internal error      130 interrupted
Of several databases, the highest.`

export function exitCodeOf(error: ConvergeError): number {
  return exitCodes[error.class]
}

/** An error of ours, or one that should not have happened as one of ours. */
export function asConvergeError(error: unknown): ConvergeError {
  if (error instanceof ConvergeError) return error
  const message = error instanceof Error ? error.message : String(error)
  const missing = missingDependency(error, message)
  if (missing !== undefined) return missing
  return new ConvergeError('internal', message, {
    advice: [
      'this is a mistake in sqlite-converge; please report it',
      ...(process.env.SQLITE_CONVERGE_DEBUG && error instanceof Error
        ? [String(error.stack)]
        : ['SQLITE_CONVERGE_DEBUG=1 shows where']),
    ],
    cause: error,
  })
}

/** better-sqlite3 is what users install beside this package, and compiled for one version of Node. */
function missingDependency(error: unknown, message: string): ConvergeError | undefined {
  const { code } = (error ?? {}) as { code?: unknown }
  const isMissing = code === 'ERR_MODULE_NOT_FOUND' && message.includes("'better-sqlite3'")
  const isStale = code === 'ERR_DLOPEN_FAILED' || message.includes('Could not locate the bindings file')
  if (!isMissing && !isStale) return undefined
  const what = isMissing ? 'is not installed' : 'does not run on this version of Node'
  return new ConvergeError('missing-dependency', `better-sqlite3 ${what}`, {
    advice: [isMissing ? 'npm install better-sqlite3' : 'npm rebuild better-sqlite3'],
    cause: error,
  })
}

import { colorsFor } from '../report/colors.ts'
import { errorToText } from '../report/error.ts'
import { asConvergeError, exitCodeOf } from './exit-codes.ts'

/** Says what went wrong and ends the process; the last resort for whatever no command has handled. */
export function fail(cause: unknown): never {
  const error = asConvergeError(cause)
  process.stderr.write(errorToText(error, colorsFor(process.stderr)))
  process.exit(exitCodeOf(error))
}

/** Ends with an internal error where the process ends without having finished, as when nothing is left to wait for. */
export function failUnfinished(): () => void {
  const unfinished = (): void => {
    if (process.exitCode !== undefined && process.exitCode !== 0) return
    process.stderr.write('internal error: the process ended before the command did   [internal]\n')
    process.exitCode = 5
  }
  process.on('exit', unfinished)
  return () => process.off('exit', unfinished)
}

import { ConvergeError } from '../model/error.ts'
import { colorsFor } from '../report/colors.ts'
import { errorToJson, errorToText } from '../report/error.ts'
import { asConvergeError, exitCodeOf, exitCodes } from './exit-codes.ts'

/** What a command has done with one database. */
export interface Outcome {
  readonly exitCode: number
  /** The result, for `--format json`. */
  readonly document?: object
  /** The result, for people; already complete with its last newline. */
  readonly text?: string
}

/**
 * Runs a command for each database in turn, prints the results, and sets the exit code to the highest. An error in one
 * does not keep the others from their turn.
 */
export async function forEachDatabase(
  options: { readonly database: readonly string[]; readonly format: string },
  command: (database: string) => Promise<Outcome>,
): Promise<void> {
  if (options.database.length === 0) {
    throw new ConvergeError('usage', 'no database is given', { advice: ['give the path of a SQLite file'] })
  }
  const documents: object[] = []
  let exitCode: number = exitCodes.done
  for (const database of options.database) {
    const outcome = await command(database).catch((error: unknown) => failed(error, options.format))
    exitCode = Math.max(exitCode, outcome.exitCode)
    if (outcome.document !== undefined) documents.push({ version: 1, database, ...outcome.document })
    if (outcome.text !== undefined && options.format !== 'json') process.stdout.write(outcome.text)
    // Whoever ends one means all of them.
    if (outcome.exitCode === exitCodes.interrupted) break
  }
  if (options.format === 'json') {
    const document = options.database.length === 1 ? documents[0] : { version: 1, databases: documents }
    // Interrupted at the prompt, there is nothing to print.
    if (document !== undefined) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  }
  process.exitCode = exitCode
}

function failed(cause: unknown, format: string): Outcome {
  if (isInterruption(cause)) return { exitCode: exitCodes.interrupted }
  const error = asConvergeError(cause)
  process.stderr.write(errorToText(error, colorsFor(process.stderr)))
  return { exitCode: exitCodeOf(error), ...(format === 'json' && { document: { error: errorToJson(error) } }) }
}

/** Ctrl-C at the prompt. */
function isInterruption(error: unknown): boolean {
  return error instanceof Error && error.name === 'ExitPromptError'
}

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

/** What has become of databases that are worked on one after the other. */
export class Gathered {
  readonly #documents: object[] = []
  #exitCode: number = exitCodes.done
  #count = 0

  get exitCode(): number {
    return this.#exitCode
  }

  /** How many databases have had their turn. */
  get count(): number {
    return this.#count
  }

  /** @param name What the database is called in a config. */
  add(name: string | undefined, database: string, { exitCode, document }: Outcome): void {
    this.#count++
    this.#exitCode = Math.max(this.#exitCode, exitCode)
    const called = name === undefined ? {} : { name }
    if (document !== undefined) this.#documents.push({ version: 1, ...called, database, ...document })
  }

  /** Prints the documents, that of one database as it is and those of several as one, and sets the exit code to the highest. */
  print(format: string, isOne = false): void {
    if (format === 'json') {
      const document = isOne ? this.#documents[0] : { version: 1, databases: this.#documents }
      // Interrupted at the prompt, there is nothing to print.
      if (document !== undefined) process.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
    }
    process.exitCode = this.#exitCode
  }
}

export interface ForEachOptions {
  readonly database: readonly string[]
  readonly format: string
  readonly name?: string
  /** Where the results go that are printed with others. */
  readonly gathered?: Gathered
}

/**
 * Runs a command for each database in turn, prints the results, and sets the exit code to the highest. An error in one
 * does not keep the others from their turn.
 */
export async function forEachDatabase(
  { database: databases, format, name, gathered }: ForEachOptions,
  command: (database: string) => Promise<Outcome>,
): Promise<void> {
  if (databases.length === 0) {
    throw new ConvergeError('usage', 'no database is given', {
      advice: ['give the path of a SQLite file', 'or name databases in a schema.config.ts: schema init writes one'],
    })
  }
  const results = gathered ?? new Gathered()
  for (const database of databases) {
    const outcome = await command(database).catch((error: unknown) => failed(error, format))
    results.add(gathered && name, database, outcome)
    if (outcome.text !== undefined && format !== 'json') process.stdout.write(outcome.text)
    // Whoever ends one means all of them.
    if (outcome.exitCode === exitCodes.interrupted) break
  }
  if (gathered === undefined) results.print(format, databases.length === 1)
}

/** What an error has made of a database, said on stderr. */
export function failed(cause: unknown, format: string): Outcome {
  if (isInterruption(cause)) return { exitCode: exitCodes.interrupted }
  const error = asConvergeError(cause)
  process.stderr.write(errorToText(error, colorsFor(process.stderr)))
  return { exitCode: exitCodeOf(error), ...(format === 'json' && { document: { error: errorToJson(error) } }) }
}

/** Ctrl-C at the prompt. */
export function isInterruption(error: unknown): boolean {
  return error instanceof Error && error.name === 'ExitPromptError'
}

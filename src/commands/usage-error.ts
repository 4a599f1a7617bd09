import { ConvergeError } from '../model/error.ts'

/** What the argument parser has to say as an error of ours; an error of a command is passed through. */
export function usageError(message: string | null, error: unknown): unknown {
  if (error instanceof Error && error.name !== 'YError') return error
  const text = message ?? (error instanceof Error ? error.message : String(error))
  const missing = /^Missing required arguments?: (.+)$/.exec(text)?.[1]
  const said = missing === undefined ? text : `${missing.replace(/\b(?=[a-z])/g, '--')} is missing`
  return new ConvergeError('usage', said, { advice: ['schema --help, or schema COMMAND --help'] })
}

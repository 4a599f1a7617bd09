/**
 * What can go wrong, as stable codes. The class of a code decides the exit code of the command line.
 *
 * - `input` (exit 2): something given to us can't be read or makes no sense.
 * - `refused` (exit 3): we could go on, and won't; nothing was written.
 * - `failed` (exit 4): it went wrong while running, and was rolled back.
 * - `interrupted` (exit 130): somebody ended it, and it was rolled back.
 * - `internal` (exit 5): our own mistake.
 */
export const errorCodes = {
  usage: 'input',
  'no-such-database': 'input',
  'not-a-database': 'input',
  'database-unreadable': 'input',
  'database-corrupt': 'input',
  'unsupported-connection': 'input',
  'missing-dependency': 'input',
  'no-such-target': 'input',
  'target-unreadable': 'input',
  'target-not-a-schema': 'input',
  'target-invalid': 'input',
  'plan-file-exists': 'input',
  'plan-file-unreadable': 'input',
  'journal-unreadable': 'input',
  'setup-failed': 'input',
  'config-unreadable': 'input',
  'config-invalid': 'input',
  'file-exists': 'input',
  'file-unwritable': 'input',
  'backup-exists': 'input',
  'database-locked': 'refused',
  'lock-too-long': 'refused',
  'no-room': 'refused',
  'backup-failed': 'refused',
  'database-read-only': 'refused',
  'out-of-sync': 'refused',
  hazards: 'refused',
  'rows-do-not-fit': 'refused',
  'schema-drifted': 'refused',
  'plan-differs': 'refused',
  'unsupported-object': 'refused',
  'cannot-recreate': 'refused',
  'needs-setup': 'refused',
  'rename-blocked': 'refused',
  'breaks-dependent': 'refused',
  'in-transaction': 'refused',
  'temp-shadow': 'refused',
  'nothing-to-revert': 'refused',
  'no-way-back': 'refused',
  declined: 'refused',
  'verification-failed': 'failed',
  'step-failed': 'failed',
  'lock-exceeded': 'failed',
  interrupted: 'interrupted',
  'proof-failed': 'internal',
  internal: 'internal',
} as const

/** What went wrong; API, as is what it means: docs/errors.md. */
export type ErrorCode = keyof typeof errorCodes
export type ErrorClass = (typeof errorCodes)[ErrorCode]

export interface ErrorDetails {
  /** The objects the error is about. */
  readonly objects?: readonly string[]
  /** What to do next, one line each. */
  readonly advice?: readonly string[]
  /** Facts for a machine, in the JSON form of the error. */
  readonly data?: unknown
  readonly cause?: unknown
}

/**
 * Every error that this package throws on purpose: a stable `code`, the objects it is about and what to do next.
 *
 * @example
 * ```ts
 * import { ConvergeError, convergeSync, defineSchema } from 'sqlite-converge'
 *
 * try {
 *   convergeSync('/no/such/file.db', defineSchema({}))
 * } catch (error) {
 *   if (!(error instanceof ConvergeError)) throw error
 *   console.log(error.code) // no-such-database
 * }
 * ```
 */
export class ConvergeError extends Error {
  override readonly name: string = 'ConvergeError'
  readonly code: ErrorCode
  readonly objects: readonly string[]
  readonly advice: readonly string[]
  readonly data: unknown

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.objects = details.objects ?? []
    this.advice = details.advice ?? []
    this.data = details.data
  }

  get class(): ErrorClass {
    return errorCodes[this.code]
  }
}

import { ConvergeError, type ErrorDetails } from '../model/error.ts'
import type { Request } from './operation.ts'
import type { Pragmas } from './pragmas.ts'

/** What the process is told first. */
export interface Opening {
  readonly kind: 'open'
  readonly path: string
  readonly create: boolean
  /** For how many seconds a lock is waited for. */
  readonly lockTimeout?: number | undefined
  readonly loadExtensions: readonly string[]
  readonly pragmas: Pragmas
  /** The module with the setup function; a function itself can't be sent. */
  readonly setupModule?: string
}

/** What a process that holds a connection is asked. */
export type Question = Opening | { readonly kind: 'run'; readonly request: Request }

/** What it answers, to each question one. */
export type Answer =
  | { readonly rows: unknown }
  | {
      readonly error: {
        readonly isOurs: boolean
        readonly code?: string
        readonly message: string
        readonly details?: ErrorDetails
      }
    }

/** An error as a message: an error's own class and fields do not arrive on the other side. */
export function errorAnswer(error: unknown): Answer {
  if (error instanceof ConvergeError) {
    const { code, message, objects, advice, data } = error
    return { error: { isOurs: true, code, message, details: { objects, advice, data } } }
  }
  const { code } = (error ?? {}) as { code?: unknown }
  const message = error instanceof Error ? error.message : String(error)
  return { error: { isOurs: false, message, ...(typeof code === 'string' && { code }) } }
}

/** The error that was answered, as it was thrown on the other side. */
export function answeredError({ code, message, details, isOurs }: Extract<Answer, { error: unknown }>['error']): Error {
  if (isOurs) return new ConvergeError(code as ConvergeError['code'], message, details)
  return Object.assign(new Error(message), code === undefined ? {} : { code })
}

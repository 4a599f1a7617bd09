import { ConvergeError } from '../model/error.ts'

/**
 * For how many seconds the locks of others are waited for, if that is said.
 *
 * @throws ConvergeError `usage`
 */
export function lockTimeoutOf({ lockTimeout }: { readonly lockTimeout?: number }): number | undefined {
  return lockTimeout === undefined ? undefined : secondsOf(lockTimeout, 'lockTimeout')
}

/** SQLite counts milliseconds in 31 bits. */
const mostSeconds = 2_000_000

/** @throws ConvergeError `usage` for what is no number of seconds. */
export function secondsOf(value: number, name: string): number {
  if (typeof value === 'number' && value >= 0 && value <= mostSeconds) return value
  throw new ConvergeError('usage', `${name} is a number of seconds, from 0 to ${mostSeconds.toLocaleString('en')}`)
}

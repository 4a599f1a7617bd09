import { type Operation, queryOne, run } from '../engine/operation.ts'
import { withLockTimeout } from '../engine/wait-for-locks.ts'
import { ConvergeError } from '../model/error.ts'
import type { Watcher } from './progress.ts'

/** Until when a plan may hold the lock. */
export interface Deadline {
  /** Seconds that are left; infinite without a limit. */
  left(): number
  /** @throws ConvergeError `lock-exceeded` when it is over. */
  check(): void
  /** From here on it ends nothing by itself. */
  stop(): void
  /** Options whose watcher checks it too, before each part of the work. */
  over<T extends Watched>(options: T): T
}

interface Watched {
  readonly watch?: Watcher
}

export interface DeadlineOptions {
  /** Seconds; without it there is no limit. */
  readonly maxLock?: number
  /** Ends what is under way, where that is possible: otherwise the next check does, when a statement has run to its end. */
  readonly end?: (why: ConvergeError) => void
}

/** Starts to count: the lock is held. */
export function startDeadline({ maxLock, end }: DeadlineOptions): Deadline {
  if (maxLock === undefined) {
    return { left: () => Number.POSITIVE_INFINITY, check: () => {}, stop: () => {}, over: (options) => options }
  }
  const started = performance.now()
  const held = (): number => (performance.now() - started) / 1000
  const timer = end && setTimeout(() => end(lockExceeded(held(), maxLock)), maxLock * 1000)
  const check = (): void => {
    if (held() > maxLock) throw lockExceeded(held(), maxLock)
  }
  return {
    left: () => Math.max(0, maxLock - held()),
    check,
    stop: () => clearTimeout(timer),
    over: (options) => ({
      ...options,
      watch: (progress) => {
        check()
        options.watch?.(progress)
      },
    }),
  }
}

function lockExceeded(held: number, maxLock: number): ConvergeError {
  return new ConvergeError(
    'lock-exceeded',
    `the lock was held for ${seconds(held)} already, and may be for ${seconds(maxLock)}; everything was rolled back`,
    {
      advice: ['allow more time: --max-lock SECONDS (in the library: maxLock)', 'or apply when nobody waits for it'],
      data: { held, maxLock },
    },
  )
}

function seconds(n: number): string {
  return `${Number(n.toPrecision(2))} s`
}

/**
 * Commits, waiting for the readers of others no longer than the time that is left. A process that is ended while it commits may have
 * committed, so nothing ends it then.
 */
export function* commitBefore(deadline: Deadline, commit: string): Operation<void> {
  deadline.check()
  deadline.stop()
  const left = deadline.left()
  if (left === Number.POSITIVE_INFINITY) return yield* run(commit)
  const { timeout } = yield* queryOne<{ timeout: number }>('PRAGMA busy_timeout')
  yield* withLockTimeout(Math.min(timeout / 1000, left), run(commit))
}

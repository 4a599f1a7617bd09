import type { WriteOptions } from '../library/options.ts'

/** What a terminal or the system sends to end a process: Ctrl-C, a kill, a terminal that was closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs what writes: shows how far it is, and ends it when somebody wants it ended. Before and after that nothing is being written,
 * and a signal may simply end the process.
 */
export async function watched<T>(
  run: (watch: Required<Pick<WriteOptions, 'signal' | 'onProgress'>>) => Promise<T>,
): Promise<T> {
  const { showProgress } = await import('./show-progress.ts')
  return whileEndable(async (signal) => {
    const display = await showProgress(process.stderr)
    return run({ signal, onProgress: display.onProgress }).finally(display.stop)
  })
}

/** Runs what is ended by a signal, instead of the whole process. */
export async function whileEndable<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const abort = (signal: NodeJS.Signals): void => controller.abort(signal)
  for (const signal of signals) process.on(signal, abort)
  try {
    return await run(controller.signal)
  } finally {
    for (const signal of signals) process.off(signal, abort)
  }
}

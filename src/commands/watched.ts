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
  const controller = new AbortController()
  const abort = (signal: NodeJS.Signals): void => controller.abort(signal)
  for (const signal of signals) process.on(signal, abort)
  const display = await showProgress(process.stderr)
  try {
    return await run({ signal: controller.signal, onProgress: display.onProgress })
  } finally {
    display.stop()
    for (const signal of signals) process.off(signal, abort)
  }
}

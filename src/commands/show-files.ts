import { count } from '../report/printable.ts'
import { showState } from './show-progress.ts'

/** Shows how many files are through, and how many of them have failed. */
export interface FilesDisplay {
  readonly onDone: (one: { readonly state: string }) => void
  readonly stop: () => void
}

/**
 * A bar on a terminal; elsewhere a line every ten seconds.
 *
 * @param what What is done with each, such as `applied`.
 */
export async function showFiles(stream: NodeJS.WriteStream, what: string, total: number): Promise<FilesDisplay> {
  let [done, failed] = [0, 0]
  const stop = await showState(stream, {
    share: () => done / Math.max(total, 1),
    text: () =>
      `${done.toLocaleString('en')} of ${count(total, 'database')} ${what}${failed === 0 ? '' : ` · ${failed} failed`}`,
  })
  return {
    onDone: ({ state }) => {
      done++
      if (state === 'failed') failed++
    },
    stop,
  }
}

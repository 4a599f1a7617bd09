import { interrupted } from '../engine/child.ts'
import { findScript } from '../engine/package-files.ts'
import { ConvergeError } from '../model/error.ts'
import { afterEnd } from './after-end.ts'
import { type AppliedToFile, applyToFile } from './apply-to-file.ts'
import type { GroupPlan } from './groups.ts'
import type { Applying, Manner } from './manner.ts'
import { startWorker, type Worker, WorkerEnded } from './workers.ts'

/** One database, and the plan that it is to get. */
export interface Task {
  readonly database: string
  readonly group: GroupPlan
}

export type How = Manner & { readonly applying: Applying }

/** Those who work on many databases at once. */
export interface Crew {
  /** Works through some tasks, beginning none once `isOver`; what has been begun is finished. */
  work(
    tasks: readonly Task[],
    apply: (task: Task, run: () => Promise<AppliedToFile>) => Promise<void>,
    isOver: () => boolean,
  ): Promise<void>
  close(): Promise<void>
}

/**
 * Up to so many workers, each started when it is needed, and anew after one has ended. Where one would do, and nobody may end it, where a
 * setup function can't be sent to a process, and in a bundle, which is without the workers' script, the work is done here, one database after the
 * other.
 *
 * @param signal Ends the workers in the midst of what they do.
 */
export function hire(jobs: number, how: How, signal: AbortSignal | undefined): Crew {
  const { setup, ...manner } = how
  const { loadExtensions = [], pragmas = {}, setupModule } = setup
  const loaded = setupModule === undefined ? {} : { setupModule }
  const briefing = { kind: 'begin', manner, loadExtensions, pragmas, ...loaded } as const
  const isUnsendable = setup.setup !== undefined && setupModule === undefined
  const isHere = (jobs === 1 && signal === undefined) || isUnsendable || findScript('many/worker') === undefined
  const workers: (Worker | undefined)[] = []
  const killAll = (): void => {
    for (const worker of workers) void worker?.kill()
  }
  signal?.addEventListener('abort', killAll, { once: true })

  const applyInWorker = async (place: number, { database, group }: Task): Promise<AppliedToFile> => {
    const known = workers[place]
    const worker = known === undefined || known.isGone() ? startWorker(briefing) : known
    workers[place] = worker
    try {
      return await worker.apply(database, group)
    } catch (error) {
      if (!(error instanceof WorkerEnded)) throw error
      return await afterEnd(database, group, setup, (what) => whyEnded(error, what, how, signal))
    }
  }
  const applyHere = async ({ database, group }: Task): Promise<AppliedToFile> => {
    // A signal that has come in the meantime is heard.
    await new Promise((resolve) => setImmediate(resolve))
    if (signal?.aborted) throw interrupted('nothing was begun')
    return applyToFile(database, group, how)
  }

  return {
    work: async (tasks, apply, isOver) => {
      const queue = tasks.values()
      const through = async (place: number): Promise<void> => {
        while (!isOver() && !signal?.aborted) {
          const { value: task } = queue.next()
          if (task === undefined) return
          await apply(task, () => (isHere ? applyHere(task) : applyInWorker(place, task)))
        }
      }
      const places = isHere ? 1 : Math.min(jobs, tasks.length)
      await Promise.all(Array.from({ length: places }, (_, place) => through(place)))
    },
    close: async () => {
      signal?.removeEventListener('abort', killAll)
      await Promise.all(workers.map((worker) => worker?.close()))
    },
  }
}

function whyEnded(
  { message, isOverdue }: WorkerEnded,
  what: string,
  { applying: { maxLock } }: How,
  signal: AbortSignal | undefined,
): ConvergeError {
  if (signal?.aborted) return interrupted(what)
  if (isOverdue) {
    return new ConvergeError('lock-exceeded', `the lock was held for more than ${maxLock} s; ${what}`, {
      advice: ['allow more time: --max-lock SECONDS (in the library: maxLock)', 'or apply when nobody waits for it'],
    })
  }
  return new ConvergeError('step-failed', `the process that worked on it has ended (${message}); ${what}`, {
    advice: ['the others are not touched by that; apply again for this one'],
  })
}

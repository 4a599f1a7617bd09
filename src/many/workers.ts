import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { asNode } from '../engine/as-node.ts'
import { answeredError } from '../engine/child-protocol.ts'
import { scriptFor } from '../engine/package-files.ts'
import type { AppliedToFile } from './apply-to-file.ts'
import type { GroupPlan } from './groups.ts'
import type { Briefing, Message, Reply } from './worker-protocol.ts'

/** A process that applies plans. */
export interface Worker {
  /**
   * @throws ConvergeError as `applyToFile` does.
   * @throws WorkerEnded where the process ends before it has answered.
   */
  apply(path: string, group: GroupPlan): Promise<AppliedToFile>
  isGone(): boolean
  /** Ends it with whatever it does. */
  kill(): Promise<void>
  close(): Promise<void>
}

/** A worker has ended in the midst of its work, and may have committed it. */
export class WorkerEnded extends Error {
  readonly isOverdue: boolean

  constructor(how: string, isOverdue: boolean) {
    super(how)
    this.isOverdue = isOverdue
  }
}

/** A statement that is over at its time is given as long to be looked at from within. */
const grace = 250

/** Starts a worker. */
export function startWorker(briefing: Briefing): Worker {
  const script = scriptFor('many/worker', 'a worker')
  // What a setup module prints is talk, not a result.
  const child = fork(script, { execArgv: [], serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'], env: asNode() })
  const hasEnded = once(child, 'exit').catch(() => {})
  const told = new Set<string>()
  const tell = (message: Message): void => {
    child.send(message, (error) => {
      if (error !== null) child.kill('SIGKILL')
    })
  }
  tell(briefing)
  return {
    apply: async (path, { fingerprint, plan }) => {
      if (!told.has(fingerprint)) tell({ kind: 'group', group: { fingerprint, plan } })
      told.add(fingerprint)
      const answer = answerOf(child, hasEnded, briefing.manner.applying.maxLock)
      tell({ kind: 'task', path, fingerprint })
      return answer
    },
    isGone: () => !child.connected || child.exitCode !== null || child.signalCode !== null,
    kill: async () => {
      child.kill('SIGKILL')
      await hasEnded
    },
    close: async () => {
      if (child.connected) child.disconnect()
      await hasEnded
    },
  }
}

/** The answer to the one task that is under way. */
function answerOf(
  child: ChildProcess,
  hasEnded: Promise<unknown>,
  maxLock: number | undefined,
): Promise<AppliedToFile> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined
    let isOverdue = false
    const end = (): void => {
      clearTimeout(timer)
      child.off('message', listen)
    }
    const listen = (reply: Reply): void => {
      if ('lock' in reply) {
        clearTimeout(timer)
        if (reply.lock === 'held' && maxLock !== undefined) {
          timer = setTimeout(
            () => {
              isOverdue = true
              child.kill('SIGKILL')
            },
            maxLock * 1000 + grace,
          )
        }
        return
      }
      end()
      if ('error' in reply) reject(answeredError(reply.error))
      else resolve(reply.done)
    }
    child.on('message', listen)
    hasEnded.then(() => {
      end()
      reject(new WorkerEnded(child.signalCode ?? `exit code ${child.exitCode}`, isOverdue))
    })
  })
}

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { ConvergeError } from '../model/error.ts'
import { asNode } from './as-node.ts'
import { type Answer, answeredError, type Opening, type Question } from './child-protocol.ts'
import type { AsyncExecutor } from './operation.ts'
import { scriptFor } from './package-files.ts'

/** A connection that another process holds. */
export interface ChildConnection {
  readonly execute: AsyncExecutor
  /** Whether the process ended otherwise than by `close`, so that its transaction may not be rolled back yet. */
  readonly isBroken: () => boolean
  close(): Promise<void>
}

/**
 * Opens a database in a process of its own, which does what it is asked. SQLite can't be interrupted from JavaScript while a
 * statement runs; a process can be ended at any time, and its transaction is rolled back by whoever opens the file next.
 * https://www.sqlite.org/atomiccommit.html
 *
 * @param signal Ends the process at once.
 * @throws ConvergeError as opening does, `interrupted`, and `missing-dependency` in a bundle
 */
export async function openInChild(opening: Opening, signal: AbortSignal): Promise<ChildConnection> {
  if (signal.aborted) throw interrupted()
  const script = scriptFor('child', 'to be ended by `signal`')
  // What it or a setup module prints is talk, not a result.
  const child = fork(script, { execArgv: [], serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'], env: asNode() })
  const { ask, hasEnded } = conversation(child, signal)
  try {
    await ask(opening)
  } catch (error) {
    child.kill('SIGKILL')
    await hasEnded
    throw error
  }
  return {
    execute: (request) => ask({ kind: 'run', request }),
    isBroken: () => signal.aborted || child.exitCode !== null || child.signalCode !== null,
    close: async () => {
      if (child.connected) child.disconnect()
      await hasEnded
    },
  }
}

/** What an interruption is to whoever called. */
export function interrupted(
  what = 'nothing was changed',
  cause?: unknown,
  advice: readonly string[] = [],
): ConvergeError {
  return new ConvergeError('interrupted', what, { advice, cause })
}

interface Conversation {
  readonly ask: (question: Question) => Promise<unknown>
  readonly hasEnded: Promise<unknown>
}

/** One question at a time, each with its answer; the end of the process answers the one that is open. */
function conversation(child: ChildProcess, signal: AbortSignal): Conversation {
  let pending: { resolve(value: unknown): void; reject(reason: unknown): void } | undefined
  const end = (): void => void child.kill('SIGKILL')
  signal.addEventListener('abort', end, { once: true })
  const hasEnded = once(child, 'exit').finally(() => {
    signal.removeEventListener('abort', end)
    pending?.reject(whyEnded())
  })
  // It is waited for by `close`, which need not be called.
  hasEnded.catch(() => {})
  child.on('message', (answer: Answer) => {
    const waiting = pending
    pending = undefined
    if ('error' in answer) waiting?.reject(answeredError(answer.error))
    else waiting?.resolve(answer.rows)
  })

  function whyEnded(): ConvergeError {
    if (signal.aborted) return signal.reason instanceof ConvergeError ? signal.reason : interrupted()
    // Ctrl-C reaches every process of the terminal, also one that has only begun to start.
    if (child.signalCode === 'SIGINT') return interrupted()
    const how = child.signalCode ?? `exit code ${child.exitCode}`
    return new ConvergeError('step-failed', `the process that held the connection has ended: ${how}`, {
      advice: ['what it had begun is rolled back'],
    })
  }

  return {
    hasEnded,
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (signal.aborted || !child.connected) return reject(whyEnded())
        pending = { resolve, reject }
        child.send(question, (error) => {
          if (error !== null) end()
        })
      }),
  }
}

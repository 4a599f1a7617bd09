/**
 * A process that applies plans, one database at a time, as `workers.ts` tells it. It is ended at any time: what it had begun is rolled
 * back by whoever opens that file next.
 */
import type { Watcher } from '../apply/progress.ts'
import { errorAnswer } from '../engine/child-protocol.ts'
import { loadSetup } from '../introspect/load-setup.ts'
import { applyToFile } from './apply-to-file.ts'
import { asFailure } from './failure.ts'
import type { Briefing, Message, Reply } from './worker-protocol.ts'

type Group = Extract<Message, { kind: 'group' }>['group']
type How = Parameters<typeof applyToFile>[2]

let how: Promise<How> | undefined
const groups = new Map<string, Group>()

process.on('message', async (message: Message) => {
  if (message.kind === 'begin') {
    how = prepare(message)
    // It is said with the first task.
    how.catch(() => {})
  }
  if (message.kind === 'group') groups.set(message.group.fingerprint, message.group)
  // Whoever asked may be gone in the meantime.
  if (message.kind === 'task') process.send?.(await work(message), () => {})
})
process.on('disconnect', () => process.exit())
// Ctrl-C reaches every process of the terminal; what becomes of this one is for the other to say.
process.on('SIGINT', () => {})

async function prepare({ manner, loadExtensions, pragmas, setupModule }: Briefing): Promise<How> {
  const setup = setupModule === undefined ? {} : await loadSetup(setupModule)
  return { ...manner, setup: { loadExtensions, pragmas, ...setup } }
}

async function work({ path, fingerprint }: Extract<Message, { kind: 'task' }>): Promise<Reply> {
  try {
    const manner = await how!
    const watch = manner.applying.maxLock === undefined ? {} : { watch: tellOfLock() }
    return { done: applyToFile(path, groups.get(fingerprint)!, manner, watch) }
  } catch (error) {
    return errorAnswer(asFailure(error, path)) as Extract<Reply, { error: unknown }>
  }
}

/** A statement that runs can't look at a clock, so the process that waits for us does. */
function tellOfLock(): Watcher {
  return ({ phase }) => {
    if (phase === 'checking') process.send?.({ lock: 'held' } satisfies Reply)
    if (phase === 'committing') process.send?.({ lock: 'committing' } satisfies Reply)
  }
}

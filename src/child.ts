/**
 * The process that holds a connection for another one, which asks it over a channel; see `engine/child.ts`. When that one is
 * gone, the channel closes: the connection is closed too, and what it had begun is rolled back.
 */
import { type Answer, errorAnswer, type Opening, type Question } from './engine/child-protocol.ts'
import { handleExecutor } from './engine/handle.ts'
import { type Opened, openForWriting } from './engine/open.ts'
import type { Executor } from './engine/operation.ts'
import { whileSameFile } from './engine/same-file.ts'
import { prepareWith } from './engine/setup.ts'

let opened: Opened | undefined
let execute: Executor | undefined

process.on('message', async (question: Question) => {
  // Whoever asked may be gone in the meantime.
  process.send?.(await answer(question).catch(errorAnswer), () => {})
})
process.on('disconnect', () => {
  opened?.close()
  process.exit()
})
// Ctrl-C reaches every process of the terminal; what becomes of this one is for the other to say.
process.on('SIGINT', () => {})

async function answer(question: Question): Promise<Answer> {
  if (question.kind === 'open') {
    await open(question)
    return { rows: [] }
  }
  return { rows: execute!(question.request) }
}

async function open({ path, create, lockTimeout, loadExtensions, pragmas, setupModule }: Opening): Promise<void> {
  const setup =
    setupModule === undefined ? {} : await (await import('./introspect/load-setup.ts')).loadSetup(setupModule)
  opened = openForWriting(path, { create, lockTimeout })
  execute = whileSameFile(path, handleExecutor(opened.handle))
  prepareWith({ loadExtensions, pragmas, ...setup })(opened.handle, opened.isNew)
}

#!/usr/bin/env node
import { Console } from 'node:console'
import { choose } from './src/commands/choose.ts'
import { fail, failUnfinished } from './src/commands/fail.ts'

process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
// A reader that has seen enough (`| head`) is no error, and no reason to leave work undone.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fail(error)
  })
}

const finished = failUnfinished()
try {
  const command = await choose(process.argv.slice(2), {
    plan: async () => (await import('./src/commands/plan.ts')).planCommand,
    apply: async () => (await import('./src/commands/apply.ts')).applyCommand,
    revert: async () => (await import('./src/commands/revert.ts')).revertCommand,
    status: async () => (await import('./src/commands/status.ts')).statusCommand,
    prune: async () => (await import('./src/commands/prune.ts')).pruneCommand,
    inspect: async () => (await import('./src/commands/inspect.ts')).inspectCommand,
    init: async () => (await import('./src/commands/init.ts')).initCommand,
    diff: async () => (await import('./src/commands/diff.ts')).diffCommand,
  })
  // What the functions of an application print while a command uses them is talk. Help, printed before, is a result.
  globalThis.console = new Console(process.stderr)
  await command?.run()
  finished()
} catch (error) {
  finished()
  fail(error)
}

import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { canBePattern } from '../model/database-name.ts'
import { objectsOf } from '../model/schema.ts'
import { count, printable } from '../report/printable.ts'
import type { InitPlan } from './init-plan.ts'

/** What has been written, and what comes next. */
export function initToText({ config, databases }: InitPlan): string {
  const written = [
    { file: config, what: databases.map(({ name }) => name).join(', ') },
    ...databases.flatMap(({ path, to, declared }) =>
      declared === undefined
        ? []
        : [{ file: to, what: `${count(objectsOf(declared).length, 'object')} of ${path}, in sync` }],
    ),
  ]
  const next = [
    ...nextCommands(databases),
    ...(isInstalled() ? [] : [{ command: 'npm install sqlite-converge', what: 'for the types in an editor' }]),
  ]
  const width = Math.max(...written.map(({ file }) => file.length), ...next.map(({ command }) => command.length))
  return [
    ...written.map(({ file, what }) => ` wrote  ${printable(file.padEnd(width))}   ${printable(what)}\n`),
    '\n',
    ...next.map(({ command, what }, at) => ` ${at === 0 ? 'next' : '    '}   ${command.padEnd(width)}   ${what}\n`),
  ].join('')
}

function nextCommands(
  databases: InitPlan['databases'],
): readonly { readonly command: string; readonly what: string }[] {
  const create = { command: 'schema apply --create', what: 'make what does not exist yet' }
  if (!databases.some(({ path }) => existsSync(path) || canBePattern(path))) return [create]
  const isDeclared = databases.some(({ declared }) => declared !== undefined)
  return [
    {
      command: 'schema plan',
      what: isDeclared ? 'once a declaration has been changed: what that would change' : 'what would change',
    },
    { command: 'schema apply', what: 'change it' },
  ]
}

/** With npx a project can do without; what an editor shows of its declarations can't. */
function isInstalled(): boolean {
  try {
    createRequire(resolve('schema.config.js')).resolve('sqlite-converge')
    return true
  } catch {
    return false
  }
}

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { shapes } from './database.mjs'

/** Without `--force`, so that what it asks about does not go ahead. */
export const drizzlePush = [here('node_modules/drizzle-kit/bin.cjs'), 'push', '--dialect', 'sqlite']

/**
 * Who is tried, and how its documentation tells its users to make the change. `command` gives the process for a task: `after` is the change,
 * `before` the way back; `create` makes the schema before it, as the tool does by itself; `prepare` writes what the way back needs.
 * `once`: it does not look whether there is anything to do.
 * `{ file, shape, target, migration }`: the database; the name of its shape; what to converge to; where to put a migration.
 */
export const peers = {
  'by hand': {
    once: true,
    tasks: ['after', 'before'],
    command: (task, { file, shape }) => ({ args: [here('hand.mjs'), file, shape, task] }),
  },
  'ours, schema apply --to .sql': {
    tasks: ['after', 'before'],
    command: (task, { file, target }) => ({ args: commandLine(task, file, target.script) }),
  },
  'ours, schema apply --to .ts': {
    tasks: ['after', 'before'],
    command: (task, { file, target }) => ({ args: commandLine(task, file, target.module) }),
  },
  'ours, converge(), .sql': {
    tasks: ['after', 'before'],
    command: (task, { file, target }) => ({ args: [here('ours.mjs'), file, task, target.script] }),
  },
  'drizzle-kit push': {
    tasks: ['create', 'after'],
    command: (task, { file, shape }) => ({
      args: [...drizzlePush, '--schema', './drizzle-schema.ts', '--url', file],
      env: { PEERS_AFTER: task === 'after' ? '1' : '', PEERS_SHAPE: JSON.stringify(shapes[shape]) },
    }),
  },
  'knex migrate': script('knex.mjs', ['create', 'after', 'before']),
  'TypeORM synchronize': script('typeorm.mjs', ['create', 'after']),
  'TypeORM migration': script('typeorm-migration.mjs', ['create', 'prepare', 'after', 'before']),
  'MikroORM schema:update': script('mikro-orm.mjs', ['create', 'prepare', 'after', 'before']),
}

function script(name, tasks) {
  return {
    tasks,
    command: (task, { file, shape, migration }) => ({ args: [here(name), file, shape, task, migration] }),
  }
}

function commandLine(task, file, target) {
  const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
  return task === 'after' ? [cli, 'apply', file, '--to', target, '--yes'] : [cli, 'revert', file, '--yes']
}

export function here(name) {
  return fileURLToPath(new URL(name, import.meta.url))
}

/** What has been tried: the versions that are installed. */
export function versions() {
  return ['drizzle-kit', 'drizzle-orm', 'knex', 'typeorm', '@mikro-orm/sqlite', 'better-sqlite3']
    .map((name) => `${name} ${JSON.parse(readFileSync(here(`node_modules/${name}/package.json`), 'utf8')).version}`)
    .join(', ')
}

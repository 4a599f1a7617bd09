import { join } from 'node:path'
import { makeScript } from './make-schema.mjs'
import { measureSeveral, printTable } from './measure.mjs'

/** The claims: the time grows linearly (ten times the tables in at most 12 times the time), the memory stays below 1 GiB. */
export function benchReadSchema({ folder, sizes, rounds }) {
  const made = sizes.map((tables) => {
    const file = join(folder, `tables-${tables}.db`)
    makeScript(file, tables)
    return { tables, files: [file, `${file}.sql`] }
  })
  const [small, large] = [made[0], made.at(-1)]
  const tasks = [
    'ask the pragmas',
    'read',
    'read twice and compare',
    'compare with its own script',
    'plan against its own script',
  ]
  const rows = tasks.map((task) => {
    const [one, other] = [small, large].map(({ files }) => measureSeveral(task, files, rounds))
    return [
      task,
      `${one.milliseconds.toFixed(0)} ms`,
      `${other.milliseconds.toFixed(0)} ms`,
      `${(other.milliseconds / one.milliseconds).toFixed(1)}×`,
      `${other.megabytes.toFixed(0)} MB`,
    ]
  })
  const head = ['', `${small.tables} tables`, `${large.tables} tables`, 'grows', 'peak memory']
  printTable(`Reading and comparing schemas of 20 columns and 3 indexes a table (median of ${rounds})`, [head, ...rows])

  const known = measureSeveral('compare with its own script', small.files, rounds)
  const alone = measureSeveral('read its script alone', small.files, rounds)
  printTable(`A script that says what the database says, ${small.tables} tables`, [
    ['compared, without a scratch database', `${known.milliseconds.toFixed(0)} ms`],
    ['the script alone, run in a scratch database', `${alone.milliseconds.toFixed(0)} ms`],
    ['ratio', `${(known.milliseconds / alone.milliseconds).toFixed(2)}×`],
  ])
}

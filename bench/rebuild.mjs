import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fill, targetOf } from './mapping-paths.mjs'
import { measure, median, printTable } from './measure.mjs'

/** The ways to make the change, each a task of `tasks.mjs` with its arguments. The first is what the others are compared with. */
const ways = [
  ['by hand, with foreign_key_check', 'change by hand', 'key'],
  ['converge, --verify none', 'converge', 'none'],
  ['converge, --verify counts', 'converge', 'counts'],
  ['converge, --verify values', 'converge', 'values'],
  ['converge, --verify digest', 'converge', 'digest'],
  ['converge, --fast, --verify counts', 'converge', 'counts', 'fast'],
  ['converge, --fast, --verify values', 'converge', 'values', 'fast'],
  ['watched, --verify values', 'converge, watched', 'values'],
  ['in a process of its own, --verify values', 'converge in a process of its own', 'values'],
]

/** The same for a change that leaves keys and columns as they are. */
const alike = [
  ['by hand, with foreign_key_check', 'change by hand', 'action'],
  ['converge, --verify counts', 'converge', 'counts'],
  ['converge, --verify values', 'converge', 'values'],
  ['converge, --fast, --verify values', 'converge', 'values', 'fast'],
]

/** What a rebuild costs at each level of verification, against the same by hand, at some sizes; the rounds go through all ways in turn. */
export function benchRebuild({ folder, sizes, rounds }) {
  const results = sizes.map((rows) => {
    const file = join(folder, 'paths.db')
    fill(file, rows)
    const runs = inTurns(ways, { file, folder, target: targetOf('key'), rounds })
    const title = `Another UNIQUE and a column for a table of ${rows.toLocaleString('en')} rows with as many children`
    print(`${title}, planned and applied (medians of ${rounds})`, ways, runs)
    const same = inTurns(alike, { file, folder, target: targetOf('action'), rounds })
    print(`Another action of a foreign key, for the same table (medians of ${rounds})`, alike, same)
    rmSync(file)
    return { rows, runs }
  })
  if (results.length > 1) printGrowth(results)
}

/** Runs each way on a copy of a database, all of them in each round: what disturbs one disturbs all. */
function inTurns(list, { file, folder, target, rounds }) {
  const [script, copy] = [join(folder, 'paths.sql'), join(folder, 'copy.db')]
  writeFileSync(script, target)
  const runs = list.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [way, [, task, ...more]] of list.entries()) {
      copyFileSync(file, copy)
      runs[way].push(measure(task, [copy, script, ...more]))
      rmSync(copy)
    }
  }
  return runs
}

function print(title, list, runs) {
  const ratio = (own, of) => `${median(own.map((one, round) => one / of[round])).toFixed(2)}×`
  const lines = runs.map((own, way) => {
    const of = (what) => own.map((one) => one[what])
    const first = (what) => runs[0].map((one) => one[what])
    const cache = own[0].cache
    return [
      list[way][0],
      `${(median(of('milliseconds')) / 1000).toFixed(2)} s`,
      ratio(of('milliseconds'), first('milliseconds')),
      cache === undefined ? '' : `${(median(of('processor')) / 1000).toFixed(2)} s`,
      cache === undefined ? '' : ratio(of('processor'), first('processor')),
      cache === undefined ? '' : `${Math.max(...of('megabytes')).toFixed(0)} MB`,
      cache === undefined ? '' : `${cache.toFixed(0)} MB`,
    ]
  })
  const head = ['', 'time', 'ratio', 'processor', 'ratio', 'peak memory', 'of it page cache']
  printTable(title, [head, ...lines])
}

/** Sorting is the most that has to be done: n·log n. */
function printGrowth(results) {
  const [{ rows: least }] = results
  const sorting = (rows) => (rows * Math.log2(rows)) / (least * Math.log2(least))
  const head = ['', ...results.map(({ rows }) => rows.toLocaleString('en'))]
  const lines = ways.map(([what], way) => {
    const times = results.map(({ runs }) => median(runs[way].map((run) => run.milliseconds)))
    return [what, ...times.map((time) => `${(time / times[0]).toFixed(1)}×`)]
  })
  const claimed = ['n·log n', ...results.map(({ rows }) => `${sorting(rows).toFixed(1)}×`)]
  printTable('How the time grows with the rows', [head, ...lines, claimed])
}

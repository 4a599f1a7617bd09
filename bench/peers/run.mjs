import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { printTable } from '../measure.mjs'
import { whatIsOdd, whatWasLost } from './check.mjs'
import { makeDatabase, scriptOf, shapes } from './database.mjs'
import { here, peers, versions } from './peers.mjs'
import { median, runProcess } from './run-process.mjs'
import { versionOf } from './version-of.mjs'

/**
 * The same change by each tool, on databases with that many parents and as many children: seconds from start to exit, and what was lost.
 * Machines differ and are noisy: read the ratios. Rounds are interleaved, one process at a time.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    shapes: { type: 'string', default: Object.keys(shapes).join(',') },
    only: { type: 'string', default: '' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'sqlite-converge-peers-'))
try {
  console.log(`${versions()}; Node ${process.version}`)
  const tried = Object.keys(peers).filter((name, at) => at === 0 || name.includes(values.only))
  for (const shape of values.shapes.split(',')) {
    report(
      shape,
      tried.map((name) => start(name, shape)),
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The database of a tool before the change, and what it needs for the way back. */
function start(name, shapeName) {
  const [peer, shape] = [peers[name], shapes[shapeName]]
  const place = join(folder, `${Object.keys(peers).indexOf(name)}-${shapeName}`)
  const given = {
    shape: shapeName,
    target: { script: `${place}.sql`, module: `${place}.ts` },
    migration: `${place}.migration`,
  }
  const run = (task, file) => runProcess(peer.command(task, { ...given, file }))
  writeFileSync(given.target.script, scriptOf(shape, 'after'))
  writeFileSync(given.target.module, runProcess({ args: declarationOf(given.target.script) }).output)
  const original = `${place}.db`
  const create =
    shape.own && peer.tasks.includes('create') ? (file) => expectDone(name, run('create', file)) : undefined
  makeDatabase(original, shape, Number(values.rows), create)
  const lost = whatWasLost({ file: original, original, shape, side: 'before' })
  if (lost.length > 0) console.log(`${name}, ${shapeName}: starts without ${lost.join('; ')}`)
  if (peer.tasks.includes('prepare')) withCopy(original, (file) => expectDone(name, run('prepare', file)))
  return { name, shape, tasks: peer.tasks, original, run, seconds: [] }
}

function declarationOf(script) {
  return [here('../../dist/cli.js'), 'inspect', script]
}

function report(shapeName, started) {
  for (let round = 1; round < Number(values.rounds); round++) for (const one of started) oneRound(one)
  const results = started.map((one) => ({ ...one, ...lastRound(one) }))
  const byHand = results[0]
  const lines = results.map((one) => [
    one.name,
    one.seconds.length === 0 ? '–' : `${median(one.seconds).toFixed(2)} s`,
    one.seconds.length === 0 ? '–' : `${(median(one.seconds) / median(byHand.seconds)).toFixed(2)}×`,
    one.verdict,
    one.again,
    one.wayBack,
  ])
  const head = ['', 'time', 'ratio', 'the change', 'a second run', 'the way back']
  const title = `${shapeName}: ${Number(values.rows).toLocaleString('en')} parents and as many children (median of ${values.rounds})`
  printTable(title, [head, ...lines])
  for (const { name, said } of results) {
    if (said.length > 0) console.log(`\n  ${name}\n${said.map((line) => `    ${line}`).join('\n')}`)
  }
}

function oneRound(one) {
  withCopy(one.original, (file) => {
    const { failed, seconds } = one.run('after', file)
    if (!failed) one.seconds.push(seconds)
  })
}

/** The last round is checked as well, then tried again, and gone back. */
function lastRound(one) {
  return withCopy(one.original, (file) => {
    const done = one.run('after', file)
    if (!done.failed) one.seconds.push(done.seconds)
    const side = done.failed ? 'before' : 'after'
    const state = { file, original: one.original, shape: one.shape, side }
    const lost = whatWasLost(state)
    const wayBack = done.failed ? { word: '–', said: [] } : goBack(one, file)
    const again = peers[one.name].once ? { word: '–', said: [] } : runAgain(one, file)
    return {
      verdict: verdictOf(done.failed, lost),
      again: again.word,
      wayBack: wayBack.word,
      said: [
        ...(done.foreignKeys === undefined ? [] : [`foreign_keys when it connects: ${done.foreignKeys}`]),
        ...(done.failed ? [`fails with: ${done.message}`] : []),
        ...lost.map((line) => `lost or wrong${done.failed ? ', by failing' : ''}: ${line}`),
        ...whatIsOdd(state).map((line) => `besides: ${line}`),
        ...again.said,
        ...wayBack.said,
      ],
    }
  })
}

function verdictOf(failed, lost) {
  if (lost.length === 0) return failed ? 'fails' : 'complete'
  if (failed) return 'fails, and loses'
  // What the change is about: a name can't be used twice as long as this is there.
  const unchanged = lost.filter((line) => /UNIQUE \(name\b[^,]*\) is there/.test(line))
  if (unchanged.length === 0) return 'loses'
  return unchanged.length === lost.length ? 'not made' : 'not made, and loses'
}

/** Whether there is anything to do for a second run: a change of the schema raises its version. */
function runAgain(one, file) {
  const [before, { failed, message, seconds }, after] = [versionOf(file), one.run('after', file), versionOf(file)]
  if (failed) {
    const lost = whatWasLost({ file, original: one.original, shape: one.shape, side: 'before' })
    return {
      word: 'fails',
      said: [
        `the second run fails with: ${message}`,
        ...lost.map((line) => `lost or wrong after it, of what was before: ${line}`),
      ],
    }
  }
  if (before === after) return { word: `nothing, ${seconds.toFixed(2)} s`, said: [] }
  const lost = whatWasLost({ file, original: one.original, shape: one.shape, side: 'after' })
  return { word: 'changes again', said: lost.map((line) => `lost or wrong after the second run: ${line}`) }
}

function goBack(one, changed) {
  if (!one.tasks.includes('before')) return { word: 'none', said: [] }
  return withCopy(changed, (file) => {
    const { failed, message, seconds } = one.run('before', file)
    const lost = whatWasLost({ file, original: one.original, shape: one.shape, side: failed ? 'after' : 'before' })
    return {
      word: failed ? 'fails' : `${lost.length > 0 ? 'loses' : 'complete'}, ${seconds.toFixed(2)} s`,
      said: [
        ...(failed ? [`the way back fails with: ${message}`] : []),
        ...lost.map((line) => `lost or wrong after the way back: ${line}`),
      ],
    }
  })
}

function withCopy(file, act) {
  const copy = `${file}.copy`
  copyFileSync(file, copy)
  try {
    return act(copy)
  } finally {
    for (const more of ['', '-journal', '-wal', '-shm']) rmSync(`${copy}${more}`, { force: true })
  }
}

function expectDone(name, { failed, message }) {
  if (failed) throw new Error(`${name} can't make what it starts from: ${message}`)
}

import type { Guards } from '../apply/guards.ts'
import { usualJobs } from '../library/converge-all.ts'
import { applyingMany } from '../library/many.ts'
import { applyMany, type ManyOutcome } from '../many/apply-many.ts'
import { type Looks, lookAtMany } from '../many/look.ts'
import { ConvergeError } from '../model/error.ts'
import { colorsFor } from '../report/colors.ts'
import { outcomesToJson } from '../report/many-json.ts'
import { failuresToText, looksToText, tallyOfOutcomes } from '../report/many-text.ts'
import { count } from '../report/printable.ts'
import { type ApplyArguments, writeOptions } from './apply.ts'
import { consent } from './consent.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { failed as outcomeOf } from './for-each-database.ts'
import { printMany } from './print-many.ts'
import { readNumbers } from './read-numbers.ts'
import { showFiles } from './show-files.ts'
import { whileEndable } from './watched.ts'

/**
 * Applies one target to many databases: shows the plan of each group, asks once, and works on several at a time. What is refused beforehand
 * is not begun, and nothing else is, unless it is to go on without.
 */
export async function applyToMany(databases: readonly string[], args: ApplyArguments, guards: Guards): Promise<void> {
  const { jobs = usualJobs(), canary } = readNumbers(args)
  if (args.create) throw new ConvergeError('usage', '--create makes exactly one database')
  const how = await applyingMany(args.to!, await writeOptions(args, guards))
  const looking = await showFiles(process.stderr, 'looked at', databases.length)
  const looks = await lookAtMany(databases, how, looking.onDone).finally(looking.stop)
  const err = colorsFor(process.stderr)
  process.stderr.write(looksToText(looks, { target: args.to!, colors: err }))
  const begins = looks.looks.filter((look) => look.state === 'differs' && look.error === undefined).length
  const refused = looks.looks.filter((look) => look.state !== 'in-sync').length - begins
  if (args['dry-run']) return report(looks, wouldBe(looks), args)
  if (begins === 0 || (refused > 0 && !args['keep-going'])) {
    const none = { jobs: 1, canary: 0, keepGoing: false }
    return report(looks, await applyMany(looks, how, none), args)
  }
  const without = refused === 0 ? '' : `, and leave out ${refused.toLocaleString('en')}`
  try {
    await consent(`Apply to ${count(begins, 'database')}${without}?`, args.yes)
  } catch (error) {
    return printMany(args, outcomeOf(error, args.format))
  }
  const applying = await showFiles(process.stderr, 'applied', begins)
  const outcomes = await whileEndable((signal) =>
    applyMany(looks, how, { jobs, canary, keepGoing: args['keep-going'], signal, done: applying.onDone }),
  ).finally(applying.stop)
  report(looks, outcomes, args)
}

/** What there would be, if it were applied. */
function wouldBe({ looks }: Looks): readonly ManyOutcome[] {
  return looks.map((look): ManyOutcome => {
    const { database } = look
    if (look.state === 'in-sync') return { state: 'in-sync', database }
    return look.error === undefined
      ? { state: 'not-begun', database }
      : { state: 'failed', database, error: look.error }
  })
}

/** Says what became of each, and sets the exit code to the highest. */
function report(looks: Looks, outcomes: readonly ManyOutcome[], args: ApplyArguments): void {
  const failed = outcomes.flatMap((one) => (one.state === 'failed' ? [one] : []))
  if (failed.length > 0) process.stderr.write(failuresToText(failed, colorsFor(process.stderr)))
  if (args.format === 'text') {
    const names = { target: args.to!, colors: colorsFor(process.stdout) }
    const how = { isDry: args['dry-run'], keepGoing: args['keep-going'] }
    process.stdout.write(tallyOfOutcomes(outcomes, { ...names, ...how }))
  }
  const exitCode = Math.max(exitCodes.done, ...failed.map(({ error }) => exitCodeOf(error)))
  printMany(args, { exitCode, document: outcomesToJson(looks, outcomes) })
}

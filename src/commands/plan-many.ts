import { planningMany } from '../library/many.ts'
import { lookAtMany } from '../many/look.ts'
import type { SqliteVersion } from '../model/sqlite-version.ts'
import { colorsFor } from '../report/colors.ts'
import { looksToJson, tallyLooks } from '../report/many-json.ts'
import { failuresToText, looksToText, nameOfGroup, tallyOfLooks } from '../report/many-text.ts'
import { printable } from '../report/printable.ts'
import { reverseToText } from '../report/reverse-text.ts'
import { planToScript } from '../report/script.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { argumentsOf, type PlanOne, planOptions, quoteForShell } from './plan.ts'
import { printMany } from './print-many.ts'
import { showFiles } from './show-files.ts'

/** So many arguments are said again. */
const most = 5

/** Plans for many databases: one plan for all that hold the same, and what is in the way of it in any of them. */
export async function planMany(
  databases: readonly string[],
  args: PlanOne,
  version: SqliteVersion | undefined,
): Promise<void> {
  const manner = await planningMany(args.to, await planOptions(args, version))
  const display = await showFiles(process.stderr, 'looked at', databases.length)
  const looks = await lookAtMany(databases, manner, display.onDone).finally(display.stop)
  const [out, err] = [colorsFor(process.stdout), colorsFor(process.stderr)]
  const failed = looks.looks.flatMap((look) => (look.state === 'failed' ? [look] : []))
  if (args.format === 'sql') {
    for (const group of looks.groups) {
      const names = { database: nameOfGroup(group), target: args.to, reverse: args.reverse }
      const files = group.databases.map((database) => `-- for ${printable(database)}\n`).join('')
      process.stdout.write(files + planToScript(group.plan, { ...names, ...(version !== undefined && { version }) }))
    }
  } else if (args.format === 'text') {
    const names = { target: args.to, colors: out }
    for (const group of args.reverse ? looks.groups : []) {
      process.stdout.write(reverseToText(group.plan, { ...names, database: nameOfGroup(group), next: [] }))
    }
    if (!args.reverse) process.stdout.write(looksToText(looks, names))
    // A shell that has put a thousand names in the place of a pattern does it again.
    const { database: given } = (args.typed ?? args) as PlanOne
    const paths = given.length > most ? '…' : given.map(quoteForShell).join(' ')
    const next = `schema apply ${argumentsOf(paths, args)}`
    process.stdout.write(tallyOfLooks(looks, names, next))
  }
  if (failed.length > 0) process.stderr.write(failuresToText(failed, err))
  const exitCode = Math.max(
    args.check && tallyLooks(looks).differ > 0 ? exitCodes.different : exitCodes.done,
    ...failed.map(({ error }) => exitCodeOf(error)),
  )
  printMany(args, { exitCode, document: looksToJson(looks) })
}

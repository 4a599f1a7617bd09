import { readJournal } from '../apply/journal.ts'
import { rollBackInterrupted } from '../engine/open.ts'
import { withSession } from '../engine/session.ts'
import { prepareWith, type Setup } from '../engine/setup.ts'
import { bindingOf } from '../introspect/binding.ts'
import { readWholeCatalog } from '../introspect/read-facts.ts'
import type { ConvergeError } from '../model/error.ts'
import type { AppliedToFile } from './apply-to-file.ts'
import type { GroupPlan } from './groups.ts'

/**
 * Says what a worker has left that was ended in the midst of its work: it may just have committed. What it has not is rolled back at once.
 *
 * @param why What it is if nothing was done.
 * @throws ConvergeError `why`, or what is known instead.
 */
export async function afterEnd(
  path: string,
  { plan }: GroupPlan,
  setup: Setup,
  why: (what: string) => ConvergeError,
): Promise<AppliedToFile> {
  rollBackInterrupted(path)
  const found = await withSession(path, { mode: 'read', prepare: prepareWith(setup) }, async ({ run }) => ({
    binding: bindingOf(await run(readWholeCatalog())),
    journal: await run(readJournal()),
  })).catch(() => undefined)
  if (found === undefined) throw why(`what was begun in ${path} is rolled back when it is opened next`)
  if (found.binding === plan.details.binding) throw why(`everything was rolled back: ${path} is as it was`)
  const last = found.journal.at(-1)
  if (last?.kind === 'apply' && last.from === plan.from && last.to === plan.to) return { id: last.id }
  throw why(`${path} has another schema than before: it was done already, or changed by others`)
}

import { resolveRenames } from '../diff/resolve-renames.ts'
import { type Handle, handleExecutor } from '../engine/handle.ts'
import { runSync } from '../engine/operation.ts'
import { readSchema } from '../introspect/read-schema.ts'
import { ConvergeError } from '../model/error.ts'
import { foldName, sameName } from '../model/name.ts'
import { hasRenames, laterName, type RenameHint } from '../model/renames.ts'
import { filterSchema, type Schema } from '../model/schema.ts'
import type { DraftInput, Renaming } from '../plan/draft.ts'
import { clearWay } from '../plan/in-the-way.ts'
import { renameSteps } from '../plan/rename-steps.ts'
import type { Step } from '../plan/step.ts'
import { consultedVirtualTables } from './consulted.ts'
import { runSteps, StepRefused } from './run-steps.ts'
import { createScratch, type ScratchOptions } from './scratch.ts'

/** The part of a draft's input that renames decide. */
export type Renamed = Pick<DraftInput, 'from' | 'statistics'> & { readonly renaming?: Renaming }

/**
 * Makes the renames that hints ask for on a copy, and reads what comes of them: SQLite itself says how it rewrites what refers
 * to a table or column. Without any, nothing is asked of the copy.
 *
 * @param copy Gives a copy of `from`, each time anew; the virtual tables that it is told are there for real.
 * @throws ConvergeError `rename-blocked` where SQLite refuses one.
 */
export function renameFirst(
  { from, to, isExcluded, statistics }: Pick<DraftInput, 'from' | 'to' | 'isExcluded' | 'statistics'>,
  hints: readonly RenameHint[],
  copy: (virtual: readonly string[]) => Handle,
): Renamed {
  const managed = (schema: Schema): Schema => filterSchema(schema, (object) => !isExcluded(object))
  const renames = resolveRenames(managed(from), managed(to), hints)
  if (!hasRenames(renames)) return { from, statistics }
  const isRenamed = (name: string): boolean => renames.tables.some((one) => sameName(one.from, name))
  const virtual = [
    ...from.virtualTables.filter((table) => isRenamed(table.name)).map((table) => table.name),
    ...consultedVirtualTables(from, [from]),
  ]
  const renaming = renameSteps(renames, from, statistics)
  const run = (steps: readonly Step[]): Renamed => {
    const handle = copy(virtual)
    runSteps(handle, steps)
    return {
      from: runSync(readSchema(), handleExecutor(handle)),
      statistics: new Map(
        [...statistics].map(([holder, list]) => [holder, list.map((one) => laterName(one, renames))]),
      ),
      renaming: { before: from, renames, steps },
    }
  }
  try {
    return run(renaming)
  } catch (error) {
    if (!(error instanceof StepRefused)) throw error
  }
  try {
    return run([...clearWay(from, to, renames, isExcluded), ...renaming])
  } catch (error) {
    if (!(error instanceof StepRefused)) throw error
    throw new ConvergeError('rename-blocked', `${error.step.object} can't be renamed: ${error.message}`, {
      objects: [error.step.object],
      advice: ['SQLite renames nothing while a view or trigger anywhere does not work: mend or drop it first'],
      cause: error,
    })
  }
}

/** The same on a copy of its own. */
export function renameOnCopy(
  input: Parameters<typeof renameFirst>[0],
  hints: readonly RenameHint[],
  copied: Omit<ScratchOptions, 'real' | 'samples' | 'marks'>,
): Renamed {
  const handles: Handle[] = []
  try {
    return renameFirst(input, hints, (virtual) => {
      const { handle } = createScratch({ ...copied, real: new Set(virtual.map(foldName)), samples: [], marks: [] })
      handles.push(handle)
      return handle
    })
  } finally {
    for (const handle of handles) handle.close()
  }
}

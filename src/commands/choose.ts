import type { CommandModule } from 'yargs'
import { checkArguments } from './check-arguments.ts'
import type { Chosen } from './chosen.ts'
import { readPlainly } from './read-plainly.ts'

/** Loads a command. */
// biome-ignore lint/suspicious/noExplicitAny: of any arguments
export type LoadCommand = () => Promise<CommandModule<object, any>>

/**
 * Finds the command that is meant, with its arguments. Undefined where all is said, as with `--help`.
 *
 * @throws ConvergeError `usage`
 */
export async function choose(
  args: readonly string[],
  commands: Readonly<Record<string, LoadCommand>>,
): Promise<Chosen | undefined> {
  checkArguments(args)
  const [name = '', ...rest] = args
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  const plainly = load && readPlainly(await load(), rest)
  if (plainly !== undefined) return plainly
  const [{ parse }, ...all] = await Promise.all([
    import('./parse.ts'),
    ...Object.values(commands).map((loadOne) => loadOne()),
  ])
  return parse(args, all)
}

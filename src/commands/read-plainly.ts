import type { Argv, CommandModule, Options } from 'yargs'
import { Chosen } from './chosen.ts'

type Command<T> = CommandModule<object, T>
type Values = Record<string, unknown>

/** What an option may say for its arguments to be read here. */
const known = new Set<string>([
  'describe',
  'type',
  'array',
  'default',
  'requiresArg',
  'demandOption',
  'choices',
  'alias',
])

/**
 * Reads arguments that leave no question open: options in full, each with a value of its own, and names of files. Undefined for anything else,
 * a mistake included, which is for yargs to read or to explain. Loading yargs takes as long as a plan where nothing differs.
 */
export function readPlainly<T>(command: Command<T>, args: readonly string[]): Chosen | undefined {
  const { options, positionals } = recordOptions(command)
  const [values, names] = [new Map<string, string[]>(), [] as string[]]
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!
    const [, name, , joined] = /^--([a-z][a-z-]*)(=(.*))?$/s.exec(arg) ?? []
    if (name === undefined) {
      if (!isPlain(arg)) return undefined
      names.push(arg)
      continue
    }
    const option = options.get(name)
    if (option === undefined || !Object.keys(option).every((key) => known.has(key))) return undefined
    const value = option.type === 'boolean' ? 'true' : (joined ?? args[++at])
    if (value === undefined || !isPlain(value) || (option.type === 'boolean' && joined !== undefined)) return undefined
    if (option.choices !== undefined && !option.choices.includes(value)) return undefined
    const earlier = values.get(name) ?? []
    if (earlier.length > 0 && !option.array) return undefined
    values.set(name, [...earlier, value])
  }
  const read = readPositionals(command, positionals, names)
  if (read === undefined) return undefined
  for (const [name, option] of options) {
    const given = values.get(name)
    if (given === undefined && option.demandOption) return undefined
    read[name] =
      given === undefined ? option.default : option.array ? given : option.type === 'boolean' ? true : given[0]
  }
  return new Chosen(() => command.handler(read as Parameters<typeof command.handler>[0]))
}

/** yargs takes quotes off, and what begins with a dash for an option. */
function isPlain(arg: string): boolean {
  return /^[^-'"]/.test(arg)
}

type Recorded = ReadonlyMap<string, Options>

/** What a command tells yargs of its options. */
function recordOptions<T>({ builder }: Command<T>): { readonly options: Recorded; readonly positionals: Recorded } {
  const [options, positionals] = [new Map<string, Options>(), new Map<string, Options>()]
  const recorder = {
    option: (name: string, option: Options) => {
      options.set(name, option)
      return recorder
    },
    positional: (name: string, option: Options) => {
      positionals.set(name, option)
      return recorder
    },
    example: () => recorder,
  }
  if (typeof builder === 'function') builder(recorder as unknown as Argv)
  return { options, positionals }
}

/** The names of files, as the form of the command calls them: `plan [database..]`, `diff <from> <to>`. */
function readPositionals<T>({ command }: Command<T>, recorded: Recorded, names: readonly string[]): Values | undefined {
  const form = String(command).split(' ').slice(1)
  const [first] = form
  if (first?.endsWith('..]'))
    return { [first.slice(1, -3)]: names.length > 0 ? names : recorded.get(first.slice(1, -3))?.default }
  if (form.length !== names.length) return undefined
  return Object.fromEntries(form.map((one, index) => [one.slice(1, -1), names[index]]))
}

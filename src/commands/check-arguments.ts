import { ConvergeError } from '../model/error.ts'

const flags = [
  'backup',
  'check',
  'create',
  'dry-run',
  'keep',
  'keep-going',
  'no-journal',
  'no-space-check',
  'reverse',
  'yes',
]
const scalars = [
  'backup-to',
  'canary',
  'config',
  'for',
  'format',
  'jobs',
  'lock-timeout',
  'max-lock',
  'older-than',
  'out',
  'plan',
  'setup',
  'to',
  ...flags,
]

/**
 * Refuses what the argument parser would take without a word: an option given twice, and a flag with a value that is
 * neither true nor false.
 *
 * @throws ConvergeError `usage`
 */
export function checkArguments(args: readonly string[]): void {
  const end = args.indexOf('--')
  const options = (end < 0 ? args : args.slice(0, end)).flatMap((arg) => {
    const [, name, , value] = /^--([^=]+)(=(.*))?$/s.exec(arg) ?? []
    return name === undefined ? [] : [{ name, value }]
  })
  const seen = new Set<string>()
  for (const { name, value } of options) {
    if (!scalars.includes(name)) continue
    if (seen.has(name)) throw new ConvergeError('usage', `--${name} is given more than once`)
    seen.add(name)
    if (flags.includes(name) && value !== undefined && value !== 'true' && value !== 'false') {
      throw new ConvergeError('usage', `--${name} is a flag and takes no value`)
    }
  }
}

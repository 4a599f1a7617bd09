import { ConvergeError } from '../model/error.ts'

/**
 * Without `--yes` someone has to be asked, and so there has to be a terminal.
 *
 * @throws ConvergeError `usage`
 */
export function needTerminal(yes: boolean): void {
  if (yes || (process.stdin.isTTY && process.stderr.isTTY)) return
  throw new ConvergeError('usage', 'there is no terminal to ask on', {
    advice: ['add --yes to go ahead without asking'],
  })
}

/**
 * Asks on the terminal.
 *
 * @throws ConvergeError `declined`
 */
export async function consent(question: string, yes: boolean): Promise<void> {
  if (yes) return
  const { default: confirm } = await import('@inquirer/confirm')
  if (await confirm({ message: question, default: false }, { output: process.stderr })) return
  throw new ConvergeError('declined', 'you said no')
}

import type { ForEachOptions, Outcome } from './for-each-database.ts'

/** Prints what a command has made of many databases of one target, or hands it to those that it is printed with; and sets the exit code. */
export function printMany({ database, format, name, gathered }: ForEachOptions, outcome: Outcome): void {
  if (gathered !== undefined) {
    gathered.add(name, database.join(', '), outcome)
    return
  }
  const { document, exitCode } = outcome
  // Interrupted at the prompt, there is nothing to print.
  if (format === 'json' && document !== undefined)
    process.stdout.write(`${JSON.stringify({ version: 1, ...document }, null, 2)}\n`)
  process.exitCode = exitCode
}

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Runs a task of `tasks.mjs` in a process of its own: how long it took, what of that the processor worked, and the peak of memory. The process
 * start and the loading of modules are not in the time.
 */
export function measure(task, args) {
  const file = fileURLToPath(new URL('./tasks.mjs', import.meta.url))
  return JSON.parse(execFileSync(process.execPath, [file, task, ...args], { encoding: 'utf8' }))
}

/** The same several times: the median of the milliseconds, and the highest peak. */
export function measureSeveral(task, args, rounds) {
  const runs = Array.from({ length: rounds }, () => measure(task, args))
  return {
    milliseconds: median(runs.map((run) => run.milliseconds)),
    megabytes: Math.max(...runs.map((run) => run.megabytes)),
  }
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

export function printTable(title, rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('   '),
  )
  console.log(`\n${title}\n\n${lines.map((line) => `  ${line.trimEnd()}`).join('\n')}`)
}

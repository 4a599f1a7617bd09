import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Runs a task of `tasks.mjs` in a process of its own, several times: the median of its milliseconds, and the highest peak of
 * memory. The process start and the loading of modules are not in the time.
 */
export function measure(task, args, rounds) {
  const file = fileURLToPath(new URL('./tasks.mjs', import.meta.url))
  const runs = Array.from({ length: rounds }, () =>
    JSON.parse(execFileSync(process.execPath, [file, task, ...args], { encoding: 'utf8' })),
  )
  const times = runs.map((run) => run.milliseconds).sort((a, b) => a - b)
  return {
    milliseconds: times[Math.floor(times.length / 2)],
    megabytes: Math.max(...runs.map((run) => run.megabytes)),
  }
}

export function printTable(title, rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('   '),
  )
  console.log(`\n${title}\n\n${lines.map((line) => `  ${line.trimEnd()}`).join('\n')}`)
}

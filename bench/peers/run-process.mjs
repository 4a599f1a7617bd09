import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Runs one Node process to its end: seconds from start to exit, and what it says. */
export function runProcess({ args, env = {} }) {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const seconds = (performance.now() - started) / 1000
  return {
    failed: status !== 0,
    seconds,
    output: stdout,
    foreignKeys: stdout
      .match(/^foreign_keys (\d)$/m)?.[1]
      .replace('1', 'on')
      .replace('0', 'off'),
    message: messageOf(`${stderr}\n${stdout}`),
  }
}

/** The first error that is named, else the last line: where it stands differs by tool. */
function messageOf(text) {
  return text.match(/\b\w+(?:Error|Exception): .+/)?.[0] ?? text.trim().split('\n').at(-1)
}

export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
}

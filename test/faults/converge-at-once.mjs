/**
 * Waits for a line to read, converges, and prints what came of it, so that several such processes start at the same time.
 *
 * node converge-at-once.mjs DIST DATABASE TARGET fast|plain
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [, , dist, path, target, how] = process.argv
const { ConvergeError, converge } = await import(pathToFileURL(join(dist, 'src/index.js')).href)
// Loaded before the start: what is loaded when it is needed would make one of them late.
await import('better-sqlite3')

process.stdout.write('ready\n')
await once(process.stdin, 'data')
process.stdin.destroy()
try {
  const { id } = await converge(path, target, { fast: how === 'fast' })
  process.stdout.write(id === undefined ? 'in sync\n' : 'applied\n')
} catch (error) {
  if (!(error instanceof ConvergeError)) throw error
  process.stdout.write(`${error.code}\n`)
}

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The command line is tested as it is shipped: built, once, before the first test. */
export default function buildOnce(): void {
  const root = fileURLToPath(new URL('..', import.meta.url))
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit' })
}

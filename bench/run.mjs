import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchReadSchema } from './read-schema.mjs'

/**
 * Measures the build in `dist/`: `npm run bench`, or `npm run bench -- --sizes 50,500 --rounds 1` for a quick look. Machines
 * differ and are noisy: read the ratios, each of two figures of the same run.
 */
const { values } = parseArgs({
  options: { sizes: { type: 'string', default: '500,5000' }, rounds: { type: 'string', default: '3' } },
})
const folder = mkdtempSync(join(tmpdir(), 'sqlite-converge-bench-'))
try {
  benchReadSchema({ folder, sizes: values.sizes.split(',').map(Number), rounds: Number(values.rounds) })
} finally {
  rmSync(folder, { recursive: true, force: true })
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benchFixtures } from './fixtures.mjs'
import { benchManyFiles } from './many-files.mjs'
import { benchPlanning } from './planning.mjs'
import { benchReadSchema } from './read-schema.mjs'
import { benchRebuild } from './rebuild.mjs'

/**
 * Measures the build in `dist/`: `npm run bench`, which takes some 20 minutes and 3 GB of the temporary folder, or
 * `npm run bench -- --sizes 50,500 --rows 10000,100000 --files 100 --rounds 1` for a quick look. Machines differ and are noisy: read the ratios, each of
 * two figures of the same run.
 */
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '500,5000' },
    rows: { type: 'string', default: '100000,1000000,4000000' },
    files: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'sqlite-converge-bench-'))
try {
  const rounds = Number(values.rounds)
  benchPlanning({ folder, sizes: values.sizes.split(',').map(Number), rounds })
  await benchFixtures({ rounds })
  benchManyFiles({ folder, files: Number(values.files), rounds })
  benchReadSchema({ folder, sizes: values.sizes.split(',').map(Number), rounds })
  benchRebuild({ folder, sizes: values.rows.split(',').map(Number), rounds })
} finally {
  rmSync(folder, { recursive: true, force: true })
}

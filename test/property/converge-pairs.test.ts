import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Pair, pair, scriptOf } from './arbitrary-pair.ts'
import { checkPair } from './check-pair.ts'
import { findKnownBug } from './known-bugs.ts'
import { count, describeTally, newTally, type Tally } from './tally.ts'

/**
 * PROPERTY_RUNS=5000 for more pairs; PROPERTY_SEED and PROPERTY_PATH, from a report, for the same ones again. Without a seed
 * the same pairs are tried in every run, so that a change is judged by itself; `npm run test:soak` tries new ones.
 */
const runs = Number(process.env.PROPERTY_RUNS ?? 400)
const given = process.env.PROPERTY_SEED ?? '20261124'
const seed = given === 'random' ? Date.now() % 0x7fffffff : Number(given)
const path = process.env.PROPERTY_PATH

test('any schema with rows converges to any other and back, or is refused and left as it was', {
  timeout: 600_000 + runs * 1_000,
}, async () => {
  const tally = newTally()
  const property = fc.asyncProperty(pair, (made) => checkUnlessKnown(made, tally))
  try {
    await fc.assert(property, { numRuns: runs, seed, ...(path !== undefined && { path }) })
  } finally {
    console.info(`property: PROPERTY_SEED=${seed} PROPERTY_RUNS=${runs}\n${describeTally(tally)}`)
  }
  if (path === undefined) expectVariety(tally)
})

async function checkUnlessKnown(made: Pair, tally: Tally): Promise<void> {
  try {
    await checkPair(made, tally)
  } catch (error) {
    const known = findKnownBug(error, scriptOf(made.to))
    if (known === undefined) throw error
    count(tally.knownBugs, known)
  }
}

/** A generator that makes nothing but easy pairs would make the property hold for nothing. */
function expectVariety(tally: Tally): void {
  const refused = [...tally.refusals.values()].reduce((sum, n) => sum + n, 0)
  expect(tally.changes.size).toBeGreaterThanOrEqual(12)
  expect(tally.rows).toBeGreaterThan(tally.pairs)
  expect(tally.moved / (tally.converged - tally.inSync)).toBeGreaterThan(0.6)
  expect(tally.reverses.get('exact') ?? 0).toBeGreaterThan(tally.pairs / 5)
  expect(refused / tally.pairs).toBeLessThan(0.2)
}

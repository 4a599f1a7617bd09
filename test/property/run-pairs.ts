import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChangeKind } from '../../src/diff/change.ts'
import { describePair, type Pair, pair, scriptOf } from './arbitrary-pair.ts'
import { checkPair } from './check-pair.ts'
import { features } from './features.ts'
import { findKnownBug } from './known-bugs.ts'
import { count, describeTally, newTally, type Tally } from './tally.ts'

/**
 * PROPERTY_RUNS for more pairs; PROPERTY_SEED and PROPERTY_PATH, from a report, for a failure again. Without a seed the same
 * pairs are tried in every run, so that a change is judged by itself; `npm run test:soak` tries new ones.
 */
const runs = Number(process.env.PROPERTY_RUNS ?? 2_000)
const given = process.env.PROPERTY_SEED ?? '20261124'
const path = process.env.PROPERTY_PATH

type How = NonNullable<Parameters<typeof checkPair>[2]>

/** The files that share the pairs, so that they run beside each other. */
const shards = 2

/** Tries one file's share of the pairs. */
export function testPairs(shard: number, how: How = {}): void {
  const share = Math.ceil(runs / shards)
  const seed = (given === 'random' ? Date.now() % 0x7fffffff : Number(given)) + shard
  const isAgain = path !== undefined
  // A report says the seed of its own share.
  test.skipIf(isAgain && shard === 1)(
    `any schema with rows converges to any other and back${how.fast ? ' the fast way' : ''}, or is refused and left as it was`,
    { timeout: 600_000 + share * 1_000 },
    async () => {
      const tally = newTally()
      console.info(
        `property: PROPERTY_SEED=${seed - shard} PROPERTY_RUNS=${runs}, of which ${share} pairs with seed ${seed}`,
      )
      const property = fc.asyncProperty(pair, async (made) => {
        await checkUnlessKnown(made, tally, how)
        if (tally.pairs % 10_000 === 0) console.info(`property: seed ${seed}, ${tally.pairs} pairs so far`)
      })
      const details = await fc.check(property, { numRuns: share, seed, ...(isAgain && { path }) })
      console.info(`property: seed ${seed}\n${describeTally(tally)}`)
      if (details.failed) throw new Error(describeFailure(details, how, shard), { cause: details.errorInstance })
      if (!isAgain && share >= 1_000) expectVariety(tally)
      if (!isAgain && share >= 1_000 && !how.fast) expect(tally.asStored / tally.pairs).toBeGreaterThan(0.002)
      if (!isAgain && share >= 1_000 && how.fast) {
        expect(tally.inPlace / tally.pairs).toBeGreaterThan(0.05)
        expect(tally.adopted / tally.pairs).toBeGreaterThan(0.05)
      }
    },
  )
}

function describeFailure(
  { seed, counterexample, counterexamplePath, errorInstance }: fc.RunDetailsCommon<[Pair]>,
  how: How,
  shard: number,
): string {
  // Both plain files try theirs again in the first, whose share begins at the seed.
  const again = `PROPERTY_SEED=${how.fast ? seed - shard : seed} PROPERTY_PATH=${counterexamplePath} npx vitest run test/property/pairs-${how.fast ? 'fast' : '1'}.test.ts`
  const said = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  return [said.slice(0, 4_000), counterexample && describePair(counterexample[0]), `once more: ${again}`].join('\n')
}

async function checkUnlessKnown(made: Pair, tally: Tally, how: How): Promise<void> {
  try {
    await checkPair(made, tally, how)
  } catch (error) {
    const known = findKnownBug(error, scriptOf(made.to))
    if (known === undefined) throw error
    count(tally.knownBugs, known)
  }
}

/** A generator that makes nothing but easy pairs would make the property hold for nothing. */
function expectVariety(tally: Tally): void {
  const refused = [...tally.refusals.values()].reduce((sum, n) => sum + n, 0)
  expect(refused / tally.pairs).toBeLessThanOrEqual(0.05)
  expect(tally.refusals.size).toBeGreaterThan(3)
  expect(tally.edited / tally.pairs).toBeGreaterThanOrEqual(0.7)
  expect(tally.rows).toBeGreaterThan(tally.pairs)
  expect(tally.moved / (tally.converged - tally.inSync)).toBeGreaterThan(0.6)
  expect(tally.reverses.get('exact') ?? 0).toBeGreaterThan(tally.pairs / 5)
  const few = (names: readonly string[], seen: ReadonlyMap<string, number>): readonly string[] =>
    names.filter((name) => (seen.get(name) ?? 0) < 5)
  expect(few(Object.keys(changeKinds), tally.changes), 'kinds of changes that are hardly tried').toEqual([])
  expect(few(Object.keys(features), tally.features), 'parts of a schema that are hardly tried').toEqual([])
}

/** Every kind but `change-virtual-table`, which is refused. */
const changeKinds: Readonly<Record<Exclude<ChangeKind, 'change-virtual-table'>, true>> = {
  'rename-table': true,
  'rename-column': true,
  'create-table': true,
  'drop-table': true,
  'change-table-options': true,
  'add-column': true,
  'drop-column': true,
  'change-type': true,
  'change-not-null': true,
  'change-default': true,
  'change-collation': true,
  'change-generated': true,
  'change-primary-key': true,
  'add-unique': true,
  'drop-unique': true,
  'add-check': true,
  'drop-check': true,
  'add-foreign-key': true,
  'drop-foreign-key': true,
  'create-index': true,
  'drop-index': true,
  'change-index': true,
  'create-view': true,
  'drop-view': true,
  'change-view': true,
  'create-trigger': true,
  'drop-trigger': true,
  'change-trigger': true,
  'create-virtual-table': true,
  'drop-virtual-table': true,
}

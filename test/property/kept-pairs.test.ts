import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describePair, pair } from './arbitrary-pair.ts'
import { checkPair } from './check-pair.ts'
import { newTally } from './tally.ts'

/** A fixed lot of pairs, which are tried as they are and with what goes put aside. */
const [runs, seed] = [100, 20261125]

test('what is kept comes back with the schema, more often exactly than without', { timeout: 600_000 }, async () => {
  const [plain, kept, fast] = [newTally(), newTally(), newTally()]
  for (const made of fc.sample(pair, { numRuns: runs, seed })) {
    await checkPair(made, plain)
    try {
      await checkPair(made, kept, { keep: true })
      await checkPair(made, fast, { keep: true, fast: true })
    } catch (error) {
      throw new Error(`kept: ${describePair(made)}`, { cause: error })
    }
  }
  const exact = ({ reverses }: typeof kept): number => reverses.get('exact') ?? 0
  expect(exact(kept)).toBeGreaterThan(exact(plain))
  expect(exact(fast)).toBe(exact(kept))
})

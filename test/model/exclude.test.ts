import { expect, test } from 'vitest'
import { exclusionBesides } from '../../src/model/exclude.ts'

test('brackets are read as a shell reads them: [!a] is any but a', () => {
  for (const glob of ['[!a]*', '[^a]*']) {
    const isExcluded = exclusionBesides([glob], new Set())
    expect(['apples', 'pears'].map((name) => isExcluded({ name }))).toEqual([false, true])
  }
})

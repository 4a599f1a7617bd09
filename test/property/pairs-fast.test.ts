import { testPairs } from './run-pairs.ts'

testPairs(2, { fast: true })

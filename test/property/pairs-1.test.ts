import { testPairs } from './run-pairs.ts'

testPairs(0)

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const inRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const facts = JSON.parse(readFileSync(inRoot('scripts/facts.json'), 'utf8')) as readonly Record<string, string>[]

/** Where the tests of a file get their names from. */
function namesOf(tests: string): string {
  const texts = [readFileSync(inRoot(tests), 'utf8')]
  return [...texts, ...(tests.startsWith('test/cases/') ? readdirSync(inRoot('test/cases')) : [])].join('\n')
}

// Whether a test notices that it is forgotten takes minutes to ask: npm run test:facts.
test.each(facts.map((fact) => [fact.fact, fact]))('it is said, and tested: %s', (_, { file, text, tests, pattern }) => {
  expect(readFileSync(inRoot(file!), 'utf8')).toContain(text)
  for (const part of pattern!.split('|')) expect(namesOf(tests!)).toContain(part)
})

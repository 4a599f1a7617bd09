import { type Token, tokenize } from '../../src/sql/token.ts'

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export type Random = () => number

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!
}

type Mutation = (words: readonly string[], at: number, random: Random, vocabulary: readonly string[]) => string[]

const comments = [
  '/* a */',
  '/*, b TEXT */',
  "-- it's\n",
  '/**/',
  '--\n',
  '/* ) */',
  '-- ( \r\n',
  ' \f ',
  ' \v',
  '\ufeff',
]

const mutations: readonly Mutation[] = [
  (words, at) => words.toSpliced(at, 1),
  (words, at) => words.toSpliced(at, 0, words[at]!),
  (words, at, random) => {
    const other = Math.floor(random() * words.length)
    return words.with(at, words[other]!).with(other, words[at]!)
  },
  (words, at) => (at + 1 < words.length ? words.with(at, words[at + 1]!).with(at + 1, words[at]!) : [...words]),
  (words, at, random, vocabulary) => words.with(at, pick(random, vocabulary)),
  (words, at, random) => words.with(at, pick(random, words)),
  (words, at, random, vocabulary) => words.toSpliced(at, 0, pick(random, vocabulary)),
  // A run of tokens moves elsewhere: a constraint, a type, a clause.
  (words, at, random) => {
    const run = words.slice(at, at + 2 + Math.floor(random() * 4))
    const rest = words.toSpliced(at, run.length)
    return rest.toSpliced(Math.floor(random() * rest.length), 0, ...run)
  },
  // A run of tokens is said twice.
  (words, at, random) => words.toSpliced(at, 0, ...words.slice(at, at + 2 + Math.floor(random() * 4))),
  (words, at, random) => words.with(at, requote(words[at]!, random)),
  (words, at, random) => words.with(at, recase(words[at]!, random)),
  (words, at, random) => words.toSpliced(at, 0, pick(random, comments)),
]

/** A few random changes to the tokens of a statement. Whether anything legal comes of it, SQLite says. */
export function mutate(sql: string, vocabulary: readonly string[], random: Random): string {
  let words: readonly string[] = tokenize(sql).map((token) => token.text)
  const times = 1 + Math.floor(random() * 3)
  for (let n = 0; n < times && words.length > 0; n++) {
    const mutation = pick(random, mutations)
    words = mutation(words, Math.floor(random() * words.length), random, vocabulary)
  }
  return join(words, random)
}

/** The same statement, spelt otherwise: comments, spaces and the case of words. It means the same. */
export function respell(sql: string, random: Random): string {
  const tokens = tokenize(sql)
  const words = tokens.flatMap((token, at) => {
    const text = token.kind === 'word' && !meansText(tokens, at) ? recase(token.text, random) : token.text
    // SQLite knows `GENERATED ALWAYS` at the end of a type by its text, with nothing but spaces in it.
    return random() < 0.1 && token.key !== 'ALWAYS' ? [pick(random, comments), text] : [text]
  })
  return join(words, random)
}

/** `DEFAULT foo` means the text 'foo', and an alias in a view is a name that its readers see. */
function meansText(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.key === 'DEFAULT'
}

function join(words: readonly string[], random: Random): string {
  // A vertical tab is a space only after a space, so it follows one.
  return words.reduce((text, word) => text + pick(random, [' ', ' ', ' ', '\n', '\t', '  ']) + word, '').slice(1)
}

function recase(word: string, random: Random): string {
  if (/^['"`[]/.test(word) || /^x'/i.test(word)) return word
  // SQLite folds ASCII letters and no others.
  return word.replace(/[a-zA-Z]/g, (letter) => (random() < 0.5 ? letter.toUpperCase() : letter.toLowerCase()))
}

function requote(word: string, random: Random): string {
  const name = /^['"`[]/.test(word) ? word.slice(1, -1) : word
  const [open, close] = pick(random, [
    ['"', '"'],
    ['`', '`'],
    ['[', ']'],
    ["'", "'"],
    ['', ''],
  ] as const)
  return open + name + close
}

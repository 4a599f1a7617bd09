/**
 * CONVERGE_FAULTS=long for as many faults as a night is long; by default as many as every run has time for.
 * CONVERGE_FAULTS_SEED, a number that a run has printed, for its faults again, or `random` for others.
 */
export const isLong: boolean = process.env.CONVERGE_FAULTS === 'long'

/** How long a test may take, in milliseconds: it waits for processes and disks that it shares with others. */
export const patience: number = isLong ? 3_600_000 : 180_000

const given = process.env.CONVERGE_FAULTS_SEED ?? '20261128'
const seed = given === 'random' ? Date.now() % 0x7fffffff : Number(given)

export interface Chance {
  /** A number of 0 up to, and without, 1. */
  next(): number
  /** One of a list. */
  pick<T>(list: readonly T[]): T
}

/** Prints the seed, and draws from it. */
export function chanceOf(what: string): Chance {
  console.info(`${what}: CONVERGE_FAULTS_SEED=${seed}${isLong ? ' CONVERGE_FAULTS=long' : ''}`)
  let state = seed >>> 0
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  return { next, pick: (list) => list[Math.floor(next() * list.length)]! }
}

/** Counts by name, for a line that is printed. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  of(...names: readonly string[]): number {
    return names.reduce((sum, name) => sum + (this.#counts.get(name) ?? 0), 0)
  }

  get names(): readonly string[] {
    return [...this.#counts.keys()]
  }

  get total(): number {
    return this.of(...this.names)
  }

  toString(): string {
    return [...this.#counts].map(([name, n]) => `  ${String(n).padStart(5)}  ${name}`).join('\n')
  }
}

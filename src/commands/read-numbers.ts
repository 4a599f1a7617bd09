import { ConvergeError } from '../model/error.ts'

/** How many databases are worked on at once, where it is said, and how many go first. */
export interface Numbers {
  readonly jobs?: number
  readonly canary: number
}

/** @throws ConvergeError `usage` */
export function readNumbers({ jobs, canary }: Readonly<Record<'jobs' | 'canary', string | undefined>>): Numbers {
  return {
    ...(jobs !== undefined && { jobs: read('jobs', jobs, 1) }),
    canary: canary === undefined ? 0 : read('canary', canary, 0),
  }
}

function read(name: string, text: string, least: number): number {
  if (/^\d{1,4}$/.test(text) && Number(text) >= least) return Number(text)
  throw new ConvergeError('usage', `--${name} takes a number from ${least} on: ${text}`)
}

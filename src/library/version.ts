import { readFileSync } from 'node:fs'

/** The build puts the version here; a bundle has no other place to find it. */
declare const BUILT_VERSION: string | undefined

/** The version of this package. */
export function toolVersion(): string {
  if (typeof BUILT_VERSION === 'string') return BUILT_VERSION
  known ??= JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version as string
  return known
}

let known: string | undefined

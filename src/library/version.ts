import { readFileSync } from 'node:fs'

/** The version of this package; the file stands above the source as above the build. */
export function toolVersion(): string {
  known ??= readVersion()
  return known
}

let known: string | undefined

function readVersion(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
      if (name === 'sqlite-converge') return version
    } catch {
      // Not there: the other place.
    }
  }
  return '0.0.0'
}

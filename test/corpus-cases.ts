import { readdirSync, readFileSync } from 'node:fs'

/** One case of `test/corpus/*.sql`: statements that SQLite accepts, with what their reading must find. */
export interface CorpusCase {
  readonly name: string
  readonly setup: string
  readonly ddl: string
  readonly after: string
  readonly expect: string
}

const folder = new URL('./corpus/', import.meta.url)

export const corpusCases: readonly CorpusCase[] = readdirSync(folder)
  .filter((file) => file.endsWith('.sql'))
  .sort()
  .flatMap((file) =>
    readFileSync(new URL(file, folder), 'utf8')
      .split(/^--@case /m)
      .slice(1),
  )
  .map((text) => {
    const [head, ...parts] = text.split(/^--@/m)
    const part = (name: string): string =>
      parts
        .filter((one) => one.startsWith(name))
        .map((one) => one.slice(name.length).replace(/^\n/, ''))
        .join('\n')
    return {
      name: head!.trim(),
      setup: part('setup'),
      ddl: part('ddl'),
      after: part('after'),
      expect: part('expect').trim(),
    }
  })

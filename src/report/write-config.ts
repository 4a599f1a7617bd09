import { property, quote } from './literal.ts'

/** A database as it is to stand in a config. */
export interface WrittenDatabase {
  readonly name: string
  readonly path: string
  readonly to: string
  readonly exclude: readonly string[]
  readonly loadExtensions: readonly string[]
  readonly setup: string | undefined
}

/** Writes a `schema.config.ts`, which is JavaScript as well. */
export function writeConfig(databases: readonly WrittenDatabase[]): string {
  const entries = databases.map((one) => `    ${property(one.name)}: { ${keysOf(one).join(', ')} },\n`).join('')
  return `import { defineConfig } from 'sqlite-converge'\n\nexport default defineConfig({\n  databases: {\n${entries}  },\n})\n`
}

function keysOf({ path, to, exclude, loadExtensions, setup }: WrittenDatabase): readonly string[] {
  return [
    `path: ${quote(path)}`,
    `to: ${quote(to)}`,
    ...listed('exclude', exclude),
    ...listed('loadExtensions', loadExtensions),
    ...(setup === undefined ? [] : [`setup: ${quote(setup)}`]),
  ]
}

function listed(key: string, values: readonly string[]): readonly string[] {
  return values.length === 0 ? [] : [`${key}: [${values.map(quote).join(', ')}]`]
}

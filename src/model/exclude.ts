import picomatch from 'picomatch'
import { isKept, keptPrefix } from './kept.ts'
import { foldName } from './name.ts'
import { objectsOf, type Schema, type SchemaObject } from './schema.ts'

/** The table in which this tool keeps what it has applied. */
export const journalTable = '_schema_journal'

/** Left alone without being asked to: what SQLite, we and other tools keep for themselves. */
export const defaultExcludes: readonly string[] = [
  journalTable,
  `${keptPrefix}*`,
  'sqlite_*',
  'alembic_version',
  '_prisma_migrations',
  'kysely_migration*',
  'knex_migrations*',
  'd1_migrations',
  '_cf_*',
  '_litestream_*',
  '__drizzle_migrations',
]

/**
 * Which objects are left alone: those whose name matches a glob, and the indexes and triggers of a table that does.
 * A declaration overrules the defaults, never a glob that the user gave.
 *
 * @param globs Patterns over the names of tables, views, triggers and indexes; `*` matches anything.
 */
export function exclusion(globs: readonly string[], declared: Schema): (object: SchemaObject) => boolean {
  return exclusionBesides(globs, new Set(objectsOf(declared).map((object) => foldName(object.name))))
}

/** The same, where only the folded names of what is declared are known. */
export function exclusionBesides(
  globs: readonly string[],
  declared: ReadonlySet<string>,
): (object: { readonly name: string; readonly table?: string }) => boolean {
  const byUser = matcher(globs)
  const byDefault = matcher(defaultExcludes)
  const excludes = (name: string): boolean =>
    isOurs(name) || byUser(name) || (!declared.has(foldName(name)) && byDefault(name))
  return ({ name, table }) => excludes(name) || (table !== undefined && excludes(table))
}

/** What is excluded although it is declared: the journal and what is kept are no part of a schema. */
function isOurs(name: string): boolean {
  return foldName(name) === journalTable || isKept(name)
}

/** Whether a text can be a pattern: an empty one excludes nothing, and one of many thousand letters is nobody's. */
export function isGlob(text: string): boolean {
  return text !== '' && text.length <= 10_000
}

function matcher(globs: readonly string[]): (name: string) => boolean {
  if (globs.length === 0) return () => false
  let matches: ((name: string) => boolean) | undefined
  return (name) => {
    // `bash` lets `*` match any character of a name, also a slash or a leading dot; by `posix` `[!a]` is any but a.
    matches ??= picomatch([...globs], { nocase: true, bash: true, dot: true, nonegate: true, posix: true })
    return matches(name)
  }
}

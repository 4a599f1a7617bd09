import type { Argv } from 'yargs'
import type { PlanOptions } from '../library/options.ts'
import type { VerifyLevel } from '../model/verify-level.ts'
import { printable } from '../report/printable.ts'
import type { ConfiguredOptions } from './configured.ts'

/** Options that several commands share. */
export interface CommonOptions extends ConfiguredOptions {
  readonly exclude: string[]
}

/** Adds the databases a command works on. */
export function withDatabases<T>(yargs: Argv<T>): Argv<T & { database: string[] }> {
  return yargs.positional('database', {
    describe:
      "paths of SQLite files, patterns such as 'tenants/*.db', directories, or names from schema.config.ts; without any, all that it names",
    type: 'string',
    array: true,
    default: [] as string[],
  }) as Argv<T & { database: string[] }>
}

export function withExclude<T>(yargs: Argv<T>): Argv<T & { exclude: string[] }> {
  return yargs.option('exclude', {
    describe: 'leave alone what matches this glob, over names of tables, views, triggers and indexes (repeatable)',
    type: 'string',
    array: true,
    requiresArg: true,
    default: [] as string[],
  }) as Argv<T & { exclude: string[] }>
}

/** Options that say what the schemas alone do not. */
export interface HintOptions {
  readonly rename: string[]
  readonly fill: string[]
  readonly using: string[]
}

export function withHints<T>(yargs: Argv<T>): Argv<T & HintOptions> {
  return yargs
    .option('rename', {
      describe: 'TABLE.COLUMN=NEW or TABLE=NEW: what has another name now, instead of a drop and an add (repeatable)',
      type: 'string',
      array: true,
      requiresArg: true,
      default: [] as string[],
    })
    .option('fill', {
      describe: 'TABLE.COLUMN=EXPRESSION: the value for rows without one, when the column is NOT NULL (repeatable)',
      type: 'string',
      array: true,
      requiresArg: true,
      default: [] as string[],
    })
    .option('using', {
      describe: 'TABLE.COLUMN=EXPRESSION: how values are converted, when the column gets another type (repeatable)',
      type: 'string',
      array: true,
      requiresArg: true,
      default: [] as string[],
    }) as Argv<T & HintOptions>
}

type Hints = Pick<PlanOptions, 'renames' | 'backfills' | 'conversions'>

/** The hints, as the library takes them. */
export async function readHints({ rename, fill, using }: HintOptions): Promise<Hints> {
  if (rename.length + fill.length + using.length === 0) return {}
  const { parseFill, parseRename } = await import('./parse-hints.ts')
  return {
    renames: rename.map(parseRename),
    backfills: fill.map((text) => parseFill(text, 'fill')),
    conversions: using.map((text) => parseFill(text, 'using')),
  }
}

/** Two columns that are alike change their names, and stand in another order: that is in sync, which whoever has asked for it would not expect. */
export function sayIdle({ rename }: Pick<HintOptions, 'rename'>): void {
  for (const hint of rename) {
    process.stderr.write(` ! --rename ${printable(hint)} does nothing: without it nothing differs\n`)
  }
}

export function withAllow<T>(yargs: Argv<T>): Argv<T & { allow: string[] }> {
  return yargs.option('allow', {
    describe: 'hazards that may happen: codes, or data-loss, definition-loss (comma-separated, repeatable)',
    type: 'string',
    array: true,
    requiresArg: true,
    default: [] as string[],
    coerce: (values: string[]) => values.flatMap((value) => value.split(',')).filter((value) => value !== ''),
  }) as Argv<T & { allow: string[] }>
}

export function withVerify<T>(yargs: Argv<T>): Argv<T & { verify: VerifyLevel }> {
  return yargs.option('verify', {
    describe: 'how much of the rows is looked at before COMMIT',
    choices: ['none', 'counts', 'values', 'digest'] as const,
    default: 'values' as VerifyLevel,
    requiresArg: true,
  }) as Argv<T & { verify: VerifyLevel }>
}

export function withFormat<T, const Format extends string>(
  yargs: Argv<T>,
  formats: readonly Format[],
): Argv<T & { format: Format }> {
  return yargs.option('format', {
    describe: 'how to print the result',
    choices: formats,
    default: 'text' as Format,
    requiresArg: true,
  }) as Argv<T & { format: Format }>
}

export function withYes<T>(yargs: Argv<T>): Argv<T & { yes: boolean }> {
  return yargs.option('yes', {
    alias: 'y',
    describe: 'do not ask; needed where there is no terminal to ask on',
    type: 'boolean',
    default: false,
  }) as Argv<T & { yes: boolean }>
}

export function withFast<T>(yargs: Argv<T>): Argv<T & { fast: boolean | undefined }> {
  return yargs.option('fast', {
    describe:
      "change tables by SQLite's catalog where their rows stay valid, and build their keys sorted: several times faster",
    type: 'boolean',
  }) as Argv<T & { fast: boolean | undefined }>
}

export function withKeep<T>(yargs: Argv<T>): Argv<T & { keep: boolean | undefined }> {
  return yargs.option('keep', {
    describe: 'put aside what the plan takes away, for revert to bring back; prune drops it',
    type: 'boolean',
  }) as Argv<T & { keep: boolean | undefined }>
}

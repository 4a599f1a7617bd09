import type { Prepare } from '../engine/setup.ts'
import type { ErrorCode } from '../model/error.ts'
import type { RenameHint } from '../model/renames.ts'
import type { Schema } from '../model/schema.ts'
import { type DdlStatement, readDdl } from './read-ddl.ts'

/** What a database shall become: the statements that say it, not read yet. */
export interface Target {
  readonly statements: readonly DdlStatement[]
  /** What it is called when SQLite refuses a statement. */
  readonly code: ErrorCode
  /** Values for rows that exist. */
  readonly backfills: readonly {
    readonly table: string
    readonly column: string
    readonly expression: string
    readonly using?: true
  }[]
  /** Renames that it speaks of. */
  readonly renames: readonly RenameHint[]
  /** Globs over names of objects to leave alone. */
  readonly excludes: readonly string[]
}

export interface ReadTargetOptions {
  /** A schema that has been read already: what the target says to the letter as it does need not be read again. */
  readonly known?: Schema
  readonly prepare?: Prepare
}

/**
 * Reads a target, by having SQLite create what is not known.
 *
 * @throws ConvergeError with the target's own code, where SQLite refuses a statement.
 */
export function readTarget(target: Target, options: ReadTargetOptions = {}): Schema {
  return readDdl(target.statements, { ...options, code: target.code })
}

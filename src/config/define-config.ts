import type { Pragmas } from '../engine/pragmas.ts'
import type { HazardCode } from '../plan/step.ts'

/** A database, or several that are alike, and what would be said of it on the command line. Paths are relative to the config file. */
export interface DatabaseConfig {
  /** A file, a pattern (`tenants/*.db`), a directory, or several of these. */
  readonly path: string | readonly string[]
  /** The target: a module whose default export is a declared schema, or a `.sql` script. */
  readonly to: string
  /** Objects to leave alone, as globs over names: `legacy_*`. */
  readonly exclude?: readonly string[]
  /** Hazards that may happen when a plan is applied. What a revert may lose is said when it is done. */
  readonly allow?: readonly (HazardCode | 'data-loss' | 'definition-loss')[]
  /** Settings of each connection that is opened for the work. */
  readonly pragmas?: Pragmas
  /** SQLite extensions to load into each connection. */
  readonly loadExtensions?: readonly string[]
  /** A module that registers functions on each connection: `export default (db) => …`. */
  readonly setup?: string
  /** Whether what is applied is recorded in the database; by default yes. Without that there is no revert. */
  readonly journal?: boolean
  /** Whether what a plan takes away is put aside, for `revert` to bring it back. */
  readonly keep?: boolean
  /** Whether tables are changed by SQLite's catalog, where their rows stay valid. */
  readonly fast?: boolean
}

/** What `schema.config.ts` exports. */
export interface Config {
  /** By name: a letter or `_`, then letters, digits, `_` and `-`. */
  readonly databases: Readonly<Record<string, DatabaseConfig>>
}

/**
 * Names the databases of a project, for the command line: `schema plan` takes all of them, `schema plan library` one. To be exported as
 * default from `schema.config.ts`. It gives back what it is given, and is there for the types.
 *
 * @example
 * ```ts
 * import { defineConfig } from 'sqlite-converge'
 *
 * export default defineConfig({
 *   databases: {
 *     library: { path: 'data/library.db', to: 'schema/library.ts', exclude: ['legacy_*'] },
 *     tenants: { path: 'tenants/*.db', to: 'schema/tenant.ts', pragmas: { cache_size: -64_000 } },
 *   },
 * })
 * ```
 * @throws nothing: the command line reads a config and says what is wrong with it, `config-invalid`.
 */
export function defineConfig(config: Config): Config {
  return config
}

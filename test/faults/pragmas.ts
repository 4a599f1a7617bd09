import type Database from 'better-sqlite3'

/** Every setting of a connection and of its database that a pragma tells without changing anything. */
const names =
  `analysis_limit application_id auto_vacuum automatic_index busy_timeout cache_size cache_spill cell_size_check
checkpoint_fullfsync data_version defer_foreign_keys encoding foreign_keys fullfsync ignore_check_constraints journal_mode
journal_size_limit legacy_alter_table locking_mode max_page_count mmap_size page_size query_only read_uncommitted
recursive_triggers reverse_unordered_selects secure_delete synchronous temp_store threads trusted_schema user_version
wal_autocheckpoint writable_schema`.split(/\s+/)

export function settingsOf(db: Database.Database): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [name, db.pragma(name, { simple: true })]))
}

/** Other values than SQLite's and better-sqlite3's own, so that one that is reset is seen. */
export const unusual: readonly string[] = [
  'analysis_limit = 77',
  'automatic_index = OFF',
  'busy_timeout = 4321',
  'cache_size = -1234',
  'cell_size_check = ON',
  'journal_size_limit = 1234567',
  'legacy_alter_table = ON',
  'mmap_size = 1048576',
  'read_uncommitted = ON',
  'recursive_triggers = ON',
  'reverse_unordered_selects = ON',
  'secure_delete = FAST',
  'synchronous = OFF',
  'temp_store = MEMORY',
  'threads = 2',
  'trusted_schema = OFF',
  'wal_autocheckpoint = 321',
]

/** A version of SQLite as its `SQLITE_VERSION_NUMBER`: 3.40.1 is 3040001. https://www.sqlite.org/c3ref/c_source_id.html */
export type SqliteVersion = number

/** Reads `3.40` or `3.40.1`; undefined for anything else. */
export function readVersion(text: string): SqliteVersion | undefined {
  const [, minor, patch = '0'] = /^3\.(0|[1-9]\d{0,2})(?:\.(0|[1-9]\d{0,2}))?$/.exec(text) ?? []
  return minor === undefined ? undefined : 3_000_000 + Number(minor) * 1000 + Number(patch)
}

/** As people write it: without a patch level of 0. */
export function writeVersion(version: SqliteVersion): string {
  const patch = version % 1000
  return `3.${Math.floor(version / 1000) % 1000}${patch === 0 ? '' : `.${patch}`}`
}

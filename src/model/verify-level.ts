/**
 * How much of the rows is looked at before COMMIT; each level does what the one before does.
 *
 * - `none`: the schema alone.
 * - `counts`: how many rows rebuilt tables and their children have, foreign keys, AUTOINCREMENT marks.
 * - `values`: every copied value is compared with where it came from, and no child has lost what it refers to.
 * - `digest`: `PRAGMA integrity_check` of every changed table too.
 */
export const verifyLevels = ['none', 'counts', 'values', 'digest'] as const
export type VerifyLevel = (typeof verifyLevels)[number]

export const usualLevel: VerifyLevel = 'values'

export function includes(level: VerifyLevel, least: VerifyLevel): boolean {
  return verifyLevels.indexOf(level) >= verifyLevels.indexOf(least)
}

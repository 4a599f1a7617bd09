import { lockTimeoutOf, secondsOf } from '../engine/lock-timeout.ts'
import type { Operation } from '../engine/operation.ts'
import { mainFile } from '../engine/wait-for-locks.ts'
import { ConvergeError } from '../model/error.ts'
import { estimateLock } from '../plan/lock-estimate.ts'
import type { Plan } from '../prove/plan.ts'
import { type BackupPlace, backupPlace } from './backup.ts'
import { type FindDisk, needsOf, refuseNoRoom, sizeOf } from './room.ts'

/** What guards a database that others depend on, while a plan is applied. */
export interface Guards {
  /**
   * Whether the database is copied before the first step, under the lock, to a file that is then checked; the path of the copy, or true for
   * one beside the database. By default no. A database in memory can't be, nor one whose caller has a transaction under way.
   */
  readonly backup?: boolean | string
  /** For how many seconds the locks of others are waited for; by default 5 for a path, else as the connection does by itself. */
  readonly lockTimeout?: number
  /** How many seconds the lock may be held: a plan that takes longer by an estimate is refused, one that does is rolled back. */
  readonly maxLock?: number
  /** Whether a plan is refused that needs more room than the disks have; by default yes. */
  readonly checkSpace?: boolean
}

/**
 * The guards among some options.
 *
 * @throws ConvergeError `usage`
 */
export function guardsOf({ backup = false, lockTimeout, maxLock, checkSpace = true }: Guards): Guards {
  if (backup === '') throw new ConvergeError('usage', 'the backup has no name')
  return {
    backup,
    checkSpace,
    ...(lockTimeout !== undefined && { lockTimeout: lockTimeoutOf({ lockTimeout })! }),
    ...(maxLock !== undefined && { maxLock: secondsOf(maxLock, 'maxLock') }),
  }
}

/** Where a plan is going to be applied. */
export interface Place {
  /** The file of the database; undefined for one in memory. */
  readonly file: string | undefined
  readonly backup: BackupPlace | undefined
}

/**
 * Refuses what a guard can see before the lock is taken. What is not certain is returned, to be said.
 *
 * @throws ConvergeError `usage`, `lock-too-long`, `no-room`, `backup-exists`, `backup-failed`
 */
export function refuseUnguarded(
  plan: Plan,
  { backup = false, maxLock, checkSpace = true }: Guards,
  file: string | undefined,
  { now = () => new Date(), findDisk }: { readonly now?: () => Date; readonly findDisk?: FindDisk } = {},
): { readonly place: Place; readonly doubts: readonly string[] } {
  refuseLongLock(plan, maxLock, backup === false || file === undefined ? 0 : sizeOf(file))
  const place = { file, backup: backupOf(file, backup, now()) }
  if (file === undefined) return { place, doubts: [] }
  const { work } = plan.details
  return { place, doubts: checkSpace ? refuseNoRoom(needsOf(file, work, place.backup, findDisk)) : [] }
}

/** Bytes a second that are copied for a backup, and checked: at most and at least, as measured. */
const backupRates = [500e6, 80e6] as const

/** By the lower end of the estimate: it takes at least so long. */
function refuseLongLock(plan: Plan, maxLock: number | undefined, copied: number): void {
  if (maxLock === undefined) return
  const { work } = plan.details
  const steps = work === undefined ? { low: 0, high: 0 } : estimateLock(work.tables, work.file)
  const [low, high] = [steps.low + copied / backupRates[0], steps.high + copied / backupRates[1]]
  if (low <= maxLock) return
  const range = [low, high].map((seconds) => Number(seconds.toPrecision(2))).join(' to ')
  throw new ConvergeError(
    'lock-too-long',
    `the lock would be held for about ${range} s, by an estimate, and may be for ${maxLock} s`,
    {
      objects: work?.tables.map((one) => one.table) ?? [],
      advice: ['allow more time: --max-lock SECONDS (in the library: maxLock)', 'or make the change in several steps'],
      data: { low, high, maxLock },
    },
  )
}

/**
 * The same for the database of the connection.
 *
 * @throws ConvergeError also `in-transaction`, where a backup would be without what the caller has not committed yet.
 */
export function* guard(plan: Plan, options: Guards & { readonly inTransaction: boolean }): Operation<Place> {
  refuseBackupInside(options)
  return refuseUnguarded(plan, options, yield* mainFile()).place
}

/**
 * Where the backup of the connection's database goes, if there is to be one.
 *
 * @throws ConvergeError `usage`, `in-transaction`, `backup-exists`, `backup-failed`
 */
export function* placeOfBackup(
  options: Pick<Guards, 'backup'> & { readonly inTransaction: boolean; readonly now: () => Date },
): Operation<BackupPlace | undefined> {
  refuseBackupInside(options)
  return backupOf(yield* mainFile(), options.backup ?? false, options.now())
}

function refuseBackupInside({ backup, inTransaction }: Parameters<typeof guard>[1]): void {
  if (!backup || !inTransaction) return
  throw new ConvergeError('in-transaction', 'a backup would not have what this transaction has written so far', {
    advice: ['commit first, or go without a backup'],
  })
}

function backupOf(file: string | undefined, backup: boolean | string, now: Date): BackupPlace | undefined {
  if (backup === false) return undefined
  if (file !== undefined) return backupPlace(file, backup, now)
  throw new ConvergeError('usage', 'a database in memory has no file that could be copied', {
    advice: ['go without a backup'],
  })
}

import { accessSync, constants, statfsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { ConvergeError } from '../model/error.ts'
import { aboutSize } from '../model/size.ts'
import { estimateLock } from '../plan/lock-estimate.ts'
import { estimateRoom } from '../plan/room-estimate.ts'
import type { Work } from '../prove/long-lock.ts'
import type { BackupPlace } from './backup.ts'

/** A disk, as far as we have to know it. */
export interface Disk {
  /** The same for all directories that share their room. */
  readonly id: number
  /** Bytes that are free for us. */
  readonly free: number
}

/** Asks for the disk of a directory; undefined where the system does not tell. */
export type FindDisk = (directory: string) => Disk | undefined

/** What a plan needs of one disk. */
export interface Need {
  /** The directories on it that the plan writes to. */
  readonly directories: readonly string[]
  /** What for, with bytes. */
  readonly parts: readonly string[]
  readonly low: number
  readonly high: number
  readonly free: number
}

/** One thing that takes room. */
interface Part {
  readonly directory: string
  readonly what: string
  readonly low: number
  readonly high: number
}

const [written, passing] = ['the database and its journal', 'temporary files']

/**
 * The room that a plan needs, by disk: for what the database grows by, its journal or -wal, temporary files, and a backup. A -wal or journal
 * that is there already is written over.
 */
export function needsOf(
  file: string,
  work: Work | undefined,
  backup: BackupPlace | undefined,
  findDisk: FindDisk = diskOf,
): readonly Need[] {
  const parts: Part[] = []
  const add = (directory: string, what: string, [low, high]: readonly [number, number]): void => {
    if (high > 0) parts.push({ directory, what, low: Math.max(0, low), high })
  }
  if (work !== undefined) {
    const { journal, usesTempFiles } = work.file
    const { database, temporary } = estimateRoom(estimateLock(work.tables, work.file), journal, usesTempFiles)
    const there = sizeOf(journal === 'wal' ? `${file}-wal` : `${file}-journal`)
    add(dirname(file), written, [database[0] - there, database[1]])
    add(temporaryDirectory(), passing, temporary)
  }
  if (backup !== undefined) {
    const bytes = sizeOf(file)
    add(dirname(backup.to), 'the backup', [bytes, bytes + sizeOf(`${file}-wal`)])
  }
  const disks = new Map<number, Disk>()
  const placed = parts.flatMap((part) => {
    const disk = findDisk(part.directory)
    if (disk === undefined) return []
    disks.set(disk.id, disk)
    return [{ ...part, id: disk.id }]
  })
  return [...disks.values()].map(({ id, free }) => {
    const own = placed.filter((part) => part.id === id)
    return {
      directories: [...new Set(own.map((part) => part.directory))],
      parts: own.map((part) => `${part.what} ${aboutSize(part.high)}`),
      low: Math.max(
        sum(own.filter((part) => part.what !== passing).map((part) => part.low)),
        // They may have gone again when the database has grown.
        sum(own.filter((part) => part.what !== written).map((part) => part.low)),
      ),
      high: sum(own.map((part) => part.high)),
      free,
    }
  })
}

/**
 * Refuses a plan that can't fit; what may not fit is returned, to be said.
 *
 * @throws ConvergeError `no-room`
 */
export function refuseNoRoom(needs: readonly Need[]): readonly string[] {
  const full = needs.find((need) => need.low > need.free)
  if (full === undefined) return needs.filter((need) => need.high > need.free).map(describe)
  throw new ConvergeError('no-room', describe(full), {
    objects: full.directories,
    advice: [
      'make room, or let the temporary files and the backup go elsewhere (SQLITE_TMPDIR, --backup-to)',
      'where the disk compresses what is written, the estimate can be left out: --no-space-check (in the library: checkSpace)',
    ],
    data: { needs },
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

function describe({ directories, parts, low, high, free }: Need): string {
  const needed = aboutSize(low) === aboutSize(high) ? aboutSize(high) : `${aboutSize(low)} to ${aboutSize(high)}`
  return `about ${needed} are needed in ${directories.join(' and ')} (${parts.join(', ')}), where ${aboutSize(free)} are free`
}

/** Only the sizes are looked at: no file of a database is opened. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** Where SQLite puts temporary files: https://www.sqlite.org/tempfiles.html#temporary_file_storage_locations */
function temporaryDirectory(): string {
  if (process.platform === 'win32') return tmpdir()
  const places = [process.env.SQLITE_TMPDIR, process.env.TMPDIR, '/var/tmp', '/usr/tmp', '/tmp']
  return places.find((place) => place !== undefined && isUsable(place)) ?? '.'
}

function isUsable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK)
    return statSync(directory).isDirectory()
  } catch {
    return false
  }
}

function diskOf(directory: string): Disk | undefined {
  try {
    const { blocks, bavail, bsize } = statfsSync(directory)
    return blocks === 0 ? undefined : { id: statSync(directory).dev, free: bavail * bsize }
  } catch {
    return undefined
  }
}

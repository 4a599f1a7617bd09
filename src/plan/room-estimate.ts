import type { LockEstimate } from './lock-estimate.ts'

/** Bytes that are certainly needed, and that may be. */
export type Room = readonly [low: number, high: number]

export interface RoomEstimate {
  /** In the directory of the database: what the file grows by, and its journal or -wal. */
  readonly database: Room
  /** In the directory for temporary files. */
  readonly temporary: Room
}

/**
 * How far an estimate may be off, as parts of the bytes that are written. Measured over ten shapes of tables, in either journal mode: they
 * were 0.86 to 1.6 times as many as estimated, the most where a key in random order leaves its pages half full.
 */
const [less, more] = [0.25, 0.6]

/**
 * The room that a plan needs until it is committed, and after. In WAL mode everything is written to the -wal first, and from there into the
 * database when the plan is done already; what a statement may have to take back goes to a temporary file then, for want of a journal.
 * https://www.sqlite.org/tempfiles.html
 *
 * @param usesTempFiles Whether what does not fit into memory goes to a file.
 */
export function estimateRoom(
  { growth, written, overwritten, filled, sorted }: LockEstimate,
  journal: string,
  usesTempFiles: boolean,
): RoomEstimate {
  const temporary: Room = usesTempFiles
    ? [sorted * (1 - less), (sorted + (journal === 'wal' ? 2 * overwritten : 0)) * (1 + more)]
    : [0, 0]
  const around = (bytes: number): Room => [Math.max(0, bytes - less * filled), bytes + more * filled]
  switch (journal) {
    case 'wal':
      return { database: [written * (1 - less), written * (1 + more) + around(growth)[1]], temporary }
    case 'memory':
    case 'off':
      return { database: around(growth), temporary }
    default:
      return { database: around(growth + overwritten), temporary }
  }
}

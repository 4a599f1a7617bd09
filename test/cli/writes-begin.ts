import Database from 'better-sqlite3'

/** How long may pass before it is said that nobody writes. */
const most = 30_000

/** Waits until another process holds the write lock: then it has begun. That one has to wait for locks too: to look is to take it. */
export async function writesBegin(path: string): Promise<void> {
  const db = new Database(path, { timeout: 0 })
  try {
    for (const until = performance.now() + most; performance.now() < until; ) {
      try {
        db.exec('BEGIN IMMEDIATE; ROLLBACK')
      } catch {
        return
      }
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    throw new Error(`nobody has begun to write to ${path}`)
  } finally {
    db.close()
  }
}

import Database from 'better-sqlite3'

/** Waits until another process holds the write lock: then it has begun. */
export async function writesBegin(path: string): Promise<void> {
  const db = new Database(path, { timeout: 0 })
  try {
    for (;;) {
      try {
        db.exec('BEGIN IMMEDIATE; ROLLBACK')
      } catch {
        return
      }
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  } finally {
    db.close()
  }
}

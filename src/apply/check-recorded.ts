import { ConvergeError } from '../model/error.ts'
import { splitStatements } from '../sql/split-statements.ts'
import type { JournalEntry } from './journal.ts'

/** What the statements of a plan begin with. */
const begins = new Set(['CREATE', 'ALTER', 'DROP', 'INSERT', 'UPDATE', 'DELETE', 'REINDEX'])

/** What a plan says around an edit of the catalog, and only there. */
const pragmas = new Set(['PRAGMA writable_schema = ON', 'PRAGMA writable_schema = RESET'])
const edit = 'UPDATE main.sqlite_schema SET '

/**
 * Refuses an entry that holds a statement which no plan has: its SQL is never run, but who has changed it may have changed the rest
 * of the entry too, which a revert goes by.
 *
 * @throws ConvergeError `journal-unreadable`
 */
export function checkRecorded({ id, sql, reverse }: JournalEntry): void {
  for (const [list, text] of [[...sql], [...reverse.sql]].flatMap((all) => all.map((one) => [all, one] as const))) {
    if (pragmas.has(text) && list.some((one) => one.startsWith(edit))) continue
    const [statement, ...more] = splitStatements(text)
    const first = statement?.words[0] ?? 'nothing'
    if (begins.has(first) && more.length === 0) continue
    const what = begins.has(first)
      ? 'several statements in the place of one'
      : `${first}, which no plan of this tool has`
    throw new ConvergeError('journal-unreadable', `entry ${id} of the journal holds ${what}`, {
      objects: [id],
      advice: ['the journal was changed by hand; nothing of it has been run', text.slice(0, 200)],
    })
  }
}

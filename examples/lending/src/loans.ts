import type { Kysely } from 'kysely'
import type { Database } from './schema.ts'

/** Lends a book; one that somebody has is refused by the database. */
export async function lend(db: Kysely<Database>, bookId: number, memberId: number, due: string): Promise<number> {
  const { id } = await db
    .insertInto('loans')
    .values({ book_id: bookId, member_id: memberId, due })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function bringBack(db: Kysely<Database>, loanId: number, today: string): Promise<void> {
  await db.updateTable('loans').set({ returned: today }).where('id', '=', loanId).execute()
}

export async function overdue(db: Kysely<Database>, today: string): Promise<{ title: string; name: string }[]> {
  return db.selectFrom('open_loans').select(['title', 'name']).where('due', '<', today).orderBy('due').execute()
}

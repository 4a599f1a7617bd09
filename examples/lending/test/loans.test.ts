import { afterEach, expect, test } from 'vitest'
import { bringBack, lend, overdue } from '../src/loans.ts'
import { fixture } from './fixture.ts'

afterEach(fixture.closeAll)

test('a book that is lent can’t be lent again, until it is back', async () => {
  const { db } = await fixture.open()
  await expect(lend(db, 2, 2, '2026-02-01')).rejects.toThrow('UNIQUE constraint failed')
  await bringBack(db, 1, '2026-01-08')
  await lend(db, 2, 2, '2026-02-01')
  expect(await db.selectFrom('open_loans').selectAll().execute()).toEqual([
    { title: 'Solaris', name: 'Grace', due: '2026-02-01' },
  ])
})

// What the test before has changed is not here: each has a database of its own, and they can run at once.
test.concurrent('only what is out and late is overdue', async () => {
  const { db } = await fixture.open({ rows: { loans: [{ book_id: 3, member_id: 2, due: '2026-01-20' }] } })
  expect(await overdue(db, '2026-01-15')).toEqual([{ title: 'Solaris', name: 'Ada' }])
  expect(await overdue(db, '2026-01-21')).toEqual([
    { title: 'Solaris', name: 'Ada' },
    { title: 'The SQLite Manual', name: 'Grace' },
  ])
})

test('a member who is not there can’t have a book', async () => {
  const { db } = await fixture.open()
  await expect(lend(db, 1, 99, '2026-02-01')).rejects.toThrow('FOREIGN KEY constraint failed')
})

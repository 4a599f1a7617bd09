import { afterAll, beforeEach, expect, test } from 'vitest'
import { fixture } from './fixture.ts'

// One database for all tests of the file, as where an application that is slow to start holds it; each test finds it as it was.
const { db, reset } = await fixture.open()
beforeEach(reset)
afterAll(fixture.closeAll)

test('books are found in the order of their titles', async () => {
  await db.insertInto('books').values({ title: 'The Left Hand of Darkness' }).execute()
  expect(await db.selectFrom('books').select('title').orderBy('sort_title').execute()).toEqual([
    { title: 'The Dispossessed' },
    { title: 'The Left Hand of Darkness' },
    { title: 'The SQLite Manual' },
    { title: 'Solaris' },
  ])
})

test('the compiler knows what can be written', async () => {
  expect(await db.selectFrom('books').select('id').execute()).toHaveLength(3)
  // @ts-expect-error: `sort_title` is computed by the database
  await expect(db.insertInto('books').values({ title: 'x', sort_title: 'x' }).execute()).rejects.toThrow()
  // @ts-expect-error: `title` is NOT NULL and has no default
  await expect(db.insertInto('books').values({ kind: 'novel' }).execute()).rejects.toThrow('NOT NULL')
  // @ts-expect-error: a kind is one of two texts
  await expect(db.insertInto('books').values({ title: 'x', kind: 'poem' }).execute()).rejects.toThrow('CHECK')
})

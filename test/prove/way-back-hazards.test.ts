import Database from 'better-sqlite3'
import {
  boolean,
  converge,
  type DeclaredSchema,
  defineSchema,
  integer,
  planBack,
  sql,
  table,
  text,
} from 'sqlite-converge'
import { expect, test } from 'vitest'

/** What a way back warns of, from one declaration to another and back. */
async function wayBack(former: DeclaredSchema, declared: DeclaredSchema) {
  const db = new Database(':memory:')
  await converge(db, former)
  db.exec('INSERT INTO t (id) VALUES (1)')
  await converge(db, declared)
  const { plan } = await planBack(db)
  return { kind: plan.reverse.kind, codes: plan.hazards.map((hazard) => hazard.code) }
}

const declare = (columns: Parameters<typeof table>[0]): DeclaredSchema =>
  defineSchema({ t: table({ id: integer().notNull(), ...columns }).primaryKey(['id']) }) as unknown as DeclaredSchema

test('does not find suspicious what it brings back', async () => {
  const former = declare({ a: boolean().default('true') })
  const { codes } = await wayBack(former, declare({ a: boolean().default(true) }))
  expect(codes).toEqual([])
})

test('says what behaves otherwise again', async () => {
  const former = declare({ a: text().collate('nocase') })
  const { codes } = await wayBack(former, declare({ a: text() }))
  expect(codes).toEqual(['collation-change'])
})

test('is not said to be irreversible: nobody takes it back', async () => {
  const { kind, codes } = await wayBack(declare({}), declare({ a: text().notNull().backfill(sql`'filled'`) }))
  expect(kind).toBe('impossible')
  expect(codes).not.toContain('irreversible')
})

import { defineSchema, integer, table, text } from 'sqlite-converge'

const child = table({ parent: integer().notNull(), note: text() }).foreignKey(['parent'], 'parent', ['id'], {
  onDelete: 'cascade',
})

/** A table whose rows take their children with them. */
export const narrow = defineSchema({
  parent: table({ id: integer().notNull(), name: text() }).primaryKey(['id']),
  child,
})

/** The same, such that the parent has to be rebuilt. */
export const wide = defineSchema({
  parent: table({
    id: integer().notNull(),
    name: text().notNull().collate('nocase'),
    extra: text().notNull().default('none'),
  }).primaryKey(['id']),
  child,
})

export const rows = `
  INSERT INTO parent (id, name) VALUES (1, 'x'), (2, 'y'), (5, 'z');
  INSERT INTO child VALUES (1, 'a'), (1, 'b'), (5, 'c');
`

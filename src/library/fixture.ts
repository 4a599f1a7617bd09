import type { Insertable } from 'kysely'
import type { DeclaredSchema } from '../declare/define-schema.ts'
import type { InferDatabase, InferRow } from '../declare/infer.ts'
import { type ApplicationPragmas, setTestPragmas } from './application-pragmas.ts'
import { type FixtureCopy, openFixtureCopy } from './fixture-copy.ts'
import { insertRows, type Row, type WriteRow } from './insert-rows.ts'
import { type KyselyOptions, loadKysely } from './over-kysely.ts'
import { createTemplate, type Template, type TemplateHandle, type TemplateOptions } from './template.ts'

/**
 * Rows for the tables of a schema, as an insert of Kysely takes them: what the database fills may be left out, what it computes can't be given.
 * Views have them where an INSTEAD OF trigger takes them.
 *
 * @example
 * ```ts
 * import { defineSchema, type FixtureRows, integer, table, text } from 'sqlite-converge'
 *
 * const schema = defineSchema({ users: table({ id: integer(), name: text().notNull() }).primaryKey(['id']) })
 * const rows: FixtureRows<typeof schema> = { users: [{ name: 'Ada' }, { id: 7, name: 'Grace' }] }
 * ```
 */
export type FixtureRows<Schema extends DeclaredSchema<unknown>> = RowsOf<Schema['objects']>

/** The row of a table is looked at where rows are given for it, so that a schema of hundreds costs the compiler little. */
type RowsOf<Objects> = {
  readonly [Name in keyof Objects as TakesRows<Objects[Name]> extends true ? Name : never]?: readonly Readonly<
    Insertable<InferRow<Objects[Name]>>
  >[]
}

type TakesRows<Declared> = Declared extends { readonly writes: infer Writes }
  ? 'insert' extends Writes
    ? true
    : false
  : true

/** Options of a fixture. */
export interface FixtureOptions<Schema extends DeclaredSchema<unknown>> extends Omit<TemplateOptions, 'pragmas'> {
  /** Rows that every copy begins with, by their tables, in whatever order. `fill` comes after them. */
  readonly rows?: FixtureRows<Schema>
  /** Pragmas of every copy; foreign keys are enforced where nothing else is said. */
  readonly pragmas?: ApplicationPragmas
  /** Plugins and log of the Kysely instances. With plugins, Kysely writes the rows too, so that they make the values that SQLite stores. */
  readonly kysely?: KyselyOptions
}

/** A declared schema and its rows, of which each test opens a copy. */
export interface Fixture<Schema extends DeclaredSchema<unknown>> {
  /**
   * Opens a copy in memory that nobody else sees, with more rows if you give some. The template is made when the first copy is opened.
   *
   * @throws ConvergeError as `converge` does; `rows-do-not-fit`, `setup-failed`, `missing-dependency`
   */
  open<Handle = TemplateHandle>(options?: {
    readonly rows?: FixtureRows<Schema>
  }): Promise<FixtureCopy<InferDatabase<Schema>, Handle>>
  /** Closes all copies that are open: `afterEach(fixture.closeAll)`. */
  closeAll(): Promise<void>
}

/**
 * Makes databases for tests out of a declared schema and rows, checked against it by the compiler: the schema is created once, and each
 * test opens a copy of its own, in memory, for about what opening a database costs. For Vitest and any other runner.
 *
 * @example
 * ```ts
 * import { createFixture, defineSchema, integer, table, text } from 'sqlite-converge'
 *
 * const schema = defineSchema({
 *   books: table({ id: integer(), author_id: integer().notNull(), title: text().notNull() })
 *     .primaryKey(['id'])
 *     .foreignKey(['author_id'], 'authors', ['id']),
 *   authors: table({ id: integer(), name: text().notNull() }).primaryKey(['id']),
 * })
 * const fixture = createFixture(schema, {
 *   rows: { books: [{ author_id: 1, title: 'The Dispossessed' }], authors: [{ id: 1, name: 'Le Guin' }] },
 * })
 *
 * // In a test:
 * const { db, reset } = await fixture.open()
 * await db.deleteFrom('books').execute()
 * await reset()
 * console.log(await db.selectFrom('books').select('title').execute()) // [ { title: 'The Dispossessed' } ]
 * await fixture.closeAll()
 * ```
 * @throws Nothing yet: what is wrong with the schema or the rows is said by `open`.
 */
export function createFixture<const Schema extends DeclaredSchema<unknown>>(
  schema: Schema,
  options: FixtureOptions<Schema> = {},
): Fixture<Schema> {
  const { rows, pragmas, kysely, fill, ...how } = options
  const declared = schema as DeclaredSchema<unknown> as DeclaredSchema
  const copies = new OpenCopies()
  let made: Promise<Made> | undefined

  const make = async (): Promise<Made> => {
    await loadKysely()
    const write = await writerWith(kysely)
    const template = await createTemplate(schema, {
      ...how,
      fill: async (handle) => {
        setTestPragmas(handle, pragmas)
        if (rows !== undefined) insertRows(handle, declared, rows, write)
        await fill?.(handle)
      },
    })
    return { template, write }
  }

  return {
    open: async <Handle>(more: { readonly rows?: FixtureRows<Schema> } = {}) => {
      made ??= make()
      const { template, write } = await made
      const openCopy = (): TemplateHandle => {
        const handle = template.open()
        try {
          setTestPragmas(handle, pragmas)
          if (more.rows !== undefined) insertRows(handle, declared, more.rows, write)
          return handle
        } catch (error) {
          handle.close()
          throw error
        }
      }
      const copy = await openFixtureCopy<InferDatabase<Schema>>(openCopy, kysely)
      copies.add(copy)
      return { ...copy, handle: copy.handle as Handle }
    },
    closeAll: () => copies.close(),
  }
}

/** The copies that somebody holds; one that a test has let go of is nobody's to close: it goes with its memory. */
class OpenCopies {
  readonly #handles = new Set<WeakRef<object>>()
  readonly #closing = new WeakMap<object, () => Promise<void>>()

  add({ handle, close }: Pick<FixtureCopy<unknown>, 'handle' | 'close'>): void {
    for (const one of this.#handles) if (one.deref() === undefined) this.#handles.delete(one)
    this.#handles.add(new WeakRef(handle))
    this.#closing.set(handle, close)
  }

  async close(): Promise<void> {
    const handles = [...this.#handles].flatMap((one) => one.deref() ?? [])
    this.#handles.clear()
    await Promise.all(handles.map((handle) => this.#closing.get(handle)!()))
  }
}

interface Made {
  readonly template: Template
  readonly write: WriteRow | undefined
}

/** Writes the rows with Kysely where it has plugins. */
async function writerWith(kysely: KyselyOptions | undefined): Promise<WriteRow | undefined> {
  if (!kysely?.plugins?.length) return undefined
  const { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } = await loadKysely()
  const compiling = new Kysely<Record<string, Row>>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    plugins: kysely.plugins,
  })
  return (table, row) => {
    const insert = compiling.insertInto(table)
    return (Object.keys(row).length === 0 ? insert.defaultValues() : insert.values(row)).compile()
  }
}

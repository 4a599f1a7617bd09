/** Makes a database what its entities say: `node in-sync-task.mjs TOOL FILE TABLES`. Only what is needed is loaded. */
const [tool, file, tables] = process.argv.slice(2)

const range = (length) => Array.from({ length }, (_, at) => at)
const columns = range(19).map((at) => (at % 2 ? { type: 'integer', nullable: true } : { type: 'text' }))
const named = Object.fromEntries(columns.map((column, at) => [`c${at}`, column]))
const indexes = (table) => range(3).map((at) => ({ name: `i${table}_${at}`, on: [`c${at + 2}`, `c${at + 5}`] }))

const tasks = {
  typeorm: async () => {
    const { DataSource, EntitySchema } = await import('typeorm')
    const entities = range(Number(tables)).map(
      (table) =>
        new EntitySchema({
          name: `t${table}`,
          columns: { id: { type: 'integer', primary: true, generated: 'increment' }, ...named },
          indices: indexes(table).map(({ name, on }) => ({ name, columns: on })),
        }),
    )
    const source = await new DataSource({ type: 'better-sqlite3', database: file, entities }).initialize()
    await source.synchronize()
    await source.destroy()
  },
  'mikro-orm': async () => {
    const { EntitySchema, MikroORM } = await import('@mikro-orm/sqlite')
    const entities = range(Number(tables)).map(
      (table) =>
        new EntitySchema({
          name: `t${table}`,
          tableName: `t${table}`,
          properties: { id: { type: 'integer', primary: true, autoincrement: true }, ...named },
          indexes: indexes(table).map(({ name, on }) => ({ name, properties: on })),
        }),
    )
    const orm = await MikroORM.init({ entities, dbName: file })
    await orm.schema.update()
    await orm.close()
  },
}
await tasks[tool]()

import type Database from 'better-sqlite3'

/** Stands before every statement that somebody runs on a handle: it may look, do something else first, or throw. */
export type BeforeStatement = (sql: string, run: () => unknown) => unknown

/** The same handle, with somebody standing before its statements. */
export function withStatements(db: Database.Database, before: BeforeStatement): Database.Database {
  const prepare = (sql: string): object => {
    const statement = db.prepare(sql)
    return {
      reader: statement.reader,
      safeIntegers: (toggle?: boolean) => statement.safeIntegers(toggle),
      all: (...params: unknown[]) => before(sql, () => statement.all(...params)),
      run: (...params: unknown[]) => before(sql, () => statement.run(...params)),
    }
  }
  return new Proxy(db, {
    get(target, key) {
      if (key === 'prepare') return prepare
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

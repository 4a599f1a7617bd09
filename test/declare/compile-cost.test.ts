import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inspect } from '../../src/index.ts'
import { writeDeclaration } from '../../src/report/write-declaration.ts'
import { root, withFolder } from '../docs/snippets.ts'

/** What the compiler had to work out, which no other work on the machine changes. */
interface Cost {
  readonly errors: string
  readonly instantiations: number
}

async function compile(tables: number, use: string): Promise<Cost> {
  return withFolder(async (folder) => {
    const file = join(folder, 'tables.db')
    const make = `import { makeSchema } from './bench/make-schema.mjs'; makeSchema(process.argv[1], Number(process.argv[2]))`
    execFileSync(process.execPath, ['--input-type=module', '--eval', make, file, String(tables)], { cwd: root })
    const declaration = writeDeclaration(await inspect(file)).replace('export default', 'const schema =')
    writeFileSync(join(folder, 'schema.ts'), `${declaration}\n${use}`)
    const config = {
      extends: join(root, 'tsconfig.test.json'),
      compilerOptions: { rootDir: root, paths: { 'sqlite-converge': [join(root, 'dist/src/index.d.ts')] } },
      include: ['schema.ts'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder, '--extendedDiagnostics'], {
      encoding: 'utf8',
    })
    return {
      errors: stdout.match(/^.*error TS.*$/gm)?.join('\n') ?? '',
      instantiations: Number(/^Instantiations:\s+(\d+)$/m.exec(stdout)?.[1]),
    }
  })
}

const queries = `
import type { Kysely } from 'kysely'
import type { InferDatabase } from 'sqlite-converge'

declare const db: Kysely<InferDatabase<typeof schema>>
export const joined = await db
  .selectFrom('table_3')
  .innerJoin('table_2', 'table_2.id', 'table_3.column_1')
  .select(['table_3.id', 'table_2.column_2 as parent', 'table_3.column_3'])
  .where('table_3.column_0', '=', 'x')
  .executeTakeFirstOrThrow()
export const added = await db
  .insertInto('table_1')
  .values({ column_0: 'a', column_5: 'b', column_10: 'c', column_15: 'd' })
  .returningAll()
  .executeTakeFirstOrThrow()
export const [id, parent, third]: [number, string | null, number | null] = [joined.id, joined.parent, joined.column_3]
export const when: string | null = added.column_4
`

test('200 tables of 20 columns and two queries cost the compiler at most 150,000 instantiations', async () => {
  const { errors, instantiations } = await compile(200, queries)
  expect(errors).toBe('')
  expect(instantiations).toBeGreaterThan(1000)
  expect(instantiations).toBeLessThanOrEqual(150_000)
})

test('what they cost grows with the number of tables', async () => {
  const [few, many] = [await compile(50, queries), await compile(100, queries)]
  expect(many.instantiations / few.instantiations).toBeLessThan(2.2)
})

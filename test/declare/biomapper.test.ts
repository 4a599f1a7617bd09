import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import formerMappingCache from '../../schema/former/mapping-cache.ts'
import formerMetamapper from '../../schema/former/metamapper.ts'
import mappingCache from '../../schema/mapping-cache.ts'
import metamapper from '../../schema/metamapper.ts'
import type { DeclaredSchema } from '../../src/declare/define-schema.ts'
import { diffSchemas } from '../../src/diff/diff-schemas.ts'
import { fingerprint } from '../../src/diff/fingerprint.ts'
import { targetOf } from '../../src/introspect/load-target.ts'
import { readTarget } from '../../src/introspect/target.ts'
import { schemaOf } from '../introspect/schema-of.ts'

const fixture = (name: string) =>
  schemaOf(readFileSync(new URL(`../fixtures/biomapper/${name}.sql`, import.meta.url), 'utf8'))

describe('what the repository declares is what biomapper has', () => {
  test.each<[string, DeclaredSchema, string, number]>([
    ['mapping_cache.db', mappingCache, 'mapping-cache.after', 9],
    ['mapping_cache.db as it was', formerMappingCache, 'mapping-cache.before', 9],
    ['metamapper.db as it was', formerMetamapper, 'metamapper.before', 21],
  ])('%s', (_, declared, name, tables) => {
    const [found, wanted] = [readTarget(targetOf(declared)), fixture(name)]
    expect(found.tables).toHaveLength(tables)
    expect(diffSchemas(found, wanted)).toEqual([])
    expect(fingerprint(found)).toBe(fingerprint(wanted))
  })

  test('metamapper.db, except that entity_type has a default: rows that exist need a value', () => {
    const [found, wanted] = [readTarget(targetOf(metamapper)), fixture('metamapper.after')]
    expect(found.tables).toHaveLength(21)
    expect(diffSchemas(wanted, found)).toMatchObject([
      {
        kind: 'change-default',
        table: 'mapping_paths',
        from: { name: 'entity_type' },
        to: { name: 'entity_type', default: { expression: { text: "'default_entity_type'" } } },
      },
    ])
  })
})

test('the worked example says which values the rows that exist get', () => {
  expect(targetOf(metamapper).backfills).toMatchObject([{ table: 'mapping_paths', column: 'entity_type' }])
  expect(targetOf(mappingCache).backfills).toEqual([])
})

test('a metamapper.db that has been used has what the declaration does not: its history', () => {
  const script = ['metamapper.before', 'metamapper.lived-in']
    .map((name) => readFileSync(new URL(`../fixtures/biomapper/${name}.sql`, import.meta.url), 'utf8'))
    .join('\n')
  const lived = schemaOf(script)
  expect(lived.unsupported).toEqual([])
  const kinds = diffSchemas(readTarget(targetOf(formerMetamapper)), lived).map((change) => change.kind)
  expect(kinds).toEqual(['create-table', 'create-index', 'create-index', 'create-trigger', 'create-trigger'])
})

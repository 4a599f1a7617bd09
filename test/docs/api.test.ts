import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiLists, publicExports } from './api.ts'
import { root } from './snippets.ts'

const exported = publicExports()

test('every export has a docstring, and what is called or made has an example', () => {
  expect(exported.length).toBeGreaterThan(60)
  expect(exported.filter(({ says }) => says === '').map(({ name }) => name)).toEqual([])
  const shown = exported.filter(({ kind }) => kind !== 'type')
  expect(shown.filter(({ hasExample }) => !hasExample).map(({ name }) => name)).toEqual([])
})

test('docs/api.md lists every export, and no other; UPDATE_PAGES=1 writes it', () => {
  const page = join(root, 'docs/api.md')
  const text = readFileSync(page, 'utf8')
  const [head, tail] = [text.slice(0, text.indexOf('\n## ') + 1), text.slice(text.indexOf('\n## ') + 1)]
  const wanted = apiLists(exported)
  if (process.env.UPDATE_PAGES === '1') writeFileSync(page, head + wanted)
  else expect(tail).toBe(wanted)
})

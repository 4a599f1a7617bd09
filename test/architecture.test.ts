import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

/** What each folder of src/ may import from the others; `types` of a folder may be imported as types only. */
const layers: Readonly<Record<string, { readonly values: readonly string[]; readonly types?: readonly string[] }>> = {
  model: { values: [] },
  sql: { values: ['model'] },
  engine: { values: ['model'] },
  declare: { values: ['model', 'sql'] },
  introspect: { values: ['model', 'sql', 'declare', 'engine'] },
  diff: { values: ['model', 'sql'] },
  plan: { values: ['model', 'sql', 'diff'] },
  prove: { values: ['introspect', 'plan', 'engine', 'diff', 'sql', 'model'] },
  apply: { values: ['prove', 'plan', 'introspect', 'engine', 'diff', 'sql', 'model'] },
  many: { values: ['apply', 'prove', 'introspect', 'engine', 'model'] },
  report: { values: ['model', 'sql', 'diff'], types: ['plan', 'prove', 'apply', 'many'] },
  config: { values: ['apply', 'plan', 'introspect', 'engine', 'model'] },
  library: {
    values: ['report', 'many', 'apply', 'prove', 'plan', 'diff', 'introspect', 'declare', 'engine', 'sql', 'model'],
  },
  commands: {
    values: [
      'config',
      'library',
      'report',
      'many',
      'apply',
      'prove',
      'plan',
      'diff',
      'introspect',
      'declare',
      'engine',
      'sql',
      'model',
    ],
  },
}

/** The files that are no part of a folder: the public API, the process that holds a connection, and the command line. */
const entries: Readonly<Record<string, readonly string[]>> = {
  'src/index.ts': Object.keys(layers).filter((layer) => layer !== 'commands'),
  'src/child.ts': ['engine', 'introspect', 'model'],
  'cli.ts': ['commands'],
}

/** What opens or changes a database has no business in what is pure. */
const pure: readonly string[] = ['model', 'sql', 'declare', 'diff', 'plan', 'report']

interface Import {
  readonly from: string
  /** A path from the root of the project, or the name of a package. */
  readonly to: string
  readonly typeOnly: boolean
}

const root = fileURLToPath(new URL('../', import.meta.url))
const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `src/${file.split(sep).join('/')}`)
  .concat(existsSync(join(root, 'cli.ts')) ? ['cli.ts'] : [])
  .sort()
const imports = files.flatMap(importsOf)

test('every file is in a layer, or is an entry', () => {
  expect(files.filter((file) => layerOf(file) === undefined && entries[file] === undefined)).toEqual([])
})

test('the imports are found: from a file, from a package, as a type, and at run time', () => {
  const among = (from: string, to: string, typeOnly: boolean): boolean =>
    imports.some((one) => one.from === from && one.to === to && one.typeOnly === typeOnly)
  expect(among('src/sql/token.ts', 'src/model/name.ts', false)).toBe(false)
  expect(among('src/sql/normal.ts', 'src/sql/token.ts', false)).toBe(true)
  expect(among('src/sql/cursor.ts', 'src/model/schema.ts', true)).toBe(true)
  expect(among('src/engine/open.ts', 'better-sqlite3', false)).toBe(true)
  expect(among('src/introspect/load-module.ts', 'src/declare/index.ts', false)).toBe(true)
  expect(among('src/index.ts', 'src/declare/index.ts', false)).toBe(true)
})

test('what is imported from the project exists', () => {
  const missing = imports.filter(({ to }) => to.startsWith('src/') && !files.includes(to))
  expect(missing.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

describe.each(Object.entries(layers))('%s', (layer, { values, types = [] }) => {
  test('imports only what is below it', () => {
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      const target = layerOf(to)
      if (layerOf(from) !== layer || !(to.startsWith('src/') || to === 'cli.ts') || target === layer) return false
      return target === undefined || !(values.includes(target) || (typeOnly && types.includes(target)))
    })
    expect(wrong.map(({ from, to, typeOnly }) => `${from} imports ${typeOnly ? 'types of ' : ''}${to}`)).toEqual([])
  })
})

test.each(Object.entries(entries))('%s imports only what it may', (entry, allowed) => {
  const wrong = imports.filter(
    ({ from, to }) => from === entry && to.startsWith('src/') && !allowed.includes(layerOf(to) ?? ''),
  )
  expect(wrong.map(({ to }) => to)).toEqual([])
})

test.each(pure)('%s opens no database', (layer) => {
  const wrong = imports.filter(
    ({ from, to }) =>
      layerOf(from) === layer && (to === 'better-sqlite3' || to === 'kysely' || layerOf(to) === 'engine'),
  )
  expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
})

test('no layer is reached again from a layer below it', () => {
  const reaches = (layer: string, seen: readonly string[]): readonly string[] | undefined => {
    if (seen.includes(layer)) return [...seen, layer]
    const { values, types = [] } = layers[layer]!
    for (const next of [...values, ...types]) {
      const circle = reaches(next, [...seen, layer])
      if (circle !== undefined) return circle
    }
    return undefined
  }
  expect(reaches('commands', [])).toBeUndefined()
})

function layerOf(path: string): string | undefined {
  const [top, layer, ...rest] = path.split('/')
  return top === 'src' && rest.length > 0 && layer !== undefined && layer in layers ? layer : undefined
}

function importsOf(file: string): readonly Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true)
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return
    const { text } = specifier
    const path = text.startsWith('.') ? relative(root, resolve(dirname(join(root, file)), text)) : text
    found.push({ from: file, to: path.split(sep).join('/'), typeOnly })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause !== undefined && isTypeOnly(node.importClause))
    else if (ts.isExportDeclaration(node)) {
      const named =
        node.exportClause !== undefined && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : []
      add(node.moduleSpecifier, node.isTypeOnly || (named.length > 0 && named.every((element) => element.isTypeOnly)))
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true)
    else if (ts.isNewExpression(node) && node.expression.getText() === 'URL') {
      // A worker is started from a file: `new URL('./worker.ts', import.meta.url)`.
      const [first] = node.arguments ?? []
      if (first !== undefined && ts.isStringLiteralLike(first) && /^\.{1,2}\/.*\.[jt]s$/.test(first.text))
        add(first, false)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function isTypeOnly(clause: ts.ImportClause): boolean {
  const { isTypeOnly: whole, name, namedBindings } = clause
  if (whole || name !== undefined || namedBindings === undefined) return whole
  return ts.isNamedImports(namedBindings) && namedBindings.elements.every((element) => element.isTypeOnly)
}

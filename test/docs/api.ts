import { join, relative, sep } from 'node:path'
import ts from 'typescript'
import { root } from './snippets.ts'

/** One export of the package. */
export interface Export {
  readonly name: string
  readonly kind: 'function' | 'class' | 'value' | 'type'
  /** Where it is made: `src/library/plan.ts`. */
  readonly file: string
  /** The text of its docstring, without its tags. */
  readonly says: string
  readonly hasExample: boolean
}

/** Everything that `import … from 'sqlite-converge'` gives, types too, by name. */
export function publicExports(): readonly Export[] {
  const entry = join(root, 'src/index.ts')
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [entry], include: [] }, ts.sys, root)
  const program = ts.createProgram([entry], { ...options, noEmit: true })
  const checker = program.getTypeChecker()
  const found = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!)
  return found
    .map((one) => {
      const symbol = one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one
      return {
        name: one.name,
        kind: kindOf(symbol),
        file: relative(root, symbol.declarations![0]!.getSourceFile().fileName).split(sep).join('/'),
        says: ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, ' '),
        hasExample: symbol.getJsDocTags(checker).some((tag) => tag.name === 'example'),
      }
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

function kindOf({ flags }: ts.Symbol): Export['kind'] {
  if (flags & ts.SymbolFlags.Function) return 'function'
  if (flags & ts.SymbolFlags.Class) return 'class'
  return flags & ts.SymbolFlags.Value ? 'value' : 'type'
}

/** The lists of docs/api.md. */
export function apiLists(exports: readonly Export[]): string {
  const declares = ({ file }: Export): boolean => file.startsWith('src/declare/')
  const parts: readonly (readonly [string, (one: Export) => boolean])[] = [
    ['With a database', (one) => one.kind !== 'type' && !declares(one)],
    ['To declare a schema', (one) => one.kind !== 'type' && declares(one)],
    ['Types', (one) => one.kind === 'type'],
  ]
  return parts
    .map(([title, belongs]) => {
      const rows = exports
        .filter(belongs)
        .map(({ name, kind, says }) => `| \`${name}\` | ${kind} | ${firstSentence(says)} |\n`)
      return `## ${title}\n\n| | | |\n|---|---|---|\n${rows.join('')}`
    })
    .join('\n')
}

function firstSentence(text: string): string {
  return (/^.*?\.(?= |$)/.exec(text)?.[0] ?? text).replaceAll('|', '\\|')
}

import * as declaration from '../../src/declare/index.ts'

/** What a declaration that our writer made declares, without a file and a loader: its imports are what we hand it. */
export function declare(text: string): declaration.DeclaredSchema {
  const [imports = '', body = ''] = text.split("from 'sqlite-converge'\n")
  const names = imports.replace(/^import \{|\}\s*$/g, '').trim()
  const run = new Function('all', `const { ${names} } = all\n${body.replace('export default', 'return')}`)
  return run(declaration) as declaration.DeclaredSchema
}

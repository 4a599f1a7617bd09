import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { examplesOf, root } from './snippets.ts'

/** Every example in a docstring of the source. */
export const docstrings: readonly { readonly file: string; readonly code: string }[] = readdirSync(join(root, 'src'), {
  recursive: true,
  encoding: 'utf8',
})
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join(root, 'src', file))
  .flatMap((file) => examplesOf(file).map((code) => ({ file, code })))

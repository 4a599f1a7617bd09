import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Type-checks files in one program, as `tsc -p tsconfig.test.json` does; one line for each thing that is wrong. */
export function typeCheck(files: readonly string[]): readonly string[] {
  const { config } = ts.readConfigFile(`${root}tsconfig.test.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [...files] }, ts.sys, root)
  const program = ts.createProgram([...files], options)
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
}

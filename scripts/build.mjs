/**
 * Builds `dist/`: the types by tsc, a file for each of the source; the code by rolldown, in few files, since to find and read a file takes longer
 * than to run what is in it.
 *
 *     npm run build
 *     node scripts/build.mjs --list     with what is in each file
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const root = inRoot('.')

/** What is started by its name. */
const entries = ['cli', 'src/index', 'src/child', 'src/many/worker']

/**
 * Some modules, and all that they import at once, are one file each; what is in both is a third, so that the library is without the commands.
 * What is imported when it is needed remains a file of its own.
 */
const files = {
  // All that `schema plan` takes where nothing differs.
  'in-sync': ['cli.ts', 'src/commands/plan.ts'],
  library: ['src/index.ts'],
}

function fileOf(id, graph) {
  if (graph.getModuleInfo(id)?.isEntry) return null
  const [one = null, another] = Object.keys(files).filter((name) => withImports(name, graph).has(id))
  return another === undefined ? one : 'shared'
}

const found = new Map()

function withImports(name, graph) {
  if (!found.has(name)) {
    const modules = new Set(files[name].map(inRoot))
    for (const id of modules) for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) modules.add(imported)
    found.set(name, modules)
  }
  return found.get(name)
}

// From nothing, so that a file deleted from src/ is not shipped from an old build.
rmSync(inRoot('dist'), { recursive: true, force: true })
const types = ['-p', 'tsconfig.json', '--emitDeclarationOnly']
execFileSync(process.execPath, [inRoot('node_modules/typescript/bin/tsc'), ...types], { cwd: root, stdio: 'inherit' })
const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'))
const bundle = await rolldown({
  cwd: root,
  platform: 'node',
  input: Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`])),
  external: /^[^./]/,
  transform: { define: { BUILT_VERSION: JSON.stringify(version) } },
  // As `includeDependenciesRecursively: false` wants it.
  preserveEntrySignatures: 'allow-extension',
  // An `import()` of what is there anyway by another way is no mistake.
  checks: { ineffectiveDynamicImport: false },
})
const { output } = await bundle.write({
  dir: 'dist',
  // As deep as the folders of src/: what is found from there is found from here.
  chunkFileNames: 'src/chunks/[name].js',
  codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: fileOf, debugName: 'files' }] },
})
await bundle.close()
// npm makes a bin executable when it installs one, but not in this checkout.
chmodSync(inRoot('dist/cli.js'), 0o755)
if (process.argv.includes('--list')) {
  for (const { fileName, code, moduleIds } of output) {
    console.log(`${fileName}, ${code.length} bytes`)
    for (const id of moduleIds) console.log(`  ${id.slice(root.length)}`)
  }
}

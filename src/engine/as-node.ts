/**
 * The environment in which `process.execPath` is Node. In an Electron application it is the application, unless this variable is
 * set: https://www.electronjs.org/docs/latest/api/environment-variables#electron_run_as_node
 */
export function asNode(): NodeJS.ProcessEnv {
  return { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
}

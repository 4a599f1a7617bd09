import { converge, revert } from '../../dist/src/index.js'

/** The library, with its defaults: the target is a script or a declaration. */
const [file, task, target] = process.argv.slice(2)
await (task === 'after' ? converge(file, target) : revert(file))

// tsc writes plain files; npm makes a bin executable when it installs one, but not in this checkout.
import { chmodSync } from 'node:fs'

chmodSync(new URL('../dist/cli.js', import.meta.url), 0o755)

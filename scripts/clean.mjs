// A build starts from nothing, so that a file deleted from src/ is not shipped from an old build.
import { rmSync } from 'node:fs'

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })

/** What the compiler refuses in a config, and what it lets pass: `tsc -p tsconfig.test.json` is the test. */
import { type Config, defineConfig } from 'sqlite-converge'

const config: Config = defineConfig({
  databases: {
    library: {
      path: ['a.db', 'more/*.db'],
      to: 'schema.ts',
      exclude: ['legacy_*'],
      allow: ['drop-view', 'data-loss'],
      pragmas: { cache_size: -64_000, synchronous: 'normal', cache_spill: false },
      loadExtensions: ['./unicase.so'],
      setup: 'functions.ts',
      journal: false,
      keep: false,
      fast: true,
    },
  },
})

// @ts-expect-error: a config says which databases there are
defineConfig({})
// @ts-expect-error: a database has a target
defineConfig({ databases: { app: { path: 'a.db' } } })
// @ts-expect-error: `excludes` is called `exclude`
defineConfig({ databases: { app: { path: 'a.db', to: 'a.ts', excludes: ['a'] } } })
// @ts-expect-error: no hazard is called `drop-tabel`
defineConfig({ databases: { app: { path: 'a.db', to: 'a.ts', allow: ['drop-tabel'] } } })
// @ts-expect-error: foreign keys are not for a config to switch
defineConfig({ databases: { app: { path: 'a.db', to: 'a.ts', pragmas: { foreign_keys: true } } } })
// @ts-expect-error: a mode that loses a database with a crash
defineConfig({ databases: { app: { path: 'a.db', to: 'a.ts', pragmas: { journal_mode: 'off' } } } })
// @ts-expect-error: a target is a path
defineConfig({ databases: { app: { path: 'a.db', to: config } } })

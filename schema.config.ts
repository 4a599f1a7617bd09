import { defineConfig } from 'sqlite-converge'

/** The two databases of the worked example; `npm run demo` makes them. */
export default defineConfig({
  databases: {
    // The application keeps a history of its own, which is declared nowhere.
    metamapper: {
      path: 'demo/metamapper.db',
      to: 'schema/metamapper.ts',
      exclude: ['mapping_paths_history', 'trg_*'],
    },
    mapping_cache: { path: 'demo/mapping_cache.db', to: 'schema/mapping-cache.ts' },
  },
})

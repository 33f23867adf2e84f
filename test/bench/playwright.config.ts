import { defineConfig } from '@playwright/test'

/** Measurements on the running app; `npm run bench:*` starts them, tests don't. */
export default defineConfig({
  testDir: '.',
  workers: 1,
  timeout: 15 * 60_000,
  expect: { timeout: 30_000 },
  reporter: 'line',
  outputDir: '../../test-results/bench'
})

import { defineConfig } from '@playwright/test'

/** One app at a time: each test starts its own, and two would compete for the machine's cores. */
export default defineConfig({
  testDir: 'test/e2e',
  workers: 1,
  timeout: 60_000,
  // Software rendering on two shared cores: slow is not wrong. A second try is reported as flaky.
  expect: { timeout: 10_000 },
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  outputDir: 'test-results/e2e'
})

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSummary, sumCounts, summaryLine } from './run/testSummary.mjs'
import { testResults } from './setup/paths.mjs'

/** The last line of a CI run: all suites together. One that left no summary counts as a failure. */
const counts = ['summary.txt', 'training-summary.txt'].map((name) => {
  const file = join(testResults, name)
  return parseSummary(existsSync(file) ? readFileSync(file, 'utf8') : '')
})
console.log(summaryLine(sumCounts(counts)))

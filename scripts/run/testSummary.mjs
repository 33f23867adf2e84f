/**
 * What test runners report, reduced to counts. `failed` counts what keeps the run from being good: failed
 * tests, files that could not be loaded and errors outside any test.
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} TestCounts
 *
 * @typedef {object} VitestReport the part of Vitest's JSON report read here
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults
 *
 * @typedef {object} PlaywrightReport the part of Playwright's JSON report read here
 * @property {{ expected: number, unexpected: number, flaky: number, skipped: number }} stats
 * @property {unknown[]} errors
 */

/** @param {VitestReport} report @returns {TestCounts} */
export function countVitest(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests
  }
}

/** @param {PlaywrightReport} report @returns {TestCounts} */
export const countPlaywright = ({ stats, errors }) => ({
  passed: stats.expected + stats.flaky,
  failed: stats.unexpected + errors.length,
  skipped: stats.skipped
})

/**
 * What Python's unittest wrote at its end (to stderr).
 *
 * @param {string} output
 * @returns {TestCounts | null} null when it did not get that far
 */
export function countUnittest(output) {
  const ran = /^Ran (\d+) tests? in /m.exec(output)
  if (ran === null) return null
  /** @param {string} word */
  const count = (word) => Number(new RegExp(`\\b${word}=(\\d+)`).exec(output.slice(ran.index))?.[1] ?? 0)
  const failed = count('failures') + count('errors') + count('unexpected successes')
  const skipped = count('skipped')
  return { passed: Number(ran[1]) - failed - skipped, failed, skipped }
}

/**
 * A runner that failed without saying so in its report (crash, no report) is one failure.
 *
 * @param {TestCounts | null} counts null when there is no report
 * @param {number | null} exitCode
 * @returns {TestCounts}
 */
export function judgeRun(counts, exitCode) {
  const known = counts ?? { passed: 0, failed: 0, skipped: 0 }
  const silent = (counts === null || exitCode !== 0) && known.failed === 0
  return silent ? { ...known, failed: 1 } : known
}

/** @param {readonly TestCounts[]} runs @returns {TestCounts} */
export const sumCounts = (runs) => ({
  passed: runs.reduce((sum, run) => sum + run.passed, 0),
  failed: runs.reduce((sum, run) => sum + run.failed, 0),
  skipped: runs.reduce((sum, run) => sum + run.skipped, 0)
})

/** The line that ends every test run. @param {TestCounts} counts */
export const summaryLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`

/**
 * Reads such a line back.
 *
 * @param {string} text
 * @returns {TestCounts} one failure where there is no such line
 */
export function parseSummary(text) {
  const found = /^(\d+) passed, (\d+) failed/m.exec(text)
  return found === null
    ? { passed: 0, failed: 1, skipped: 0 }
    : { passed: Number(found[1]), failed: Number(found[2]), skipped: 0 }
}

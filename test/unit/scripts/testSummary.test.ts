import { expect, test } from 'vitest'
import {
  countPlaywright,
  countUnittest,
  countVitest,
  judgeRun,
  parseSummary,
  sumCounts,
  summaryLine
} from '../../../scripts/run/testSummary.mjs'

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test }))
})

test('Vitest: a file that could not be loaded is a failure of its own', () => {
  const testResults = [
    file('passed', 'passed', 'passed', 'skipped'),
    file('failed', 'passed', 'failed'),
    file('failed')
  ]
  const report = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 1, testResults }
  expect(countVitest(report)).toEqual({ passed: 3, failed: 2, skipped: 1 })
})

test('Playwright: flaky tests passed in the end; errors outside tests are failures', () => {
  const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{}] }
  expect(countPlaywright(report)).toEqual({ passed: 5, failed: 2, skipped: 2 })
})

const good = { passed: 3, failed: 0, skipped: 0 }

test.each([
  ['all well', good, 0, good],
  ['failed tests say it themselves', { ...good, failed: 2 }, 1, { ...good, failed: 2 }],
  ['a crash after good tests', good, 1, { ...good, failed: 1 }],
  ['killed', good, null, { ...good, failed: 1 }],
  ['no report', null, 0, { passed: 0, failed: 1, skipped: 0 }]
])('%s', (_, counts, exitCode, expected) => {
  expect(judgeRun(counts, exitCode)).toEqual(expected)
})

test('the last line', () => {
  const total = sumCounts([good, { passed: 2, failed: 1, skipped: 4 }])
  expect(total).toEqual({ passed: 5, failed: 1, skipped: 4 })
  expect(summaryLine(total)).toBe('5 passed, 1 failed')
})

test.each([
  ['Ran 29 tests in 19.079s\n\nOK\n', { passed: 29, failed: 0, skipped: 0 }],
  ['Ran 1 test in 0.1s\n\nOK (skipped=1)\n', { passed: 0, failed: 0, skipped: 1 }],
  [
    '…\nRan 9 tests in 1s\n\nFAILED (failures=2, errors=1, skipped=1)\n',
    { passed: 5, failed: 3, skipped: 1 }
  ],
  ['ModuleNotFoundError: No module named torch', null]
])('unittest: %j', (output, counts) => expect(countUnittest(output)).toEqual(counts))

test('a summary is read back; a suite that left none counts as a failure', () => {
  expect(parseSummary(`${summaryLine({ passed: 7, failed: 2, skipped: 0 })}\n`)).toEqual({
    passed: 7,
    failed: 2,
    skipped: 0
  })
  expect(parseSummary('')).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { countPlaywright, countVitest, judgeRun, sumCounts, summaryLine } from './run/testSummary.mjs'
import { startVirtualDisplay } from './run/virtualDisplay.mjs'
import { ensureBuild, packageCommand } from './setup/build.mjs'
import { runCommand } from './setup/command.mjs'
import { runEntry, SetupError } from './setup/console.mjs'
import { testPackages } from './setup/debianPackages.mjs'
import { testResults } from './setup/paths.mjs'
import { prepareElectron, prepareNode } from './setup/prepare.mjs'
import { ensureDebianPackages } from './setup/systemPackages.mjs'

/** `node scripts/test.mjs [unit|e2e] [the runner's own arguments]`; without a name both, one after the other. */

const unitReport = join(testResults, 'unit.json')
/** playwright.config.ts writes it. */
const e2eReport = join(testResults, 'e2e.json')

/** @param {string} file */
const readReport = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null)

/** Vitest: unit and integration tests. @param {readonly string[]} args */
async function runUnit(args) {
  await rm(unitReport, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`]
  const command = [packageCommand('vitest/vitest.mjs'), 'run', ...reporters, ...args]
  const { code } = await runCommand(process.execPath, command)
  const report = readReport(unitReport)
  return judgeRun(report === null ? null : countVitest(report), code)
}

/** Playwright: the built app on one virtual display. @param {readonly string[]} args */
async function runE2e(args) {
  await rm(e2eReport, { force: true })
  const display = process.platform === 'linux' ? await startVirtualDisplay() : null
  try {
    const command = [packageCommand('@playwright/test/cli.js'), 'test', '--pass-with-no-tests', ...args]
    const { code } = await runCommand(process.execPath, command, { env: { ...process.env, ...display?.env } })
    const report = readReport(e2eReport)
    return judgeRun(report === null ? null : countPlaywright(report), code)
  } finally {
    await display?.stop()
  }
}

await runEntry(async () => {
  const [name, ...args] = process.argv.slice(2)
  if (name !== undefined && name !== 'unit' && name !== 'e2e')
    throw new SetupError(`No tests are called ${name}.`)
  await mkdir(testResults, { recursive: true })
  await ensureDebianPackages(testPackages)
  if (name === 'unit') await prepareNode()
  else {
    await prepareElectron({ display: process.platform === 'linux', retryElectron: false })
    await ensureBuild()
  }
  const runs = []
  if (name !== 'e2e') runs.push({ title: 'unit and integration', counts: await runUnit(args) })
  if (name !== 'unit') runs.push({ title: 'end to end', counts: await runE2e(args) })

  console.log()
  for (const { title, counts } of runs) {
    console.log(`${title}: ${summaryLine(counts)}, ${counts.skipped} skipped`)
  }
  const total = sumCounts(runs.map((run) => run.counts))
  const line = summaryLine(total)
  await writeFile(join(testResults, 'summary.txt'), `${line}\n`)
  console.log(line)
  return total.failed === 0 ? 0 : 1
})

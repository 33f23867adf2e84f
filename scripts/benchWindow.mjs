import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startVirtualDisplay } from './run/virtualDisplay.mjs'
import { ensureBuild, packageCommand } from './setup/build.mjs'
import { runCommand } from './setup/command.mjs'
import { runEntry, SetupError } from './setup/console.mjs'
import { prepareElectron } from './setup/prepare.mjs'

/**
 * `node scripts/benchWindow.mjs <bench> [--json file] [the bench's own options]`: the app as a person runs it, measured by
 * `test/bench/<bench>.spec.ts`, which says what.
 */

/** Options and their defaults, by bench; the specs get them as DEPTHDECK_BENCH_… @type {Record<string, Record<string, string>>} */
const benches = {
  robot: { seconds: '20', stops: '50' },
  debugger: { seconds: '60', seeks: '200' }
}

await runEntry(async () => {
  const [bench = '', ...args] = process.argv.slice(2)
  const defaults = benches[bench]
  if (defaults === undefined) throw new SetupError(`No bench is called ${bench}.`)
  const own = Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: value }])
  /** @type {Record<string, unknown>} */
  const values = parseArgs({ args, options: { json: { type: 'string' }, ...Object.fromEntries(own) } }).values
  await prepareElectron({ display: process.platform === 'linux', retryElectron: false })
  await ensureBuild()
  const display = process.platform === 'linux' ? await startVirtualDisplay() : null
  try {
    const given = { ...values, ...(typeof values['json'] === 'string' && { json: resolve(values['json']) }) }
    const options = Object.entries(given).map(([name, value]) => [
      `DEPTHDECK_BENCH_${name.toUpperCase()}`,
      value
    ])
    const env = { ...process.env, ...display?.env, ...Object.fromEntries(options) }
    const command = [
      packageCommand('@playwright/test/cli.js'),
      'test',
      '--config=test/bench',
      `${bench}.spec`
    ]
    return (await runCommand(process.execPath, command, { env })).code ?? 1
  } finally {
    await display?.stop()
  }
})

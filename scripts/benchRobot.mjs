import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startVirtualDisplay } from './run/virtualDisplay.mjs'
import { ensureBuild, packageCommand } from './setup/build.mjs'
import { runCommand } from './setup/command.mjs'
import { runEntry } from './setup/console.mjs'
import { prepareElectron } from './setup/prepare.mjs'

/**
 * `npm run bench:robot -- [--json file] [--seconds 20] [--stops 50]`: the app as a person runs it, on two emulated arms;
 * `test/bench/robot.spec.ts` says what is measured.
 */
await runEntry(async () => {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      seconds: { type: 'string', default: '20' },
      stops: { type: 'string', default: '50' }
    }
  })
  await prepareElectron({ display: process.platform === 'linux', retryElectron: false })
  await ensureBuild()
  const display = process.platform === 'linux' ? await startVirtualDisplay() : null
  try {
    const env = {
      ...process.env,
      ...display?.env,
      DEPTHDECK_BENCH_SECONDS: values.seconds,
      DEPTHDECK_BENCH_STOPS: values.stops,
      ...(values.json !== undefined && { DEPTHDECK_BENCH_JSON: resolve(values.json) })
    }
    const command = [packageCommand('@playwright/test/cli.js'), 'test', '--config=test/bench']
    return (await runCommand(process.execPath, command, { env })).code ?? 1
  } finally {
    await display?.stop()
  }
})

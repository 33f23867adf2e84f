import { join } from 'node:path'
import { appEnvironment } from './run/launchApp.mjs'
import { startVirtualDisplay } from './run/virtualDisplay.mjs'
import { ensureBuild } from './setup/build.mjs'
import { runCommand } from './setup/command.mjs'
import { runEntry } from './setup/console.mjs'
import { buildOutput } from './setup/paths.mjs'
import { prepareElectron } from './setup/prepare.mjs'

/**
 * `npm run bench:recorder -- [--json file] [--seconds 60] [--kills 20] [--corrupt 200]`: what is measured is said in
 * `test/bench/recorder/measure.ts`.
 */
await runEntry(async () => {
  const electron = await prepareElectron({ display: process.platform === 'linux', retryElectron: false })
  await ensureBuild()
  const display = process.platform === 'linux' ? await startVirtualDisplay() : null
  try {
    const env = {
      ...appEnvironment(electron, display),
      DEPTHDECK_BENCH_ELECTRON: JSON.stringify([electron.executable, ...electron.args])
    }
    const command = [join(buildOutput, 'main', 'benchRecorder.cjs'), ...process.argv.slice(2)]
    return (await runCommand(process.execPath, command, { env })).code ?? 1
  } finally {
    await display?.stop()
  }
})

import { appEnvironment } from './run/launchApp.mjs'
import { electronViteCommand } from './setup/build.mjs'
import { runCommand } from './setup/command.mjs'
import { runEntry } from './setup/console.mjs'
import { prepareElectron } from './setup/prepare.mjs'

/** `npm run dev -- [the app's own flags]`: the app with its renderer served and reloaded on change. */
await runEntry(async () => {
  const electron = await prepareElectron({ display: false, retryElectron: false })
  // electron-vite knows the executable and the sandbox by these two names only.
  const env = {
    ...appEnvironment(electron, null),
    ELECTRON_EXEC_PATH: electron.executable,
    ...(electron.args.includes('--no-sandbox') ? { NO_SANDBOX: '1' } : {})
  }
  const flags = process.argv.slice(2)
  const args = [electronViteCommand, 'dev', '--watch', ...(flags.length > 0 ? ['--', ...flags] : [])]
  return (await runCommand(process.execPath, args, { env })).code ?? 1
})

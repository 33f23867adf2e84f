import { splitArguments } from './run/launcherArguments.mjs'
import { launchApp } from './run/launchApp.mjs'
import { startVirtualDisplay } from './run/virtualDisplay.mjs'
import { ensureBuild } from './setup/build.mjs'
import { runEntry, SetupError } from './setup/console.mjs'
import { prepareElectron } from './setup/prepare.mjs'

/** `npm start -- [--headless] [--verbose] [--retry-electron] [the app's own flags]` */
await runEntry(async () => {
  const { headless, verbose, retryElectron, app } = splitArguments(process.argv.slice(2))
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && !headless && !DISPLAY && !WAYLAND_DISPLAY) {
    throw new SetupError(
      'There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open.\n' +
        'Run the app on a virtual display instead:\n\n  npm start -- --headless --seconds 30 --screenshot depthdeck.png'
    )
  }
  const virtual = headless && process.platform === 'linux'
  const electron = await prepareElectron({ display: virtual, retryElectron })
  await ensureBuild()
  if (electron.args.includes('--no-sandbox')) {
    console.log(
      "Running as root, which Chromium's sandbox does not support: it is off. Use an ordinary user with real robots."
    )
  }
  const display = virtual ? await startVirtualDisplay() : null
  try {
    return await launchApp({ electron, display, headless, verbose, args: app })
  } finally {
    await display?.stop()
  }
})

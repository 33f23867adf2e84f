import { ensureBuild } from './build.mjs'
import { ensureElectron } from './electron.mjs'
import { electronEnvironment } from './electronChoice.mjs'
import { ensureNodeModules } from './nodeModules.mjs'
import { checkVirtualDisplay, ensureSystemPackages } from './systemPackages.mjs'

/** What plain Node programs and tests without a window need: npm packages and the built app. */
export async function prepareNode() {
  await ensureNodeModules()
  await ensureBuild()
}

/**
 * What running the app needs. System packages come first: Electron is chosen by starting it.
 *
 * @param {{ display: boolean, retryElectron: boolean }} needs `display`: a virtual one
 */
export async function prepareElectron({ display, retryElectron }) {
  await ensureSystemPackages({ display })
  if (display) await checkVirtualDisplay()
  await ensureNodeModules()
  await ensureElectron({ retryOfficial: retryElectron })
  return electronEnvironment()
}

import { root } from '../setup/paths.mjs'
import { createNoiseFilter } from './noiseFilter.mjs'
import { startGroup, untilEnded } from './processGroup.mjs'

/**
 * The environment of Electron: ours, without what would make it something else than a windowed app.
 *
 * @param {import('../setup/electronChoice.mjs').ElectronEnvironment} electron
 * @param {{ env: Record<string, string> } | null} display
 * @returns {NodeJS.ProcessEnv}
 */
export function appEnvironment(electron, display) {
  // Terminals inside Electron programs (editors) hand this on; it turns Electron into plain Node.
  // Only `npm run dev` names a page of its own; an inherited one must not get the app's bridge.
  const { ELECTRON_RUN_AS_NODE: _, ELECTRON_RENDERER_URL: __, ...env } = process.env
  return { ...env, ...electron.env, ...display?.env }
}

/**
 * Runs the built app to its end and returns its exit code.
 *
 * @param {object} options
 * @param {import('../setup/electronChoice.mjs').ElectronEnvironment} options.electron
 * @param {{ env: Record<string, string> } | null} options.display virtual display, or null for the user's own
 * @param {boolean} options.headless told to the app; as a flag it would also mean something to Chromium
 * @param {boolean} options.verbose
 * @param {readonly string[]} options.args for the app
 */
export async function launchApp({ electron, display, headless, verbose, args }) {
  const env = appEnvironment(electron, display)
  if (headless) env['DEPTHDECK_HEADLESS'] = '1'
  // Electron picks X11 by itself, so a session that is Wayland only has to be named.
  const wayland = process.platform === 'linux' && !env['DISPLAY'] ? ['--ozone-platform-hint=auto'] : []
  const group = startGroup(electron.executable, [...electron.args, ...wayland, root, ...args], {
    env,
    stdio: ['inherit', verbose ? 'inherit' : 'pipe']
  })
  group.child.stderr?.setEncoding('utf8').pipe(createNoiseFilter()).pipe(process.stderr)
  return untilEnded(group)
}

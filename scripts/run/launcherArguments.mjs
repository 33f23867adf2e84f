/**
 * @typedef {object} LauncherArguments
 * @property {boolean} headless run on a virtual display; the app is told through DEPTHDECK_HEADLESS
 * @property {boolean} verbose show Chromium's own chatter too
 * @property {boolean} retryElectron try for the official Electron again
 * @property {string[]} app everything else, for the app itself
 */

/**
 * Takes the launcher's own flags out of a command line; the app's stay in their order. After `--` all is the
 * app's.
 *
 * @param {readonly string[]} given
 * @returns {LauncherArguments}
 */
export function splitArguments(given) {
  const end = given.includes('--') ? given.indexOf('--') : given.length
  const ours = given.slice(0, end)
  const flags = ['--headless', '--verbose', '--retry-electron']
  return {
    headless: ours.includes('--headless'),
    verbose: ours.includes('--verbose'),
    retryElectron: ours.includes('--retry-electron'),
    app: [...ours.filter((argument) => !flags.includes(argument)), ...given.slice(end + 1)]
  }
}

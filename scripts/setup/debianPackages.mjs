/**
 * What Electron, tests and training need from the system, as Debian names. Pure: no process is started here.
 * Debian 13 and Ubuntu 24.04 renamed some libraries with the suffix t64 (64-bit time_t).
 */

/** Libraries that Electron links or loads at start. */
export const electronLibraries = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libxtst6',
  'libatk-bridge2.0-0',
  'libdrm2',
  'libnotify4'
]

/** The virtual display of headless runs and of the end-to-end tests. */
export const virtualDisplay = ['xvfb']

/** What tests read videos with and encode AV1 with: nothing of the app needs it to start. */
export const testPackages = ['ffmpeg']

/** PyTorch and ONNX for /usr/bin/python3; without OpenBLAS, Debian's PyTorch is some thirty times slower. */
export const trainingPackages = ['python3-torch', 'python3-onnx', 'libopenblas0-pthread']

/**
 * Names out of `dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n'` that are fully installed.
 *
 * @param {string} dpkgOutput
 * @returns {Set<string>}
 */
export function installedPackages(dpkgOutput) {
  const names = dpkgOutput.split('\n').flatMap((line) => {
    const match = /^[ih]i\s+(\S+)/.exec(line)
    return match?.[1] === undefined ? [] : [match[1]]
  })
  return new Set(names)
}

/**
 * Names out of `apt-cache policy …` that have a candidate to install.
 *
 * @param {string} policyOutput
 * @returns {Set<string>}
 */
export function installablePackages(policyOutput) {
  /** @type {Set<string>} */
  const names = new Set()
  let current = ''
  for (const line of policyOutput.split('\n')) {
    const header = /^(\S+):$/.exec(line)
    if (header?.[1] !== undefined) current = header[1]
    const candidate = /^\s+Candidate:\s+(\S+)/.exec(line)?.[1]
    if (candidate !== undefined && candidate !== '(none)') names.add(current)
  }
  return names
}

/** Both names a package may have. @param {string} name */
export const spellings = (name) => [name, `${name}t64`]

/**
 * Which wanted packages are missing, under the name this system can install. Where nothing is known (package
 * lists never fetched) the plain name stands: apt then explains better than we can.
 *
 * @param {readonly string[]} wanted
 * @param {Set<string>} installed
 * @param {Set<string>} installable
 * @returns {string[]}
 */
export function missingPackages(wanted, installed, installable) {
  return wanted
    .filter((name) => !spellings(name).some((spelling) => installed.has(spelling)))
    .map((name) => spellings(name).find((spelling) => installable.has(spelling)) ?? name)
}

/**
 * Library files `ldd` could not find.
 *
 * @param {string} lddOutput
 * @returns {string[]}
 */
export function missingLibraries(lddOutput) {
  return [...lddOutput.matchAll(/^\s*(\S+) => not found/gm)].flatMap((match) => match[1] ?? [])
}

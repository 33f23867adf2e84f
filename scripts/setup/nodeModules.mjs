import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { npmCommand, runCommand } from './command.mjs'
import { elapsed, say, SetupError } from './console.mjs'
import { nodeModules, root } from './paths.mjs'

/**
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [link]
 *
 * @typedef {Record<string, LockedPackage>} LockedPackages keyed by folder, as in package-lock.json
 */

/**
 * The first package that is not installed as locked, or null when all are. Optional packages may be absent
 * (they are other platforms' binaries) but not different.
 *
 * @param {LockedPackages} wanted `packages` of package-lock.json
 * @param {LockedPackages} installed `packages` of node_modules/.package-lock.json, which npm writes last
 * @returns {string | null}
 */
export function firstDifference(wanted, installed) {
  for (const [folder, locked] of Object.entries(wanted)) {
    if (folder === '' || locked.link === true) continue
    const present = installed[folder]
    if (present === undefined) {
      if (locked.optional === true) continue
      return folder
    }
    if (present.version !== locked.version || present.integrity !== locked.integrity) return folder
  }
  return null
}

/** @param {string} file @returns {LockedPackages} */
const readPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages ?? {}

/** Why `npm ci` has to run, or null. @returns {string | null} */
function reasonToInstall() {
  const installedFile = join(nodeModules, '.package-lock.json')
  if (!existsSync(installedFile)) return 'node_modules is missing or unfinished'
  const difference = firstDifference(
    readPackages(join(root, 'package-lock.json')),
    readPackages(installedFile)
  )
  return difference === null ? null : `package-lock.json differs from what is installed (${difference})`
}

/** Installs the npm packages when they are missing or not those of package-lock.json. */
export async function ensureNodeModules() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`Depthdeck needs Node 20.19 or newer; this is ${process.versions.node}.`)
  }
  const reason = reasonToInstall()
  if (reason === null) return
  say(`${reason}: running npm ci (a few minutes at most)`)
  const startedMs = performance.now()
  // Development packages are part of running from source, whatever NODE_ENV says.
  const result = await runCommand(...npmCommand(['ci', '--include=dev', '--no-audit', '--no-fund']))
  if (result.code !== 0) {
    throw new SetupError(
      `npm ci failed (${result.startError ?? `exit code ${result.code}`}). Depthdeck's packages come from the ` +
        'npm registry configured on this machine: check that it can be reached, then run the command again.'
    )
  }
  say(`npm packages installed in ${elapsed(startedMs)}`)
}

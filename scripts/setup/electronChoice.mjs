import { existsSync, mkdirSync, readFileSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { electronDist, nodeModules, root } from './paths.mjs'

/**
 * Which Electron was chosen and how to start it: what launchers and end-to-end tests ask. Choosing and
 * installing is electron.mjs.
 *
 * @typedef {object} ElectronChoice
 * @property {string} executable absolute path
 * @property {boolean} standIn true for the third party's build: simulator, tests and CI only
 * @property {string} version such as 45.4.1
 * @property {string} fingerprint of the executable when it was last seen to start
 *
 * @typedef {object} ElectronEnvironment
 * @property {string} executable absolute path
 * @property {boolean} standIn
 * @property {string} version
 * @property {string[]} args flags this machine needs, to stand before the app's folder
 * @property {Record<string, string>} env variables to add; the app reads DEPTHDECK_STAND_IN
 */

const electronPackage = join(nodeModules, 'electron')

/** Version of the electron package, which is the official version wanted. @returns {string} */
export const officialVersion = () =>
  JSON.parse(readFileSync(join(electronPackage, 'package.json'), 'utf8')).version

/** The official executable when it is unpacked in node_modules, in the wanted version; otherwise null. */
export function officialElectron() {
  const pathFile = join(electronPackage, 'path.txt')
  const versionFile = join(electronPackage, 'dist', 'version')
  if (!existsSync(pathFile) || !existsSync(versionFile)) return null
  if (readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') !== officialVersion()) return null
  const executable = join(electronPackage, 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(executable) ? executable : null
}

/** Changes when the file does, without reading its 160 MiB. @param {string} file */
function fingerprint(file) {
  const { size, mtimeMs } = statSync(file)
  return `${size}-${Math.round(mtimeMs)}`
}

const choiceFile = join(electronDist, 'choice.json')

/** The remembered choice, or null when there is none or its executable is no longer what it was. */
export function readChoice() {
  if (!existsSync(choiceFile)) return null
  /** @type {ElectronChoice} */
  const stored = JSON.parse(readFileSync(choiceFile, 'utf8'))
  // Stored relative to the repository, which may be copied or moved.
  const choice = { ...stored, executable: join(root, stored.executable) }
  if (!existsSync(choice.executable)) return null
  return fingerprint(choice.executable) === choice.fingerprint ? choice : null
}

/**
 * Remembers an executable that was seen to start.
 *
 * @param {{ executable: string, standIn: boolean, version: string }} choice
 */
export function rememberChoice({ executable, standIn, version }) {
  const choice = {
    executable: relative(root, executable),
    standIn,
    version,
    fingerprint: fingerprint(executable)
  }
  mkdirSync(electronDist, { recursive: true })
  writeFileSync(choiceFile, `${JSON.stringify(choice, null, 2)}\n`)
}

/** @param {string} file @returns {string} its trimmed text, or '' where the kernel has no such setting */
const kernelSetting = (file) => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '')

/** Why Chromium's sandbox cannot work for this user and executable, or null. @param {string} executable */
export function sandboxObstacle(executable) {
  if (process.platform !== 'linux') return null
  if (process.getuid?.() === 0) return 'root'
  const helper = join(dirname(executable), 'chrome-sandbox')
  if (existsSync(helper)) {
    const { uid, mode } = statSync(helper)
    if (uid === 0 && (mode & 0o4000) !== 0) return null
  }
  const restricted =
    kernelSetting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1' ||
    kernelSetting('/proc/sys/kernel/unprivileged_userns_clone') === '0' ||
    kernelSetting('/proc/sys/user/max_user_namespaces') === '0'
  return restricted ? 'namespaces' : null
}

/** Root cannot use Chromium's sandbox at all. @param {string} executable */
export const sandboxArguments = (executable) =>
  sandboxObstacle(executable) === 'root' ? ['--no-sandbox'] : []

/** Chromium keeps shared images in /dev/shm; containers often give it 64 MiB, which crashes renderers. */
function sharedMemoryArguments() {
  if (process.platform !== 'linux' || !existsSync('/dev/shm')) return []
  const { blocks, bsize } = statfsSync('/dev/shm')
  return blocks * bsize < 512 * 2 ** 20 ? ['--disable-dev-shm-usage'] : []
}

/**
 * How to start Electron on this machine. Throws when set-up has not run (`npm start` and `npm test` run it).
 *
 * @returns {ElectronEnvironment}
 */
export function electronEnvironment() {
  const choice = readChoice()
  if (choice === null) throw new Error('Electron is not set up: run npm start or npm test first')
  const { executable, standIn, version } = choice
  return {
    executable,
    standIn,
    version,
    args: [...sandboxArguments(executable), ...sharedMemoryArguments()],
    env: standIn ? { DEPTHDECK_STAND_IN: '1' } : {}
  }
}

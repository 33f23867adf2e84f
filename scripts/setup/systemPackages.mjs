import { existsSync } from 'node:fs'
import { runCommand } from './command.mjs'
import { elapsed, say, SetupError } from './console.mjs'
import {
  electronLibraries,
  installablePackages,
  installedPackages,
  missingLibraries,
  missingPackages,
  spellings,
  virtualDisplay
} from './debianPackages.mjs'

const isDebian = existsSync('/usr/bin/dpkg-query') && existsSync('/usr/bin/apt-get')
const isRoot = process.getuid?.() === 0

/** @param {readonly string[]} wanted */
async function missingOnDebian(wanted) {
  const names = wanted.flatMap(spellings)
  // dpkg-query fails when any name is unknown to it and still lists the others.
  const listed = await runCommand('dpkg-query', ['-W', '-f', '${db:Status-Abbrev} ${Package}\n', ...names], {
    output: 'capture'
  })
  const installed = installedPackages(listed.stdout)
  if (missingPackages(wanted, installed, new Set()).length === 0) return []
  const policy = await runCommand('apt-cache', ['policy', ...names], {
    output: 'capture',
    env: { ...process.env, LC_ALL: 'C' }
  })
  return missingPackages(wanted, installed, installablePackages(policy.stdout))
}

/**
 * What Electron needs. Elsewhere than on Debian nothing is done here: `checkLibraries` names what is missing once
 * Electron is there.
 *
 * @param {{ display: boolean }} needs `display`: the virtual display is needed too
 */
export const ensureSystemPackages = ({ display }) =>
  ensureDebianPackages(display ? [...electronLibraries, ...virtualDisplay] : electronLibraries)

/**
 * Installs what the system lacks (Debian, as root), or says exactly what to install; does nothing elsewhere.
 *
 * @param {readonly string[]} wanted
 */
export async function ensureDebianPackages(wanted) {
  if (!isDebian) return
  const missing = await missingOnDebian(wanted)
  if (missing.length === 0) return
  if (!isRoot) {
    throw new SetupError(
      `These Debian packages are missing and only root can install them:\n\n` +
        `  sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${missing.join(' ')}\n\n` +
        'Run that, then the same command again.'
    )
  }
  say(`installing Debian packages: ${missing.join(' ')}`)
  const startedMs = performance.now()
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await runCommand('apt-get', ['update', '--quiet'], { env })
  // The fresh lists may know other names than the old ones did.
  const names = await missingOnDebian(wanted)
  const result = await runCommand(
    'apt-get',
    ['install', '--yes', '--quiet', '--no-install-recommends', ...names],
    { env }
  )
  if (result.code !== 0) {
    throw new SetupError(`apt-get could not install ${names.join(' ')} (its own message is above).`)
  }
  say(`Debian packages installed in ${elapsed(startedMs)}`)
}

/**
 * Says which shared libraries an executable lacks on a Linux that is not Debian.
 *
 * @param {string} executable
 */
export async function checkLibraries(executable) {
  if (process.platform !== 'linux' || isDebian) return
  const result = await runCommand('ldd', [executable], { output: 'capture' })
  const missing = missingLibraries(result.stdout)
  if (missing.length === 0) return
  throw new SetupError(
    `Electron needs libraries this system lacks: ${missing.join(', ')}.\nInstall the packages that carry them; ` +
      `on Debian they are in: ${electronLibraries.join(' ')}.`
  )
}

/** Fails with what to install when the virtual display is missing (other systems than Debian). */
export async function checkVirtualDisplay() {
  const result = await runCommand('Xvfb', ['-help'], { output: 'capture' })
  if (result.startError === null) return
  throw new SetupError(
    'Headless runs need the virtual X server Xvfb: install it (Debian: xvfb; Fedora: xorg-x11-server-Xvfb; ' +
      'Arch: xorg-server-xvfb).'
  )
}

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isNoise } from '../run/noiseFilter.mjs'
import { runCommand } from './command.mjs'
import { elapsed, say, SetupError } from './console.mjs'
import {
  officialElectron,
  officialVersion,
  readChoice,
  rememberChoice,
  sandboxArguments,
  sandboxObstacle
} from './electronChoice.mjs'
import { nodeModules } from './paths.mjs'
import { buildStandIn, standInExecutable, standInSupported, standInVersion } from './standIn.mjs'
import { checkLibraries } from './systemPackages.mjs'

/** Longest wait for Electron's own installer. An unreachable host fails by itself within seconds. */
const installerLimitMs = 180_000

/**
 * Whether an executable starts as Electron `version`. What the machine lacks for any Electron is said instead.
 *
 * @param {string} executable
 * @param {string} version
 */
async function starts(executable, version) {
  await checkLibraries(executable)
  if (sandboxObstacle(executable) === 'namespaces') {
    const helper = join(dirname(executable), 'chrome-sandbox')
    throw new SetupError(
      "This system keeps ordinary users from making the namespaces that Chromium's sandbox is built of. Allow " +
        `its helper instead, once:\n\n  sudo chown root ${helper} && sudo chmod 4755 ${helper}`
    )
  }
  const args = [...sandboxArguments(executable), '--version']
  // Electron run as Node would print Node's version.
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const result = await runCommand(executable, args, { output: 'capture', timeoutMs: 30_000, env })
  const said = `${result.stdout}\n${result.stderr}`
    .split('\n')
    .filter((line) => line !== '' && !isNoise(line))
  const problem = result.timedOut ? 'no answer' : (result.startError ?? said.join('\n'))
  return { ok: result.stdout.includes(`v${version}`), problem }
}

/** Asks the electron package to fetch its binary; it honours ELECTRON_MIRROR and its own cache. */
async function installOfficial() {
  say(
    `fetching the official Electron ${officialVersion()} (no longer than ${installerLimitMs / 60_000} minutes)`
  )
  const startedMs = performance.now()
  const result = await runCommand(process.execPath, [join(nodeModules, 'electron', 'install.js')], {
    output: 'capture',
    timeoutMs: installerLimitMs
  })
  const took = elapsed(startedMs)
  if (result.code === 0) return say(`official Electron fetched in ${took}`)
  const reason = result.timedOut ? 'too slow' : (result.stderr.trim().split('\n')[0] ?? 'unknown error')
  say(`the official Electron cannot be had here (${reason}, after ${took})`)
}

/** @returns {Promise<string | null>} the official executable, if it is there and starts */
async function workingOfficial() {
  const executable = officialElectron()
  if (executable === null) return null
  const check = await starts(executable, officialVersion())
  if (check.ok) return executable
  say(`the official Electron is installed but does not start: ${check.problem}`)
  return null
}

async function useStandIn() {
  if (!standInSupported) {
    throw new SetupError(
      `The official Electron could not be installed, and its stand-in exists for Linux x64 only (this is ` +
        `${process.platform} ${process.arch}).\nMake Electron's download reachable (ELECTRON_MIRROR names a ` +
        'mirror of its releases), then run the command again.'
    )
  }
  const usable = existsSync(standInExecutable) && (await starts(standInExecutable, standInVersion)).ok
  if (!usable) {
    await buildStandIn()
    const check = await starts(standInExecutable, standInVersion)
    if (!check.ok) throw new SetupError(`The Electron stand-in does not start:\n${check.problem}`)
  }
  rememberChoice({ executable: standInExecutable, standIn: true, version: standInVersion })
}

/**
 * Sees to it that there is an Electron to run: the official one wherever it can be had, otherwise the
 * stand-in. The choice is remembered; `retryOfficial` makes it anew.
 *
 * @param {{ retryOfficial: boolean }} options
 */
export async function ensureElectron({ retryOfficial }) {
  const choice = readChoice()
  const settled = choice !== null && !retryOfficial && !(choice.standIn && officialElectron() !== null)
  if (!settled) {
    if (officialElectron() === null) await installOfficial()
    const official = await workingOfficial()
    if (official === null) await useStandIn()
    else rememberChoice({ executable: official, standIn: false, version: officialVersion() })
  }
  announce()
}

function announce() {
  const choice = readChoice()
  if (choice === null) throw new Error('no Electron is remembered although one was just chosen')
  if (!choice.standIn) return say(`Electron: official ${choice.version}`)
  say(
    `Electron: stand-in ${choice.version}, repackaged by a third party and past its end of life. For trying the ` +
      'simulator, tests and CI only; never for a real arm or a release. To try for the official ' +
      `${officialVersion()} again: npm start -- --retry-electron`
  )
}

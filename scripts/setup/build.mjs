import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { runCommand } from './command.mjs'
import { elapsed, say, SetupError } from './console.mjs'
import { buildOutput, nodeModules, root } from './paths.mjs'

/** Everything the build reads. */
const inputs = [
  'src',
  'test/emulators',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'electron.vite.config.ts'
]

/** The file itself, or the files of a folder in a fixed order; nothing when absent. @param {string} path */
function filesBelow(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/**
 * Hash over the names and contents of files and folders: equal exactly when the build would be.
 *
 * @param {string} base folder the names are relative to
 * @param {readonly string[]} names files or folders below it
 */
export function hashInputs(base, names) {
  const hash = createHash('sha256')
  for (const name of names) {
    for (const file of filesBelow(join(base, name))) {
      const content = readFileSync(file)
      hash.update(`${relative(base, file)}\0${content.length}\0`).update(content)
    }
  }
  return hash.digest('hex')
}

/** Path of an npm package's own command-line file. @param {string} file below node_modules */
export const packageCommand = (file) => join(nodeModules, file)

export const electronViteCommand = packageCommand('electron-vite/bin/electron-vite.js')

/** Builds the app into out/ when what it is built from has changed. */
export async function ensureBuild() {
  const stampFile = join(buildOutput, 'inputs.sha256')
  const wanted = hashInputs(root, inputs)
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return
  say('building the app')
  const startedMs = performance.now()
  // A failed build must not pass for the last good one, nor leave files of removed modules.
  await rm(buildOutput, { recursive: true, force: true })
  const result = await runCommand(process.execPath, [electronViteCommand, 'build', '--logLevel', 'warn'])
  if (result.code !== 0) throw new SetupError('The build failed (its own message is above).')
  await writeFile(stampFile, wanted)
  say(`built in ${elapsed(startedMs)}`)
}

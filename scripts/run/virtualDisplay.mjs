import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SetupError } from '../setup/console.mjs'
import { startGroup } from './processGroup.mjs'

const screen = '2560x1440x24'

/**
 * One entry of an X authority file, valid for every host and display.
 *
 * @param {Buffer} cookie 16 random bytes
 */
export function authorityEntry(cookie) {
  const familyWild = 0xffff
  /** @param {Buffer} field */
  const counted = (field) => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(field.length)
    return Buffer.concat([length, field])
  }
  const family = Buffer.alloc(2)
  family.writeUInt16BE(familyWild)
  const empty = Buffer.alloc(0)
  return Buffer.concat([family, ...[empty, empty, Buffer.from('MIT-MAGIC-COOKIE-1'), cookie].map(counted)])
}

/**
 * Starts a virtual X server that only this user can reach, on a free display number of its own choice.
 *
 * @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>} `env` for programs shown on it
 */
export async function startVirtualDisplay() {
  const folder = await mkdtemp(join(tmpdir(), 'depthdeck-display-'))
  const authority = join(folder, 'Xauthority')
  await writeFile(authority, authorityEntry(randomBytes(16)), { mode: 0o600 })
  const server = startGroup(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', screen, '-auth', authority, '-nolisten', 'tcp', '-noreset'],
    { env: process.env, stdio: ['ignore', 'pipe', 'pipe'] }
  )
  const stop = async () => {
    server.stop()
    await server.ended
    await rm(folder, { recursive: true, force: true })
  }
  let complaint = ''
  server.child.stderr?.on('data', (chunk) => (complaint += chunk))

  const numbers = server.child.stdio[3]
  const display = await new Promise((settle) => {
    let text = ''
    numbers?.on('data', (chunk) => {
      text += chunk
      if (text.includes('\n')) settle(text.trim())
    })
    void server.ended.then(() => settle(null))
  })
  if (display === null) {
    await stop()
    throw new SetupError(`The virtual display Xvfb did not start:\n${complaint.trim()}`)
  }
  return { env: { DISPLAY: `:${display}`, XAUTHORITY: authority }, stop }
}

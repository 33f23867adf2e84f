import { spawnSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import * as nodePty from '@lydell/node-pty'
import { z } from 'zod'

/** A raw pseudo-terminal, seen from the side of the device. */
export interface Terminal {
  /** What a client opens, `/dev/pts/N`. */
  readonly devicePath: string
  write(bytes: Uint8Array): void
  /** The cable is pulled: reads of an open client end, its writes fail with EIO. The path's number stays taken until `release`. */
  hangUp(): void
  release(): void
}

/** node-pty types only `spawn`; a terminal without a process is its undocumented `open`. */
const openable = z.object({
  open: z.custom<(options: { encoding: null }) => unknown>((value) => typeof value === 'function')
})
const opened = z.object({ _socket: z.instanceof(Socket), _slave: z.instanceof(Socket), _pty: z.string() })

/** Without this the line discipline echoes a client's bytes back and eats control characters until it opens the port raw. */
function makeRaw(descriptor: number): void {
  const { status, stderr, error } = spawnSync('stty', ['raw', '-echo'], {
    stdio: [descriptor, 'ignore', 'pipe'],
    encoding: 'utf8'
  })
  if (error) throw error
  if (status !== 0) throw new Error(`stty raw -echo: ${stderr}`)
}

/** Opens a pty whose master calls `receive` with what a client writes. */
export function openTerminal(receive: (bytes: Uint8Array) => void): Terminal {
  const {
    _socket: master,
    _slave: slave,
    _pty: devicePath
  } = opened.parse(openable.parse(nodePty).open({ encoding: null }))
  // Its own handlers expect a terminal with a process, and throw without one.
  master.removeAllListeners()
  // A client that closes must not hang the master up, so one descriptor of the slave side stays open.
  const keptOpen = openSync(devicePath, constants.O_RDWR | constants.O_NOCTTY)
  // node-pty reads the slave side itself: that would take the client's bytes.
  slave.destroy()
  makeRaw(keptOpen)
  master.on('data', (bytes: Uint8Array) => receive(bytes))
  // Hanging up races with a client's write; there is nobody left to tell.
  master.on('error', () => master.destroy())
  master.resume()
  return {
    devicePath,
    write(bytes) {
      if (!master.destroyed) master.write(bytes)
    },
    hangUp: () => void master.destroy(),
    release() {
      master.destroy()
      closeSync(keptOpen)
    }
  }
}

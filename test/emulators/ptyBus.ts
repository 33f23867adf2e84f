import { mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NANOS_PER_MILLI } from '@shared/units'
import { type ServoBus } from './bus'
import { type Reply } from './faults'
import { openTerminal, type Terminal } from './pty/terminal'
import { createWireLog, type WireLog } from './pty/wireLog'

/** What stays the same of a USB serial adapter, however its port is numbered. */
export interface PortIdentity {
  readonly serialNumber: string
  /** Four hexadecimal digits, as in serialport's PortInfo. */
  readonly vendorId: string
  readonly productId: string
  readonly manufacturer: string
}

/** As serialport's `list()` would show it; ptys are never listed by it, so tests inject this. */
export interface EmulatedPort extends PortIdentity {
  readonly path: string
}

/** A bus behind a real pty. */
export interface PtyBus {
  /** A symlink that follows the adapter from one pty to the next; absent while it is unplugged. */
  readonly path: string
  /** `/dev/pts/N`, or null while unplugged. */
  readonly devicePath: string | null
  /** As a port lister shows it (its `path` is `devicePath`), or null while unplugged. */
  readonly port: EmulatedPort | null
  readonly log: WireLog
  /** Inspects or disturbs the bus, its motors moved on to the present first. */
  use<T>(action: (bus: ServoBus, nowNanos: number) => T): T
  /** Pulls the USB cable. The servos keep their power and go on with what they did. Does nothing if unplugged. */
  unplug(): void
  /** Plugs it in again, under another `/dev/pts/N`. Does nothing if plugged in. Returns `devicePath`. */
  replug(): string
  close(): void
}

export interface PtyBusOptions {
  /** File name of the symlink. */
  readonly name: string
  readonly identity: PortIdentity
  /** Where the symlink goes; a new folder below the system's temporary one otherwise, removed on close. */
  readonly directory?: string
}

/** The only clock of the emulators. */
const realNanos = (): number => Number(process.hrtime.bigint())

/** A timer may be this late; the rest of a wait is spent looking at the clock. */
const TIMER_SLACK_NANOS = 2 * NANOS_PER_MILLI
/** So that nobody has to catch up on a long silence at once. */
const IDLE_ADVANCE_MILLIS = 1000

/**
 * Puts a bus behind a pty. Answers are written when their last byte would have arrived, never earlier. A pty has no
 * rate, no parity and no buffer that a close would empty: what a client left unread is what the next one finds.
 */
export function openPtyBus(bus: ServoBus, { name, identity, directory }: PtyBusOptions): PtyBus {
  const folder = directory ?? mkdtempSync(join(tmpdir(), 'depthdeck-emulator-'))
  const path = join(folder, name)
  const log = createWireLog()
  let terminal: Terminal | null = null
  let unplugged: Terminal | null = null
  let waiting: Reply[] = []
  let timer: NodeJS.Timeout | null = null
  let immediate: NodeJS.Immediate | null = null

  function stopPump(): void {
    if (timer) clearTimeout(timer)
    if (immediate) clearImmediate(immediate)
    timer = immediate = null
  }

  function pump(): void {
    stopPump()
    const nowNanos = realNanos()
    const due = waiting.filter((reply) => reply.atNanos <= nowNanos)
    waiting = waiting.filter((reply) => reply.atNanos > nowNanos)
    for (const { bytes } of due) {
      terminal?.write(bytes)
      log.add({ atNanos: nowNanos, from: 'servo', bytes })
    }
    const [next] = waiting
    if (!next) return
    const restNanos = next.atNanos - realNanos() - TIMER_SLACK_NANOS
    if (restNanos > 0) timer = setTimeout(pump, restNanos / NANOS_PER_MILLI)
    else immediate = setImmediate(pump)
  }

  function receive(bytes: Uint8Array): void {
    const atNanos = realNanos()
    log.add({ atNanos, from: 'host', bytes: bytes.slice() })
    waiting = [...waiting, ...bus.receive(bytes, atNanos)].sort((a, b) => a.atNanos - b.atNanos)
    pump()
  }

  function plugIn(): Terminal {
    const opened = openTerminal(receive)
    const next = `${path}.next`
    symlinkSync(opened.devicePath, next)
    renameSync(next, path)
    terminal = opened
    return opened
  }

  function unplug(): void {
    if (!terminal) return
    stopPump()
    waiting = []
    rmSync(path, { force: true })
    terminal.hangUp()
    unplugged = terminal
    terminal = null
  }

  bus.advance(realNanos())
  plugIn()
  const idle = setInterval(() => bus.advance(realNanos()), IDLE_ADVANCE_MILLIS)

  return {
    path,
    log,
    get devicePath() {
      return terminal?.devicePath ?? null
    },
    get port() {
      return terminal && { path: terminal.devicePath, ...identity }
    },
    use(action) {
      const nowNanos = realNanos()
      bus.advance(nowNanos)
      return action(bus, nowNanos)
    },
    unplug,
    replug() {
      if (terminal) return terminal.devicePath
      const opened = plugIn()
      // Only now, so that the new one gets another number.
      unplugged?.release()
      unplugged = null
      return opened.devicePath
    },
    close() {
      unplug()
      unplugged?.release()
      unplugged = null
      clearInterval(idle)
      if (!directory) rmSync(folder, { recursive: true, force: true })
    }
  }
}

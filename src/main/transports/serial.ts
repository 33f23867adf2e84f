import { readFile, stat } from 'node:fs/promises'
import { SerialPort } from 'serialport'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { ByteTransport, TransportError, TransportEvents } from './transport'

/** A serial port, 8N1, for ourselves alone. */
export interface SerialOptions {
  readonly path: string
  readonly baud: number
}

/** More than this still waiting to go out, 5 ms at 1 Mbit/s, are commands of the past. */
const MAX_BACKLOG_BYTES = 512

/**
 * Faults: `portMissing`, `portPermission` (names the group to join), `portBusy` (another program has it), `portFailed`.
 * A line that goes away is noticed by the write that fails: reading a hung-up port only ever says that nothing came.
 */
export async function openSerial(
  { path, baud }: SerialOptions,
  events: TransportEvents
): Promise<Result<ByteTransport, Fault>> {
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false, lock: true })
  const failure = await new Promise<Error | null>((resolve) => port.open(resolve))
  if (failure) return err(await openFault(path, failure.message))

  // What a program before us left unread answers nothing that we shall ask.
  await new Promise<void>((resolve) => port.flush(() => resolve()))

  let open = true
  const end = (message: string): void => {
    if (!open) return
    open = false
    // Only this ends the port's reading; it is closed already or fails at being so.
    port.close(() => undefined)
    events.onLost(message)
  }
  port.on('data', (bytes: Buffer) => open && events.onBytes(new Uint8Array(bytes)))
  port.on('error', (error: Error) => end(`${path}: ${error.message}`))
  port.on('close', () => end(`${path} went away`))

  const refused = (code: TransportError['code'], message: string) => err({ code, message })
  return ok({
    label: path,
    send(bytes) {
      if (!open) return refused('closed', `${path} is closed`)
      if (port.writableLength > MAX_BACKLOG_BYTES)
        return refused('busy', `${path} doesn't take what it was sent before`)
      port.write(bytes, (error) => error && end(`${path}: ${error.message}`))
      return open ? ok(undefined) : refused('lost', `${path} went away`)
    },
    close() {
      if (!open) return Promise.resolve()
      open = false
      return new Promise((resolve) => port.close(() => resolve()))
    }
  })
}

async function openFault(path: string, detail: string): Promise<Fault> {
  const fault = (code: string, message: string, tip: string): Fault => ({
    severity: 'medium',
    source: 'robot',
    code,
    message: `${path}: ${message}`,
    tip
  })
  if (/permission denied|access denied/i.test(detail)) {
    const group = await owningGroup(path)
    return fault(
      'portPermission',
      'you may not open this port',
      group === null
        ? 'Give your account access to serial ports, then log in again.'
        : `Join the group ${group} (sudo usermod -aG ${group} $USER), then log in again.`
    )
  }
  if (/no such file|file not found|cannot find/i.test(detail))
    return fault(
      'portMissing',
      'there is no such port',
      'Plug the adapter in, or look for it under another name.'
    )
  if (/lock|busy|temporarily unavailable/i.test(detail))
    return fault('portBusy', 'another program has this port', 'Close the other program, then connect again.')
  return fault(
    'portFailed',
    `it can't be opened: ${detail}`,
    'Unplug the adapter, plug it in again and retry.'
  )
}

/** Name of the group that owns a device file, or its number; null where files have none. */
async function owningGroup(path: string): Promise<string | null> {
  try {
    const { gid } = await stat(path)
    const groups = await readFile('/etc/group', 'utf8')
    const line = groups.split('\n').find((text) => text.split(':')[2] === String(gid))
    return line?.split(':')[0] ?? String(gid)
  } catch {
    return null
  }
}

import { SerialPort } from 'serialport'
import { fromHex, toHex } from '../../emulators/hex'

/** A client of a serial port that knows nothing of either protocol. */
export interface Client {
  readonly port: SerialPort
  /** Sends a packet and resolves with as many bytes as asked for. */
  ask(packet: string, count: number): Promise<string>
  send(packet: string): void
  /** The error message of a write, or `no failure`. */
  writeFailure(packet: string): Promise<string>
  /** Resolves once the port is closed, by us or by the other side. */
  readonly closed: Promise<void>
  /** Closes it if it is open. */
  close(): Promise<void>
}

export async function connect(path: string): Promise<Client> {
  const port = new SerialPort({ path, baudRate: 1_000_000, autoOpen: false })
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())))
  port.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => port.once('close', () => resolve()))
  return {
    port,
    closed,
    ask: (packet, count) =>
      new Promise((resolve) => {
        const received: number[] = []
        const take = (bytes: Uint8Array): void => {
          received.push(...bytes)
          if (received.length < count) return
          port.off('data', take)
          resolve(toHex(Uint8Array.from(received)))
        }
        port.on('data', take)
        port.write(fromHex(packet))
      }),
    send: (packet) => void port.write(fromHex(packet)),
    writeFailure: (packet) =>
      new Promise((resolve) =>
        port.write(fromHex(packet), (error) => resolve(error?.message ?? 'no failure'))
      ),
    async close() {
      if (!port.isOpen) return
      port.close(() => undefined)
      await closed
    }
  }
}

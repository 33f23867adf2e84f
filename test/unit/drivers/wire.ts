import type { ServoProtocol, StatusPacket } from '../../../src/main/drivers/protocol'

/** Bytes on the wire as manuals print them, and answers put together without the code under test. */

export const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')

export const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.split(' ').map((byte) => Number.parseInt(byte, 16)))

/** Bit by bit, as the polynomial says (0x8005, initial value 0). */
export function slowCrc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const top = ((crc >> 15) ^ (byte >> bit)) & 1
      crc = ((crc << 1) & 0xffff) ^ (top ? 0x8005 : 0)
    }
  }
  return crc
}

/** The status packet that a motor would send. */
export function answerOf({ name }: ServoProtocol, { id, error, data }: StatusPacket): Uint8Array {
  if (name === 'Feetech') {
    const body = [id, data.length + 2, error, ...data]
    return Uint8Array.from([0xff, 0xff, ...body, 255 - (body.reduce((sum, byte) => sum + byte) % 256)])
  }
  const stuffed: number[] = []
  for (const byte of [0x55, error, ...data]) {
    stuffed.push(byte)
    const [first, second, third] = stuffed.slice(-3)
    if (first === 0xff && second === 0xff && third === 0xfd) stuffed.push(0xfd)
  }
  const length = stuffed.length + 2
  const frame = Uint8Array.from([0xff, 0xff, 0xfd, 0, id, length & 0xff, length >> 8, ...stuffed])
  const crc = slowCrc16(frame)
  return Uint8Array.from([...frame, crc & 0xff, crc >> 8])
}

/** CRC-16 of Protocol 2.0: polynomial 0x8005, initial value 0, most significant bit first. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let word = byte << 8
  for (let bit = 0; bit < 8; bit++) word = word & 0x8000 ? (word << 1) ^ 0x8005 : word << 1
  return word & 0xffff
})

export function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = ((crc << 8) ^ (TABLE[((crc >> 8) ^ byte) & 0xff] as number)) & 0xffff
  return crc
}

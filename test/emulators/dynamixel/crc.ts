/**
 * CRC-16 of Protocol 2.0: polynomial 0x8005 (x¹⁶ + x¹⁵ + x² + 1), initial value 0, most significant bit first, nothing
 * inverted. Source: ROBOTIS e-Manual, "DYNAMIXEL CRC". Counted bit by bit, not from the manual's table.
 */
export function crc16(bytes: Iterable<number>, start = 0): number {
  let crc = start
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x8005) & 0xffff : crc << 1
    }
  }
  return crc
}

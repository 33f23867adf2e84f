/**
 * Feetech's signed numbers: magnitude in the low bits, a sign bit above (memory table: bit 15 for position and speed,
 * 10 for load, 11 for the position offset). What doesn't fit is cut to the largest magnitude.
 */
export function encodeSignMagnitude(value: number, signBit: number): number {
  const magnitude = Math.min(Math.abs(Math.round(value)), 2 ** signBit - 1)
  return value < 0 && magnitude > 0 ? magnitude + 2 ** signBit : magnitude
}

export function decodeSignMagnitude(raw: number, signBit: number): number {
  const magnitude = raw % 2 ** signBit
  return Math.floor(raw / 2 ** signBit) % 2 === 1 ? -magnitude : magnitude
}

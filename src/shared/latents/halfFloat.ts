/**
 * Latents as they are recorded: IEEE 754 half precision, round to nearest even, all low bytes before all high bytes
 * (neighbouring high bytes are much alike, which zstd makes use of).
 */

const view = new DataView(new ArrayBuffer(4))

export function toHalf(value: number): number {
  view.setFloat32(0, value)
  const bits = view.getUint32(0)
  const sign = (bits >>> 16) & 0x8000
  const exponent = (bits >>> 23) & 0xff
  const mantissa = bits & 0x7fffff
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200)
  const half = exponent - 112
  if (half >= 31) return sign | 0x7c00
  // Normal numbers lose 13 bits; subnormal ones more, and get their hidden one back.
  const shift = half > 0 ? 13 : 14 - half
  if (shift > 24) return sign
  const full = half > 0 ? (half << 23) | mantissa : mantissa | 0x800000
  const kept = full >>> shift
  const rest = full & ((1 << shift) - 1)
  const middle = 1 << (shift - 1)
  // A carry into the exponent is the next larger number, and beyond the largest: infinity.
  return sign | (kept + (rest > middle || (rest === middle && (kept & 1) === 1) ? 1 : 0))
}

export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 0x1f
  const mantissa = half & 0x3ff
  if (exponent === 0) return sign * mantissa * 2 ** -24
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15)
}

export function toHalfPlanes(values: Float32Array): Uint8Array {
  const planes = new Uint8Array(2 * values.length)
  for (let index = 0; index < values.length; index++) {
    const half = toHalf(values[index] as number)
    planes[index] = half & 0xff
    planes[values.length + index] = half >>> 8
  }
  return planes
}

export function fromHalfPlanes(planes: Uint8Array): Float32Array {
  const length = planes.length >> 1
  return Float32Array.from({ length }, (_, index) =>
    fromHalf((planes[index] as number) | ((planes[length + index] as number) << 8))
  )
}

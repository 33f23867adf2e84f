/**
 * The picture size that an H.264 Annex B stream says of itself: its first sequence parameter set (ITU-T H.264,
 * 7.3.2.1.1), for the profiles without chroma extensions that the app records.
 *
 * @returns null when the bytes hold no such parameter set
 */
export function h264Size(data: Uint8Array): { readonly width: number; readonly height: number } | null {
  const start = spsStart(data)
  if (start === null) return null
  const bits = bitReader(withoutEmulationPrevention(data.subarray(start, start + 64)))
  // nal_unit_type; profile, constraints and level.
  bits.skip(8)
  const profile = bits.take(8)
  bits.skip(16)
  bits.golomb()
  if (![66, 77, 88].includes(profile)) return null
  bits.golomb()
  const orderType = bits.golomb()
  if (orderType === 0) bits.golomb()
  else if (orderType === 1) return null
  bits.golomb()
  bits.skip(1)
  const widthMbs = bits.golomb() + 1
  const heightUnits = bits.golomb() + 1
  const framesOnly = bits.take(1)
  if (framesOnly === 0) bits.skip(1)
  bits.skip(1)
  const isCropped = bits.take(1) === 1
  const [left, right, top, bottom] = isCropped
    ? [bits.golomb(), bits.golomb(), bits.golomb(), bits.golomb()]
    : [0, 0, 0, 0]
  // 4:2:0: crops count in pairs of luma samples.
  return {
    width: widthMbs * 16 - 2 * (left + right),
    height: heightUnits * 16 * (2 - framesOnly) - 2 * (2 - framesOnly) * (top + bottom)
  }
}

const SPS = 7

function spsStart(data: Uint8Array): number | null {
  for (let at = 0; at + 3 < data.length; at++) {
    if (data[at] !== 0 || data[at + 1] !== 0 || data[at + 2] !== 1) continue
    if (((data[at + 3] as number) & 0x1f) === SPS) return at + 3
  }
  return null
}

/** 00 00 03 stands for 00 00. */
function withoutEmulationPrevention(data: Uint8Array): Uint8Array {
  const plain: number[] = []
  for (const [at, byte] of data.entries())
    if (!(byte === 3 && at >= 2 && data[at - 1] === 0 && data[at - 2] === 0)) plain.push(byte)
  return Uint8Array.from(plain)
}

function bitReader(data: Uint8Array) {
  let at = 0
  const bit = (): number => {
    const byte = data[at >> 3] ?? 0
    const value = (byte >> (7 - (at & 7))) & 1
    at += 1
    return value
  }
  const take = (count: number): number => {
    let value = 0
    for (let index = 0; index < count; index++) value = value * 2 + bit()
    return value
  }
  return {
    take,
    skip: (count: number): void => void (at += count),
    /** ue(v) */
    golomb(): number {
      let zeros = 0
      while (zeros < 31 && bit() === 0) zeros += 1
      return 2 ** zeros - 1 + take(zeros)
    }
  }
}

/** An Annex B picture that carries its parameter sets can be decoded alone: SPS is NAL type 7, IDR type 5. */
export function isKeyFrame(data: Uint8Array): boolean {
  for (let at = 0; at + 4 < data.length && at < 64; at++) {
    if (data[at] !== 0 || data[at + 1] !== 0 || data[at + 2] !== 1) continue
    const type = (data[at + 3] as number) & 0x1f
    if (type === 7 || type === 5) return true
    if (type === 1) return false
  }
  return false
}

import { type Random } from '@shared/random/xoshiro'
import { NANOS_PER_MILLI } from '@shared/units'

/** Bytes and when the last of them has reached the host. */
export interface Reply {
  readonly bytes: Uint8Array
  readonly atNanos: number
}

/** Probabilities are per packet. Nothing is disturbed unless asked for. */
export interface FaultPlan {
  /** A whole instruction packet is lost before any servo hears it. */
  readonly dropInstruction: number
  /** A status packet is lost. */
  readonly drop: number
  /** One bit of a status packet flips. */
  readonly corrupt: number
  /** A status packet arrives in two pieces, `splitNanos` apart. */
  readonly split: number
  /** A status packet arrives `delayNanos` late, and keeps back what follows; the wire itself is free (a slow USB adapter). */
  readonly delay: number
  /** 1–8 random bytes arrive before a status packet. */
  readonly garbage: number
  readonly splitNanos: number
  readonly delayNanos: number
}

export const noFaults: FaultPlan = {
  dropInstruction: 0,
  drop: 0,
  corrupt: 0,
  split: 0,
  delay: 0,
  garbage: 0,
  splitNanos: 2 * NANOS_PER_MILLI,
  delayNanos: 30 * NANOS_PER_MILLI
}

/** Draws nothing when the probability is 0, so that a plan without faults leaves the random stream alone. */
export const happens = (probability: number, random: Random): boolean =>
  probability > 0 && random.float() < probability

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  const flipped = bytes.slice()
  const index = random.integer(flipped.length)
  flipped[index] = (flipped[index] ?? 0) ^ (1 << random.integer(8))
  return flipped
}

function addGarbage(bytes: Uint8Array, random: Random): Uint8Array {
  const garbage = Array.from({ length: 1 + random.integer(8) }, () => random.integer(256))
  return Uint8Array.from([...garbage, ...bytes])
}

/** What reaches the host of one status packet. */
export function disturb(reply: Reply, plan: FaultPlan, random: Random): readonly Reply[] {
  if (happens(plan.drop, random)) return []
  const corrupted = happens(plan.corrupt, random) ? flipBit(reply.bytes, random) : reply.bytes
  const bytes = happens(plan.garbage, random) ? addGarbage(corrupted, random) : corrupted
  const atNanos = reply.atNanos + (happens(plan.delay, random) ? plan.delayNanos : 0)
  if (bytes.length < 2 || !happens(plan.split, random)) return [{ bytes, atNanos }]
  const cut = 1 + random.integer(bytes.length - 1)
  return [
    { bytes: bytes.slice(0, cut), atNanos },
    { bytes: bytes.slice(cut), atNanos: atNanos + plan.splitNanos }
  ]
}

/** Joint positions at one instant of the main side's clock. */
export interface MotionSample {
  readonly nanos: number
  readonly position: readonly number[]
}

/** Enough 50 Hz samples to bridge a hiccup of a tenth of a second. */
const KEPT_SAMPLES = 8

/** The arm is drawn two snapshots behind at 50 Hz, so that there is always a next one to move towards. */
export const DRAWING_DELAY_MS = 40

/** Age of the arm as drawn: late by the delay, or as old as the newest sample where that is older. */
export const drawnAgeMs = (newestAgeMs: number): number => Math.max(DRAWING_DELAY_MS, newestAgeMs)

/** Appends a sample and forgets old ones; an older clock or another arm starts afresh. */
export function appendSample(
  samples: readonly MotionSample[],
  sample: MotionSample
): readonly MotionSample[] {
  const last = samples[samples.length - 1]
  if (last === undefined) return [sample]
  if (sample.nanos <= last.nanos || sample.position.length !== last.position.length) return [sample]
  return [...samples.slice(-(KEPT_SAMPLES - 1)), sample]
}

/**
 * Joint positions at `nanos`, linear between the two samples around it and held at the ends (an arm is never
 * drawn where it has not been). Null without samples.
 */
export function sampleMotion(samples: readonly MotionSample[], nanos: number): readonly number[] | null {
  const newest = samples[samples.length - 1]
  if (newest === undefined) return null
  for (let index = samples.length - 1; index > 0; index--) {
    const after = samples[index]
    const before = samples[index - 1]
    if (after === undefined || before === undefined) break
    if (nanos >= after.nanos) return after.position
    if (nanos >= before.nanos) {
      const fraction = (nanos - before.nanos) / (after.nanos - before.nanos)
      return before.position.map((from, joint) => from + fraction * ((after.position[joint] ?? from) - from))
    }
  }
  return samples[0]?.position ?? newest.position
}

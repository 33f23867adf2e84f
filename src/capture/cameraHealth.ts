import type { CameraState } from '@shared/domain/camera'

/**
 * Whether a device's pictures can be believed: a real sensor never gives the same picture twice, so one that does for a
 * while is frozen, whatever its rate.
 */
export interface CameraHealth {
  /** `sample`: a few pixels of a picture. */
  picture(sample: Uint8Array, nowMs: number): void
  state(nowMs: number): Extract<CameraState, 'opening' | 'live' | 'frozen' | 'silent'>
  fps(): number | null
}

export const SILENT_AFTER_MS = 500
export const FROZEN_AFTER_MS = 1500
/** A device may take a while to give its first picture. */
const OPENING_MS = 4000
const RATE_WINDOW = 30

export function createCameraHealth(openedMs: number): CameraHealth {
  let last: Uint8Array | null = null
  let lastMs: number | null = null
  let changedMs = openedMs
  const arrivals: number[] = []

  return {
    picture(sample, nowMs) {
      if (!last || sample.length !== last.length || sample.some((value, index) => value !== last?.[index]))
        changedMs = nowMs
      last = sample
      lastMs = nowMs
      arrivals.push(nowMs)
      if (arrivals.length > RATE_WINDOW) arrivals.shift()
    },
    state(nowMs) {
      if (lastMs === null) return nowMs - openedMs < OPENING_MS ? 'opening' : 'silent'
      if (nowMs - lastMs > SILENT_AFTER_MS) return 'silent'
      return nowMs - changedMs > FROZEN_AFTER_MS ? 'frozen' : 'live'
    },
    fps() {
      const [first] = arrivals
      const newest = arrivals[arrivals.length - 1]
      if (first === undefined || newest === undefined || newest === first) return null
      return ((arrivals.length - 1) * 1000) / (newest - first)
    }
  }
}

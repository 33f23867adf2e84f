import { err, ok, type Result } from '@shared/domain/result'
import type { CameraImage, Observation } from '@shared/ipc/ports'
import { millisToNanos, nanosToMillis } from '@shared/units'

/** The newest picture of every camera that is a device; older ones are forgotten as they come. */
export interface FrameSlots {
  /** These cameras are devices from now on, and no others. */
  assign(names: readonly string[]): void
  put(image: CameraImage): void
  /**
   * The observation with the devices' pictures in the place of the bench's.
   *
   * @returns which camera has no picture that is fresh enough, and how old its last one is
   */
  into(observation: Observation, nowNanos: number): Result<Observation, string>
}

/** A policy that plans on an older picture plans for a scene that may be gone. Cameras at 10 Hz and more are well within. */
export const MAX_FRAME_AGE_NANOS = millisToNanos(400)

export function createFrameSlots(): FrameSlots {
  let assigned: readonly string[] = []
  const newest = new Map<string, CameraImage>()

  return {
    assign(names) {
      assigned = [...names]
      for (const name of newest.keys()) if (!names.includes(name)) newest.delete(name)
    },
    put(image) {
      if (assigned.includes(image.name)) newest.set(image.name, image)
    },
    into(observation, nowNanos) {
      if (assigned.length === 0) return ok(observation)
      const images = [...observation.images.filter(({ name }) => !assigned.includes(name))]
      for (const name of assigned) {
        const image = newest.get(name)
        if (!image) return err(`Camera ${name} gives no picture: see Devices`)
        const age = nowNanos - image.capturedNanos
        if (age > MAX_FRAME_AGE_NANOS)
          return err(`Camera ${name} is stale: its last picture is ${Math.round(nanosToMillis(age))} ms old`)
        images.push(image)
      }
      return ok({ ...observation, images })
    }
  }
}

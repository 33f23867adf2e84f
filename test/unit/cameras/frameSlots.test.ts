import { describe, expect, test } from 'vitest'
import type { CameraImage, Observation } from '@shared/ipc/ports'
import { createFrameSlots, MAX_FRAME_AGE_NANOS } from '../../../src/main/cameras/frameSlots'

const image = (name: string, capturedNanos: number): CameraImage => ({
  name,
  width: 1,
  height: 1,
  capturedNanos,
  rgb: Uint8Array.of(1, 2, 3)
})
const observation: Observation = {
  epoch: 1,
  episode: 0,
  capturedNanos: 5e9,
  images: [image('top', 5e9), image('wrist', 5e9)],
  proprioception: [0, 0, 0, 1],
  commandedMetres: [0, 0, 0],
  instruction: 'put it there'
}

describe('what the policy sees', () => {
  test('is the bench’s where no device stands for it', () =>
    expect(createFrameSlots().into(observation, 5e9)).toEqual({ ok: true, value: observation }))

  test('is the newest picture of the device, with its own capture time', () => {
    const slots = createFrameSlots()
    slots.assign(['wrist'])
    slots.put(image('wrist', 4.8e9))
    slots.put(image('wrist', 4.9e9))
    const seen = slots.into(observation, 5e9)
    if (!seen.ok) throw new Error(seen.error)
    expect(seen.value.images.map(({ name, capturedNanos }) => [name, capturedNanos])).toEqual([
      ['top', 5e9],
      ['wrist', 4.9e9]
    ])
  })

  test('is nothing, by name, when the picture is too old or there is none', () => {
    const slots = createFrameSlots()
    slots.assign(['wrist'])
    expect(slots.into(observation, 5e9)).toEqual({
      ok: false,
      error: 'Camera wrist gives no picture: see Devices'
    })
    slots.put(image('wrist', 5e9))
    expect(slots.into(observation, 5e9 + MAX_FRAME_AGE_NANOS).ok).toBe(true)
    expect(slots.into(observation, 5e9 + MAX_FRAME_AGE_NANOS + 1e6)).toEqual({
      ok: false,
      error: 'Camera wrist is stale: its last picture is 401 ms old'
    })
  })

  test('forgets a device that is taken away, and pictures of cameras that are none', () => {
    const slots = createFrameSlots()
    slots.put(image('wrist', 5e9))
    slots.assign(['wrist'])
    expect(slots.into(observation, 5e9).ok).toBe(false)
    slots.put(image('wrist', 5e9))
    slots.assign([])
    expect(slots.into(observation, 9e9)).toEqual({ ok: true, value: observation })
  })
})

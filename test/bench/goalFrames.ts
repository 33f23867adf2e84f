import type { WireEntry } from '../emulators/pty/wireLog'

/** Goals as they passed the wire of an SO-101, worked out from the bytes and not by the app's own codec. */
export interface GoalFrame {
  readonly atNanos: number
  /** Its parameters. */
  readonly key: string
}

/** `FF FF FE LEN 83 2A …`: sync write of Goal_Position (the motor's manual). */
const HEADER = [0xff, 0xff]
const LENGTH_AT = 3
const BEFORE_PARAMETERS = 4
const SYNC_WRITE = 0x83
const GOAL_POSITION = 0x2a

/** A chunk holds whole frames, sometimes several. */
const framesIn = (bytes: Uint8Array): readonly Uint8Array[] => {
  const frames: Uint8Array[] = []
  let at = 0
  while (HEADER.every((byte, index) => bytes[at + index] === byte)) {
    const end = at + BEFORE_PARAMETERS + (bytes[at + LENGTH_AT] ?? 0)
    frames.push(bytes.subarray(at, end))
    at = end
  }
  return frames
}

export const goalFrames = (entries: readonly WireEntry[]): readonly GoalFrame[] =>
  entries.flatMap(({ atNanos, from, bytes }) =>
    (from === 'host' ? framesIn(bytes) : [])
      .filter((frame) => frame[4] === SYNC_WRITE && frame[5] === GOAL_POSITION)
      .map((frame) => ({ atNanos, key: frame.subarray(BEFORE_PARAMETERS).join(' ') }))
  )

/** So many equal goals in a row are a hold; between two actions there may be some as well. */
export const HOLDING_FRAMES = 8

/**
 * When the wire told the arm to hold: the first frame after `pressedNanos` that repeats the one
 * before it, with more of them following. null when the arm was not on its way then: it held by itself.
 */
export function heldAt(frames: readonly GoalFrame[], pressedNanos: number): number | null {
  const after = frames.findIndex(({ atNanos }) => atNanos > pressedNanos)
  if (after < 2 || frames[after - 1]?.key === frames[after - 2]?.key) return null
  for (let at = after; at + HOLDING_FRAMES <= frames.length; at++) {
    const held = frames.slice(at - 1, at + HOLDING_FRAMES)
    if (held.every(({ key }) => key === held[0]?.key)) return frames[at]?.atNanos ?? null
  }
  return null
}

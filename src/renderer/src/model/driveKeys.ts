import type { DriveRates } from '@shared/domain/teleop'

/**
 * Keys that drive the arm while they are held, in teleoperation by keyboard only. By their place on the keyboard: they
 * mean a direction, not a letter.
 */
export const DRIVE_KEYS = [
  { code: 'ArrowLeft', hint: '←', title: 'left', linear: [-1, 0, 0], gripper: 0 },
  { code: 'ArrowRight', hint: '→', title: 'right', linear: [1, 0, 0], gripper: 0 },
  { code: 'ArrowUp', hint: '↑', title: 'away', linear: [0, -1, 0], gripper: 0 },
  { code: 'ArrowDown', hint: '↓', title: 'towards you', linear: [0, 1, 0], gripper: 0 },
  { code: 'PageUp', hint: 'PgUp', title: 'up', linear: [0, 0, 1], gripper: 0 },
  { code: 'PageDown', hint: 'PgDn', title: 'down', linear: [0, 0, -1], gripper: 0 },
  { code: 'KeyV', hint: 'V', title: 'close', linear: [0, 0, 0], gripper: -1 },
  { code: 'KeyG', hint: 'G', title: 'open', linear: [0, 0, 0], gripper: 1 }
] as const

export const isDriveKey = (code: string): boolean => DRIVE_KEYS.some((key) => key.code === code)

export const AT_REST: DriveRates = { kind: 'tool', linear: [0, 0, 0], gripper: 0 }

const bounded = (value: number): number => Math.max(-1, Math.min(1, value))

/** What the held keys ask for together; opposite ones cancel. `speed`: 0…1. */
export function ratesOfKeys(held: ReadonlySet<string>, speed: number): DriveRates {
  const sum = (pick: (key: (typeof DRIVE_KEYS)[number]) => number): number =>
    bounded(DRIVE_KEYS.filter(({ code }) => held.has(code)).reduce((total, key) => total + pick(key), 0)) *
    speed
  return {
    kind: 'tool',
    linear: [sum(({ linear }) => linear[0]), sum(({ linear }) => linear[1]), sum(({ linear }) => linear[2])],
    gripper: sum(({ gripper }) => gripper)
  }
}

/** The parts of a Gamepad that count: the standard layout. */
export interface PadState {
  readonly axes: readonly number[]
  readonly buttons: readonly { readonly pressed: boolean; readonly value: number }[]
}

const DEAD_ZONE = 0.12
const LEFT_SHOULDER = 4
const LEFT_TRIGGER = 6
const RIGHT_TRIGGER = 7

const axis = (value: number | undefined): number => {
  const size = Math.abs(value ?? 0)
  return size < DEAD_ZONE ? 0 : bounded((Math.sign(value ?? 0) * (size - DEAD_ZONE)) / (1 - DEAD_ZONE))
}

/**
 * Left stick: across the bench; right stick: up and down; triggers: close and open. Only while the left shoulder button
 * is held: a stick that was knocked moves nothing. null: it isn't held.
 */
export function ratesOfPad({ axes, buttons }: PadState, speed: number): DriveRates | null {
  if (buttons[LEFT_SHOULDER]?.pressed !== true) return null
  const grip = (buttons[RIGHT_TRIGGER]?.value ?? 0) - (buttons[LEFT_TRIGGER]?.value ?? 0)
  return {
    kind: 'tool',
    linear: [axis(axes[0]) * speed, axis(axes[1]) * speed, -axis(axes[3]) * speed],
    gripper: axis(grip) * speed
  }
}

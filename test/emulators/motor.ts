import { clamp, NANOS_PER_MILLI, NANOS_PER_SECOND } from '@shared/units'

/**
 * One joint: a geared motor with a load and a hand on it. Units: encoder ticks (4096 a turn on every servo here),
 * seconds, °C; torque as a fraction of stall torque, −1…1. Steps of 1 ms, so that the result does not depend on how
 * often it is asked. It is plausible, not identified from hardware: every constant is an assumption.
 */
export interface MotorSpec {
  /** Where the joint stands at the start, ticks, unbounded. */
  readonly startTicks: number
  readonly maxTicksPerSec: number
  /** What stall torque accelerates the unloaded joint by. */
  readonly stallTicksPerSec2: number
  /** Static friction of the gear: what holds a passive arm up. */
  readonly friction: number
  /** Torque that the load exerts at a position; positive pulls towards larger positions. */
  readonly gravity: (ticks: number) => number
  /** Where the mechanism ends, ticks. */
  readonly stops: { readonly minTicks: number; readonly maxTicks: number }
}

/** What the firmware asks of the motor; limits are fractions of stall torque, ticks and seconds. */
export type Drive =
  | { readonly kind: 'free' }
  | { readonly kind: 'torque'; readonly torque: number }
  | ({ readonly kind: 'velocity'; readonly ticksPerSec: number } & DriveLimits)
  | ({ readonly kind: 'position'; readonly errorTicks: number } & DriveLimits)

interface DriveLimits {
  readonly maxTicksPerSec: number
  readonly maxTicksPerSec2: number
  readonly maxTorque: number
}

export interface Motor {
  readonly spec: MotorSpec
  /** True position of the joint. */
  readonly ticks: number
  /** What the encoder says: `ticks`, unless it is stuck. */
  readonly sensedTicks: number
  readonly ticksPerSec: number
  /** What the motor exerts now, −1…1. */
  readonly torque: number
  readonly temperatureC: number
  /** Moves time on; `control` is asked once a millisecond. */
  advance(nanos: number, control: () => Drive, afterStep?: () => void): void
  /** A hand that pushes with a constant torque until told otherwise. */
  push(torque: number): void
  /** A hand or an obstacle that holds the joint where it is. */
  jam(jammed: boolean): void
  /** A hand that puts the joint somewhere and lets go. */
  place(ticks: number): void
  /** The encoder repeats its last value. */
  stickEncoder(stuck: boolean): void
  heatTo(celsius: number): void
}

export const STEP_NANOS = NANOS_PER_MILLI
const STEP_SECONDS = STEP_NANOS / NANOS_PER_SECOND
const AMBIENT_C = 25
/** What full torque ends at above ambient, and how fast. */
const FULL_TORQUE_RISE_C = 90
const COOLING_SECONDS = 120
/** Position error to wanted velocity, and position error of a held joint to torque. */
const POSITION_SECONDS = 0.02
const STALL_ERROR_TICKS = 40
const FREE_DAMPING_PER_SEC = 8

export const defaultMotorSpec: MotorSpec = {
  startTicks: 2048,
  maxTicksPerSec: 3400,
  stallTicksPerSec2: 60_000,
  friction: 0.04,
  gravity: () => 0,
  stops: { minTicks: -Infinity, maxTicks: Infinity }
}

export function createMotor(given: Partial<MotorSpec>): Motor {
  const spec = { ...defaultMotorSpec, ...given }
  let ticks = spec.startTicks
  let ticksPerSec = 0
  let torque = 0
  let temperatureC = AMBIENT_C
  let leftoverNanos = 0
  let hand = 0
  let jammed = false
  let stuckAt: number | null = null

  const external = (): number => spec.gravity(ticks) + hand

  /** Torque that brings the velocity to `wanted` within this step, as far as the limits go. */
  function track(wanted: number, limits: DriveLimits): number {
    const top = Math.min(limits.maxTicksPerSec, spec.maxTicksPerSec)
    const change = limits.maxTicksPerSec2 * STEP_SECONDS
    const next = ticksPerSec + clamp(clamp(wanted, -top, top) - ticksPerSec, -change, change)
    const acceleration = (next - ticksPerSec) / STEP_SECONDS / spec.stallTicksPerSec2
    const needed = acceleration - external() + spec.friction * Math.sign(ticksPerSec || next)
    return clamp(needed, -limits.maxTorque, limits.maxTorque)
  }

  function wantedVelocity(errorTicks: number, limits: DriveLimits): number {
    const size = Math.abs(errorTicks)
    if (size < 0.5) return 0
    const braking = Math.sqrt(2 * Math.min(limits.maxTicksPerSec2, spec.stallTicksPerSec2) * size)
    return Math.sign(errorTicks) * Math.min(size / POSITION_SECONDS, braking)
  }

  const blockedTorque = (errorTicks: number, limits: DriveLimits): number =>
    clamp(errorTicks / STALL_ERROR_TICKS, -limits.maxTorque, limits.maxTorque)

  function torqueFor(drive: Drive, blocked: boolean): number {
    switch (drive.kind) {
      case 'free':
        return 0
      case 'torque':
        return clamp(drive.torque, -1, 1)
      case 'velocity':
        return blocked ? Math.sign(drive.ticksPerSec) * drive.maxTorque : track(drive.ticksPerSec, drive)
      case 'position':
        return blocked
          ? blockedTorque(drive.errorTicks, drive)
          : track(wantedVelocity(drive.errorTicks, drive), drive)
    }
  }

  /** Whether what the drive wants is beyond a mechanical stop that the joint already touches. */
  function pressesOnStop(drive: Drive): boolean {
    const direction =
      drive.kind === 'position' ? drive.errorTicks : drive.kind === 'velocity' ? drive.ticksPerSec : 0
    return (direction > 0 && ticks >= spec.stops.maxTicks) || (direction < 0 && ticks <= spec.stops.minTicks)
  }

  function step(drive: Drive): void {
    const blocked = jammed || pressesOnStop(drive)
    torque = torqueFor(drive, blocked)
    const net = torque + external()
    if (jammed || (ticksPerSec === 0 && Math.abs(net) <= spec.friction)) {
      ticksPerSec = 0
    } else {
      const rubbing = spec.friction * Math.sign(ticksPerSec || net)
      const damping = drive.kind === 'free' ? FREE_DAMPING_PER_SEC * ticksPerSec : 0
      const next = ticksPerSec + ((net - rubbing) * spec.stallTicksPerSec2 - damping) * STEP_SECONDS
      // Friction stops a joint; it never turns it round.
      const stops = Math.sign(next) === -Math.sign(ticksPerSec) && Math.abs(net) <= spec.friction
      ticksPerSec = stops ? 0 : clamp(next, -spec.maxTicksPerSec, spec.maxTicksPerSec)
      if (drive.kind === 'position' && Math.abs(drive.errorTicks) < 0.5 && Math.abs(ticksPerSec) < 1)
        ticksPerSec = 0
    }
    const moved = ticks + ticksPerSec * STEP_SECONDS
    ticks = clamp(moved, spec.stops.minTicks, spec.stops.maxTicks)
    if (ticks !== moved) ticksPerSec = 0
    const heating = FULL_TORQUE_RISE_C * torque * torque
    temperatureC += ((heating - (temperatureC - AMBIENT_C)) / COOLING_SECONDS) * STEP_SECONDS
  }

  return {
    spec,
    get ticks() {
      return ticks
    },
    get sensedTicks() {
      return stuckAt ?? ticks
    },
    get ticksPerSec() {
      return ticksPerSec
    },
    get torque() {
      return torque
    },
    get temperatureC() {
      return temperatureC
    },
    advance(nanos, control, afterStep) {
      leftoverNanos += nanos
      while (leftoverNanos >= STEP_NANOS) {
        leftoverNanos -= STEP_NANOS
        step(control())
        afterStep?.()
      }
    },
    push: (given) => void (hand = given),
    jam: (given) => void (jammed = given),
    place(given) {
      ticks = clamp(given, spec.stops.minTicks, spec.stops.maxTicks)
      ticksPerSec = 0
    },
    stickEncoder: (stuck) => void (stuckAt = stuck ? ticks : null),
    heatTo: (celsius) => void (temperatureC = celsius)
  }
}

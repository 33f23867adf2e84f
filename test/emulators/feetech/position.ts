import { type Motor } from '../motor'
import { type RegisterFile } from '../registers'
import { decodeSignMagnitude, encodeSignMagnitude } from './signMagnitude'
import { PHASE_MULTI_TURN, type Sts3215Register } from './table'

const TURN_TICKS = 4096
const LARGEST_OFFSET = 2047
const wrap = (ticks: number): number => ((ticks % TURN_TICKS) + TURN_TICKS) % TURN_TICKS

/** Way from one angle to another, whichever way round is shorter. */
function distanceAround(from: number, to: number): number {
  const forwards = wrap(to - from)
  return Math.min(forwards, TURN_TICKS - forwards)
}

/** Between what an STS3215 reports and commands, and where its joint is. Present = actual − Homing_Offset. */
export interface Positions {
  /** As Present_Position would say it, with the fraction of a tick that the control loop sees. */
  present(): number
  /** Whole ticks, as Present_Position says it. */
  reading(): number
  /** Goal within the limits; see `goalWithinLimits`. */
  target(): number
  /** Writes the offset that makes the present position read as `reading`. */
  calibrate(reading: number): void
  /** The encoder is absolute within a turn: turns are forgotten (power on, instruction 0x0A). */
  forgetTurns(): void
}

/**
 * The servo aims for the limit that is nearer around the circle when a goal lies beyond both, and leaves the register
 * as written (huggingface/lerobot issue 3585). Both limits 0: no limits (memory table, multi-turn).
 */
export function goalWithinLimits(goal: number, min: number, max: number): number {
  if ((min === 0 && max === 0) || (goal >= min && goal <= max)) return goal
  return distanceAround(goal, min) <= distanceAround(goal, max) ? min : max
}

export function createPositions(registers: RegisterFile<Sts3215Register>, motor: Motor): Positions {
  let turnTicks = 0

  const forgetTurns = (): void => {
    turnTicks = Math.floor(motor.ticks / TURN_TICKS) * TURN_TICKS
  }
  forgetTurns()

  function reported(ticks: number): number {
    const unwrapped = ticks - turnTicks - decodeSignMagnitude(registers.get('homingOffset'), 11)
    const multiTurn = (registers.get('phase') & PHASE_MULTI_TURN) !== 0
    return multiTurn ? unwrapped : wrap(unwrapped)
  }

  return {
    present: () => reported(motor.sensedTicks),
    reading: () => reported(Math.round(motor.sensedTicks)),
    target() {
      const goal = decodeSignMagnitude(registers.get('goalPosition'), 15)
      return goalWithinLimits(goal, registers.get('minPositionLimit'), registers.get('maxPositionLimit'))
    },
    calibrate(reading) {
      const raw = wrap(Math.round(motor.sensedTicks))
      // ±2047 is all the register holds; the half turn that is left over is one tick off.
      const offset = wrap(raw - reading)
      const signed = offset > TURN_TICKS / 2 ? offset - TURN_TICKS : Math.min(offset, LARGEST_OFFSET)
      registers.set('homingOffset', encodeSignMagnitude(signed, 11))
      registers.save('homingOffset')
      forgetTurns()
    },
    forgetTurns
  }
}

import type { BenchBlock, BenchOutcome } from '@shared/domain/bench'
import { BIN_POSITIONS, BIN_TOLERANCE_UNITS, colourName } from '@shared/domain/benchWorld'
import { assertNever } from '@shared/domain/result'
import type { Scene } from './scene'

/** Why an episode ended, told to people. */

/** How a block can jam in its slot: pulled sideways, against its closed end, into a neighbour, or up. */
export type JamCause = 'sideways' | 'backward' | 'neighbour' | 'lifted'

export type Ending =
  | { readonly kind: 'placed' }
  | { readonly kind: 'wrongBin' }
  | { readonly kind: 'misplaced' }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'jam'; readonly cause: JamCause }

const JAM_TEXT: Readonly<Record<JamCause, string>> = {
  sideways: 'was pulled across its slot',
  backward: 'was pushed against the closed end of its slot',
  neighbour: 'was pulled into the block that is in its way',
  lifted: 'was lifted before it had left its slot'
}

/** Where a target that missed its bin is now. */
function placeOf(scene: Scene): string {
  const { x, y } = scene.gripper
  const bin = BIN_POSITIONS.findIndex(
    (position) =>
      Math.abs(position.x - x) < BIN_TOLERANCE_UNITS && Math.abs(position.y - y) < BIN_TOLERANCE_UNITS
  )
  const colour = scene.binColours[bin]
  return colour === undefined ? 'outside the bins' : `in the ${colourName(colour)} bin`
}

/** The outcome of an ending that concerns `block`, with a sentence for people. */
export function decide(scene: Scene, block: BenchBlock, ending: Ending): BenchOutcome {
  const name = `The ${colourName(block.colour)} block`
  const bin = `the ${colourName(scene.targetBin)} bin`
  switch (ending.kind) {
    case 'placed':
      return { success: true, reason: 'placed', message: `${name} is in ${bin}` }
    case 'wrongBin':
      return {
        success: false,
        reason: 'wrongBin',
        message: `${name} was set down ${placeOf(scene)} instead of in ${bin}`
      }
    case 'misplaced':
      return {
        success: false,
        reason: 'misplaced',
        message: `${name} was in the way, but was not set down on the grey pad`
      }
    case 'dropped':
      return { success: false, reason: 'dropped', message: `${name} was let go above the table` }
    case 'jam':
      return { success: false, reason: 'jam', message: `${name} ${JAM_TEXT[ending.cause]} and jammed` }
    default:
      return assertNever(ending)
  }
}

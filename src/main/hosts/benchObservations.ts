import { METRES_PER_UNIT, STEP_UNITS } from '@shared/domain/benchWorld'
import type { CameraImage } from '@shared/ipc/ports'
import type { ComparedObservation } from '../policy/compare'
import type { DrivenArm } from '../policy/drivability'
import type { PolicyInput } from '../policy/inferenceCore'
import type { AffineScale } from '../policy/statistics'
import { trayArm } from '../robot/specs/trayArm'
import { demonstratedStates } from '../simulator/demonstrations'
import { feedbackChunk } from '../simulator/feedbackExpert'
import { renderRasters, TOP_PIXELS, WRIST_PIXELS, type Rasters } from '../simulator/raster'
import { proprioception, type Scene } from '../simulator/scene'

/** The arm over the bench, and what the bench's cameras give its policy. */
export const BENCH_ARM: DrivenArm = {
  robot: trayArm.name,
  cameras: [
    { name: 'top', width: TOP_PIXELS, height: TOP_PIXELS },
    { name: 'wrist', width: WRIST_PIXELS, height: WRIST_PIXELS }
  ]
}

/** The bench's camera images as a policy is given them. */
export const benchImages = ({ top, wrist }: Rasters, capturedNanos: number): CameraImage[] => [
  { name: 'top', width: TOP_PIXELS, height: TOP_PIXELS, capturedNanos, rgb: top },
  { name: 'wrist', width: WRIST_PIXELS, height: WRIST_PIXELS, capturedNanos, rgb: wrist }
]

/** What a policy is given of a bench state: both cameras, the arm's pose and the instruction. */
export function benchInput(scene: Scene): PolicyInput {
  return {
    images: benchImages(renderRasters(scene, 'shown'), 0),
    proprioception: proprioception(scene),
    instruction: scene.instruction
  }
}

/** Scenes that no demonstration and no evaluation was made of. */
const SEED = 424_242
const MAX_CHAIN = 7
/** States in a row are much alike. */
const EVERY = 7

/** States of the bench with the expert's answers, always the same ones. */
export function benchObservations(count: number): ComparedObservation[] {
  const observations: ComparedObservation[] = []
  let seen = 0
  for (const scene of demonstratedStates({ seed: SEED, maxChain: MAX_CHAIN })) {
    if (seen++ % EVERY !== 0) continue
    observations.push({ input: benchInput(scene), expert: Float32Array.from(feedbackChunk(scene).flat()) })
    if (observations.length === count) break
  }
  return observations
}

/** Whether normalised actions mean what the expert's do: ±1 is a step of the bench along x, y and z, closed at 1. */
export function isBenchScale({ scale, offset }: AffineScale): boolean {
  const step = STEP_UNITS * METRES_PER_UNIT
  const near = (found: readonly number[], wanted: readonly number[]): boolean =>
    wanted.every((value, index) => Math.abs((found[index] ?? NaN) - value) < 1e-9)
  return near(scale, [step, step, step, -0.5]) && near(offset, [0, 0, 0, 0.5])
}

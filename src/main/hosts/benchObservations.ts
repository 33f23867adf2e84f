import type { ComparedObservation } from '../policy/compare'
import type { PolicyInput } from '../policy/inferenceCore'
import { demonstratedStates } from '../simulator/demonstrations'
import { feedbackChunk } from '../simulator/feedbackExpert'
import { renderRasters, TOP_PIXELS, WRIST_PIXELS } from '../simulator/raster'
import { proprioception, type Scene } from '../simulator/scene'

/** What a policy is given of a bench state: both cameras, the arm's pose and the instruction. */
export function benchInput(scene: Scene): PolicyInput {
  const { top, wrist } = renderRasters(scene, 'shown')
  return {
    images: [
      { name: 'top', width: TOP_PIXELS, height: TOP_PIXELS, capturedNanos: 0, rgb: top },
      { name: 'wrist', width: WRIST_PIXELS, height: WRIST_PIXELS, capturedNanos: 0, rgb: wrist }
    ],
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

import { CHUNK_ACTIONS } from '@shared/domain/benchWorld'
import { createRandom, deriveSeed, type Random } from '@shared/random/xoshiro'
import type { PolicyBackend } from '../policy/backend'
import { actionBudget } from '../simulator/expert'
import { stepDelta, type NormalisedAction } from '../simulator/physics'
import type { Scene } from '../simulator/scene'
import { createScene } from '../simulator/sceneGenerator'
import { benchInput } from './benchObservations'

/**
 * States a policy gets itself into, to be learnt from with the expert's answer (DAgger: Ross, Gordon and Bagnell,
 * 2011): whole episodes on the bare bench, executing between one and all actions of each chunk.
 */
export interface VisitedStatesOptions {
  readonly backend: PolicyBackend
  readonly seed: number
  /** Longest chain of blockers, 0…10. */
  readonly maxChain: number
  /** Iterations of every prediction. */
  readonly iterations: number
}

/** Of the states between two predictions; where one is asked for, all are kept. */
const KEPT_BETWEEN_SHARE = 0.3

async function predict(
  { backend, iterations }: VisitedStatesOptions,
  scene: Scene,
  random: Random
): Promise<NormalisedAction[]> {
  const encoded = await backend.encode(benchInput(scene))
  if (!encoded.ok) throw new Error(encoded.error.message)
  backend.initialise(random.uint32())
  let chunk: Float32Array = new Float32Array()
  for (let k = 1; k <= iterations; k++) {
    const iterated = await backend.iterate(k)
    if (!iterated.ok) throw new Error(iterated.error.message)
    ;({ chunk } = iterated.value)
  }
  return Array.from({ length: CHUNK_ACTIONS }, (_, step) => {
    const [dx = 0, dy = 0, dz = 0, grip = 0] = chunk.subarray(4 * step, 4 * step + 4)
    return [dx, dy, dz, grip] as const
  })
}

/** Endless; the scene given out is the live one: take what you need of it before asking for the next. */
export async function* visitedStates(options: VisitedStatesOptions): AsyncGenerator<Scene, never> {
  for (let episode = 0; ; episode++) {
    const random = createRandom(deriveSeed(options.seed, episode))
    const chainDepth = random.integer(options.maxChain + 1)
    const scene = createScene({ seed: random.uint32(), chainDepth })
    let left = actionBudget(chainDepth)
    const over = (): boolean => scene.outcome !== null || left <= 0
    while (!over()) {
      yield scene
      const chunk = await predict(options, scene, random)
      const horizon = 1 + random.integer(CHUNK_ACTIONS)
      for (const [done, action] of chunk.slice(0, horizon).entries()) {
        if (done > 0 && random.float() < KEPT_BETWEEN_SHARE) yield scene
        stepDelta(scene, action)
        left -= 1
        if (over()) break
      }
    }
  }
}

import type { Fault } from '@shared/domain/fault'
import { ok, type Result } from '@shared/domain/result'
import { fillTruncatedNormal } from '@shared/random/truncatedNormal'
import type { InferenceCore } from './inferenceCore'
import { slot } from './tensorBuffers'

/** Chunks of other seeds. They are computed in the slots of the own states, which are set aside meanwhile. */
export interface OtherSeeds {
  /**
   * a_k of each seed from the present conditioning, T×A row-major, normalised; one after another. The slots are afterwards
   * as they were. Fewer chunks than seeds: `isWanted` said no before the next iteration.
   */
  chunks(seeds: readonly number[], k: number, isWanted: () => boolean): Promise<Result<Float32Array[], Fault>>
  /** The own S_k, T×D row-major, also while others are computed: people may decide at any time. */
  own(k: number): Float32Array
}

export function createOtherSeeds(core: InferenceCore, standardDeviation: number): OtherSeeds {
  let aside: readonly Float32Array[] = []

  async function compute(
    seeds: readonly number[],
    k: number,
    isWanted: () => boolean
  ): Promise<Result<Float32Array[], Fault>> {
    const chunks: Float32Array[] = []
    for (const seed of seeds) {
      fillTruncatedNormal(slot(core.buffers.states, 0).data, seed, standardDeviation)
      for (let each = 1; each < k; each++) {
        if (!isWanted()) return ok(chunks)
        const step = await core.iterateDeferred(each, NEVER)
        if (!step.ok) return step
      }
      if (!isWanted()) return ok(chunks)
      const last = await core.iterate(k)
      if (!last.ok) return last
      chunks.push(last.value.chunk)
    }
    return ok(chunks)
  }

  return {
    async chunks(seeds, k, isWanted) {
      const states = core.buffers.states.slice(0, k + 1)
      aside = states.map(({ data }) => data.slice())
      try {
        return await compute(seeds, k, isWanted)
      } finally {
        states.forEach(({ data }, index) => data.set(aside[index] ?? []))
        aside = []
      }
    },
    own: (k) => aside[k] ?? slot(core.buffers.states, k).data
  }
}

/** No relative change is below it: only the last iteration's chunk is asked for. */
const NEVER = 0

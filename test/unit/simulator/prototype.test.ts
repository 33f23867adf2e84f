import { describe, expect, test } from 'vitest'
import { COLOUR_NAMES, METRES_PER_UNIT, Z_HIGH } from '@shared/domain/benchWorld'
import { expertChunk } from '../../../src/main/simulator/expert'
import { stepDelta } from '../../../src/main/simulator/physics'
import { chainFrom } from '../../../src/main/simulator/planning'
import { renderRasters } from '../../../src/main/simulator/raster'
import { proprioception, type Scene } from '../../../src/main/simulator/scene'
import {
  recordedEpisodes,
  recordedRaster,
  recordedRasterCount,
  recordedScene,
  type RecordedState
} from './recordings'

/** What the prototype calls a scene's state, so that both compare with `toEqual`. */
function stateOf(scene: Scene): Partial<RecordedState> {
  const { gripper, outcome } = scene
  const why = outcome?.reason === 'wrongBin' ? 'placed' : (outcome?.reason ?? '')
  return {
    grip: [gripper.x, gripper.y, gripper.z],
    closed: scene.closed,
    held: scene.heldBlock ?? -1,
    freed: scene.freed,
    slid: scene.slid,
    removed: scene.blocks.flatMap((block, index) => (block ? [] : [index])),
    done: outcome !== null,
    success: outcome?.success ?? false,
    why
  }
}

const withoutObservation = ({
  grip,
  closed,
  held,
  freed,
  slid,
  removed,
  done,
  success,
  why
}: RecordedState) => ({
  grip,
  closed,
  held,
  freed,
  slid,
  removed,
  done,
  success,
  why
})

/** −0 and 0 are the same action. */
const plain = (chunk: readonly (readonly number[])[]): number[] => chunk.flat().map((value) => value + 0)

/** The prototype's proprioception, from ours. */
function normalised(scene: Scene): number[] {
  const [x, y, z, opening] = proprioception(scene)
  const unit = (metres: number): number => metres / METRES_PER_UNIT
  return [unit(x) * 2 - 1, unit(y) * 2 - 1, (unit(z) / Z_HIGH) * 2 - 1, opening === 0 ? 1 : -1].map(
    Math.fround
  )
}

function checkObservation(scene: Scene, recorded: RecordedState): void {
  if (recorded.raster !== undefined) {
    const { top, wrist } = renderRasters(scene)
    const wanted = recordedRaster(recorded.raster)
    expect(Buffer.compare(top, wanted.top)).toBe(0)
    expect(Buffer.compare(wrist, wanted.wrist)).toBe(0)
  }
  if (recorded.proprio) expect(normalised(scene)).toEqual(recorded.proprio)
  if (recorded.chunk) expect(plain(expertChunk(scene))).toEqual(plain(recorded.chunk))
}

describe('against recordings of the prototype', () => {
  test.each(recordedEpisodes.map((episode) => [`${episode.kind}, seed ${episode.seed}`, episode] as const))(
    '%s',
    (_, episode) => {
      const scene = recordedScene(episode)
      expect(scene.chainDepth).toBe(episode.start.chain.length - 1)
      expect(chainFrom(scene, scene.targetBlock)).toEqual(episode.start.chain)
      expect(scene.instruction).toContain(`the ${COLOUR_NAMES[episode.start.tcol]} block`)
      checkObservation(scene, episode.start)
      for (const recorded of episode.trace) {
        stepDelta(scene, recorded.action)
        expect(stateOf(scene)).toEqual(withoutObservation(recorded))
        checkObservation(scene, recorded)
      }
    }
  )

  test('the recordings hold every ending, every depth and every raster once', () => {
    const reasons = new Map<string, number>()
    const rasters = new Set<number>()
    for (const { start, trace } of recordedEpisodes) {
      const last = trace.at(-1)
      const reason = last?.why === 'placed' && !last.success ? 'wrongBin' : (last?.why ?? '')
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      for (const entry of [start, ...trace]) if (entry.raster !== undefined) rasters.add(entry.raster)
    }
    expect([...reasons.keys()].sort()).toEqual(['', 'dropped', 'jam', 'misplaced', 'placed', 'wrongBin'])
    expect(new Set(recordedEpisodes.map((episode) => episode.start.chain.length - 1))).toEqual(
      new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    )
    expect(rasters.size).toBe(recordedRasterCount)
  })
})

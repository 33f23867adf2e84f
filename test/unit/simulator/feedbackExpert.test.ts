import { describe, expect, test } from 'vitest'
import { createRandom } from '@shared/random/xoshiro'
import { actionBudget } from '../../../src/main/simulator/expert'
import { feedbackAction, feedbackChunk } from '../../../src/main/simulator/feedbackExpert'
import { stepDelta, type NormalisedAction } from '../../../src/main/simulator/physics'
import { copyScene, type Scene } from '../../../src/main/simulator/scene'
import { createScene } from '../../../src/main/simulator/sceneGenerator'

/** Executes `horizon` actions of each chunk until the episode ends; how many it took. */
function run(scene: Scene, horizon: number): number {
  const budget = actionBudget(scene.chainDepth)
  let actions = 0
  while (!scene.outcome && actions < budget) {
    for (const action of feedbackChunk(scene).slice(0, horizon)) {
      stepDelta(scene, action)
      actions += 1
    }
  }
  return actions
}

describe('the feedback expert', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'solves every scene executing %d actions of each chunk, within the budget',
    (horizon) => {
      for (let seed = 0; seed < 66; seed++) {
        const scene = createScene({ seed: 400 + seed, chainDepth: seed % 11 })
        run(scene, horizon)
        expect(scene.outcome, `seed ${seed}, chain ${seed % 11}`).toMatchObject({ success: true })
      }
    }
  )

  test('goes on after disturbances as if nothing had been', () => {
    const random = createRandom(5)
    for (let seed = 0; seed < 60; seed++) {
      const scene = createScene({ seed: 900 + seed, chainDepth: seed % 8 })
      for (let n = 0; n < 400 && !scene.outcome; n++) {
        stepDelta(scene, feedbackAction(scene))
        if (random.float() < 0.1 && scene.gripper.z > 0.1 && !scene.outcome) {
          scene.gripper = { x: 0.1 + 0.8 * random.float(), y: 0.1 + 0.8 * random.float(), z: scene.gripper.z }
        }
      }
      expect(scene.outcome, `seed ${seed}`).toMatchObject({ success: true })
    }
  })

  test('a chunk is the feedback law played forward, with a wait for the fingers, and imagining it changes nothing', () => {
    const scene = createScene({ seed: 3, chainDepth: 2 })
    const before = JSON.stringify(scene)
    const chunk = feedbackChunk(scene)
    expect(JSON.stringify(scene)).toBe(before)
    const played = copyScene(scene)
    for (const action of chunk) {
      const wasClosed = played.closed
      const waits = action.slice(0, 3).every((delta) => delta === 0)
      if (!waits || played.closed !== action[3] > 0) expect(feedbackAction(played)).toEqual(action)
      stepDelta(played, action)
      if (played.closed !== wasClosed) expect(waits).toBe(true)
    }
    expect(played.heldBlock).not.toBeNull()
    expect(played.freed).toBe(true)
  })

  test('a mixture of the plans on both sides of a border between numbers of steps still grasps', () => {
    for (let seed = 0; seed < 200; seed++) {
      const scene = createScene({ seed: 2000 + seed, chainDepth: 0 })
      const target = scene.blocks[scene.targetBlock]
      if (!target) throw new Error('no target')
      const at = (distance: number): Scene => ({
        ...copyScene(scene),
        gripper: { x: target.x + (target.x > 0.5 ? -distance : distance), y: target.y, z: 0.2 }
      })
      const border = 0.03 + (1 + (seed % 2)) * 0.235
      const [sooner, later] = [feedbackChunk(at(border - 0.005)), feedbackChunk(at(border + 0.005))]
      for (const share of [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1]) {
        const played = at(border)
        for (const [step, early] of sooner.entries()) {
          const late = later[step] ?? early
          const mixed = early.map((value, index) => share * value + (1 - share) * (late[index] ?? 0))
          stepDelta(played, mixed as unknown as NormalisedAction)
        }
        const isHeld = played.heldBlock === played.targetBlock && played.freed
        expect(isHeld || played.outcome?.success, `seed ${seed}, share ${share}`).toBe(true)
      }
    }
  })
})

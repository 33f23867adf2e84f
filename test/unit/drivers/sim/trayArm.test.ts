import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { METRES_PER_UNIT } from '@shared/domain/benchWorld'
import { robotSpec, type JointSpec } from '@shared/domain/robot'
import { forwardKinematics } from '@shared/kinematics/verticalTool'
import { createRandom } from '@shared/random/xoshiro'
import { gateAction, type Gated } from '@shared/safety/gateAction'
import { trayArm } from '../../../../src/main/robot/specs/trayArm'
import { expertChunk } from '../../../../src/main/simulator/expert'
import { feedbackChunk } from '../../../../src/main/simulator/feedbackExpert'
import type { Scene } from '../../../../src/main/simulator/scene'
import { createScene } from '../../../../src/main/simulator/sceneGenerator'
import { expertActions, jointsAt } from './expertTicks'

const EPISODES = 528
const DEPTHS = 11
const TICK_SEC = 1 / trayArm.loopRateHz

interface Extremes {
  min: number
  max: number
  velocity: number
  acceleration: number
}

/** The bench's own expert, and the one that policies learn from. */
const EXPERTS = [expertChunk, feedbackChunk]

function* played(source: () => Iterable<Scene>): Generator<{ scene: Scene; chunkOf: typeof expertChunk }> {
  for (const chunkOf of EXPERTS) for (const scene of source()) yield { scene, chunkOf }
}

/** Extremes of every joint over expert episodes, counting a start or stop at every single tick. */
function measure(source: () => Iterable<Scene>): Extremes[] {
  const extremes = trayArm.joints.map(() => ({ min: Infinity, max: -Infinity, velocity: 0, acceleration: 0 }))
  for (const { scene, chunkOf } of played(source)) {
    let last: readonly number[] = jointsAt(trayArm, scene.gripper, scene.closed ? 0 : 1)
    let lastVelocity = last.map(() => 0)
    for (const { ticks } of expertActions(trayArm, scene, chunkOf)) {
      for (const position of ticks) {
        const velocity = position.map((value, joint) => (value - (last[joint] ?? NaN)) / TICK_SEC)
        extremes.forEach((extreme, joint) => {
          const now = velocity[joint] ?? NaN
          // A pause may come and end at any tick: also from rest to this velocity and back.
          const changes = Math.max(Math.abs(now - (lastVelocity[joint] ?? NaN)), Math.abs(now))
          extreme.min = Math.min(extreme.min, position[joint] ?? NaN)
          extreme.max = Math.max(extreme.max, position[joint] ?? NaN)
          extreme.velocity = Math.max(extreme.velocity, Math.abs(now))
          extreme.acceleration = Math.max(extreme.acceleration, changes / TICK_SEC)
        })
        last = position
        lastVelocity = velocity
      }
    }
  }
  return extremes
}

function* scenes(): Generator<Scene> {
  for (let seed = 0; seed < EPISODES; seed++) yield createScene({ seed, chainDepth: seed % DEPTHS })
}

function* scenesFromAnywhere(): Generator<Scene> {
  const random = createRandom(1)
  for (const scene of scenes()) {
    scene.gripper = {
      x: 0.02 + 0.96 * random.float(),
      y: 0.02 + 0.96 * random.float(),
      z: 0.2 * random.float()
    }
    yield scene
  }
}

function* freshScenes(): Generator<Scene> {
  for (let seed = 0; seed < 88; seed++) yield createScene({ seed: 10_000 + seed, chainDepth: seed % DEPTHS })
}

describe('tray arm', () => {
  test('is a valid spec whose home is over the bench', () => {
    expect(robotSpec.parse(trayArm)).toEqual(trayArm)
    const home = trayArm.joints.map((joint) => joint.home)
    const { tool } = forwardKinematics(trayArm.geometry, home.slice(0, 4))
    expect(tool.map((metres) => metres / METRES_PER_UNIT)).toEqual(
      [0.5, 0.0625, 0.2].map((v) => expect.closeTo(v, 12))
    )
    expect(home[4]).toBe(1)
  })

  test('reaches its whole workspace inside its joint limits, away from stretched and folded', () => {
    const axis = (index: 0 | 1 | 2) =>
      fc
        .double({ min: trayArm.workspace.min[index], max: trayArm.workspace.max[index], noNaN: true })
        .map((v) => v / METRES_PER_UNIT)
    const corner = fc.constantFrom(0.02, 0.98)
    const place = fc.oneof(
      fc.tuple(axis(0), axis(1), axis(2)),
      fc.tuple(corner, corner, fc.constantFrom(0, 0.2))
    )
    fc.assert(
      fc.property(place, ([x, y, z]) => {
        const joints = jointsAt(trayArm, { x, y, z }, 0)
        trayArm.joints.forEach(({ min, max }, index) => {
          expect(joints[index]).toBeGreaterThanOrEqual(min)
          expect(joints[index]).toBeLessThanOrEqual(max)
        })
        expect(Math.sin(Math.abs(joints[2] ?? 0))).toBeGreaterThan(0.4)
      }),
      { numRuns: 2000 }
    )
  })

  test.each([
    ['episodes of every depth', scenes, 1.25, 1.45],
    ['episodes that start anywhere', scenesFromAnywhere, 1.1, 1.45]
  ] as const)('limits leave room above expert %s, and not much more', (_, source, least, most) => {
    const extremes = measure(source)
    if (process.env['SHOW_MEASURED']) console.table(extremes)
    const check = (joint: JointSpec, limit: number, measured: number): void => {
      expect(limit / measured, joint.name).toBeGreaterThan(least)
      expect(limit / measured, joint.name).toBeLessThan(most)
    }
    trayArm.joints.forEach((joint, index) => {
      const extreme = extremes[index]
      if (!extreme) throw new Error(`nothing measured for ${joint.name}`)
      expect(extreme.min).toBeGreaterThanOrEqual(joint.min)
      expect(extreme.max).toBeLessThanOrEqual(joint.max)
      check(joint, joint.maxVelocityPerSec, extreme.velocity)
      check(joint, joint.maxAccelerationPerSec2, extreme.acceleration)
      expect(joint.maxJump).toBeGreaterThan(2 * extreme.velocity * TICK_SEC)
    })
  })

  test('the gate passes every tick of the experts untouched', () => {
    const limits = {
      joints: trayArm.joints,
      workspace: trayArm.workspace,
      forward: (position: readonly number[]) =>
        forwardKinematics(trayArm.geometry, position.slice(0, 4)).tool,
      tickSec: TICK_SEC
    }
    const touched: Gated[] = []
    for (const { scene, chunkOf } of played(freshScenes)) {
      let last: readonly number[] = jointsAt(trayArm, scene.gripper, 1)
      let lastVelocity: readonly number[] = last.map(() => 0)
      for (const { ticks } of expertActions(trayArm, scene, chunkOf)) {
        for (const position of ticks) {
          const gated = gateAction(
            { position, expiresNanos: 1 },
            { presentPosition: last, lastSentPosition: last, lastSentVelocity: lastVelocity },
            limits,
            0
          )
          if (gated.kind !== 'send' || gated.verdict.kind !== 'pass') touched.push(gated)
          const previous = last
          lastVelocity = position.map((value, joint) => (value - (previous[joint] ?? NaN)) / TICK_SEC)
          last = position
        }
      }
    }
    expect(touched).toEqual([])
  })
})

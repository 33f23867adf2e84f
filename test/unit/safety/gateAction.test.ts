import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JointSpec } from '@shared/domain/robot'
import { gateAction, type GateLimits, type GateObservation } from '@shared/safety/gateAction'

const joint = (name: string): JointSpec => ({
  name,
  kind: 'revolute',
  min: -1,
  max: 1,
  maxVelocityPerSec: 2,
  maxAccelerationPerSec2: 50,
  maxJump: 0.2,
  home: 0
})
const limits: GateLimits = {
  joints: [joint('a'), joint('b')],
  workspace: { min: [-0.9, -2, -2], max: [0.9, 2, 2] },
  forward: ([a = 0, b = 0]) => [a, b, 0],
  tickSec: 0.02
}
const still: GateObservation = { presentPosition: [0, 0], lastSentPosition: [0, 0], lastSentVelocity: [0, 0] }
const LATER = 10

const gate = (position: readonly number[], observation = still, now = 0) =>
  gateAction({ position, expiresNanos: LATER }, observation, limits, now)

describe('gateAction', () => {
  test('passes a small command unchanged', () => {
    expect(gate([0.01, -0.01])).toEqual({ kind: 'send', position: [0.01, -0.01], verdict: { kind: 'pass' } })
  })

  test.each([
    ['expired', [0, 0], LATER],
    ['shape', [0], 0],
    ['nonFinite', [Number.NaN, 0], 0],
    ['nonFinite', [0, Number.POSITIVE_INFINITY], 0]
  ] as const)('rejects %s', (code, position, now) => {
    expect(gate(position, still, now)).toMatchObject({ kind: 'reject', cause: { code } })
  })

  test('slows a fast command down along its path', () => {
    const gated = gate([0.2, 0.1], { ...still, lastSentVelocity: [2, 1] })
    expect(gated).toMatchObject({ kind: 'send', verdict: { kind: 'clamp', joints: expect.any(Array) } })
    if (gated.kind !== 'send') return
    expect(gated.position[0]).toBeCloseTo(0.04, 12)
    expect(gated.position[1]).toBeCloseTo(0.02, 12)
  })

  test('names the joint and the limit it clamped', () => {
    expect(gate([0.039, 0])).toMatchObject({
      verdict: { kind: 'clamp', joints: [{ joint: 'a', limit: 'acceleration' }] }
    })
  })

  test('rejects a jump from where the arm really is', () => {
    expect(gate([0.01, 0], { ...still, presentPosition: [0.5, 0] })).toMatchObject({
      kind: 'reject',
      cause: { code: 'jump', message: expect.stringContaining('a') }
    })
  })

  test('rejects leaving the workspace and names the axis', () => {
    const near = { presentPosition: [0.89, 0], lastSentPosition: [0.89, 0], lastSentVelocity: [1, 0] }
    expect(gate([0.92, 0], near)).toMatchObject({
      kind: 'reject',
      cause: { code: 'workspace', message: expect.stringContaining('x') }
    })
  })

  test('whatever is asked, what is sent respects every limit', () => {
    const value = fc.double({ min: -1, max: 1, noNaN: true })
    const asked = fc.double({ min: -1e6, max: 1e6 })
    fc.assert(
      fc.property(
        fc.tuple(asked, asked),
        fc.tuple(value, value),
        fc.tuple(value, value),
        (position, last, velocity) => {
          const gated = gate(position, {
            presentPosition: last,
            lastSentPosition: last,
            lastSentVelocity: velocity
          })
          if (gated.kind === 'reject') return
          gated.position.forEach((sent, index) => {
            const { min, max, maxVelocityPerSec, maxAccelerationPerSec2 } = limits.joints[index] as JointSpec
            expect(sent).toBeGreaterThanOrEqual(min)
            expect(sent).toBeLessThanOrEqual(max)
            const speed = (sent - (last[index] as number)) / limits.tickSec
            const change = Math.abs(speed - (velocity[index] as number)) / limits.tickSec
            expect(Math.abs(speed)).toBeLessThanOrEqual(
              Math.max(maxVelocityPerSec, Math.abs(velocity[index] as number)) + 1e-9
            )
            // A hard position stop may brake faster than the ramp.
            if (sent > min && sent < max)
              expect(change).toBeLessThanOrEqual(maxAccelerationPerSec2 * (1 + 1e-6))
          })
        }
      ),
      { numRuns: 2000 }
    )
  })
})

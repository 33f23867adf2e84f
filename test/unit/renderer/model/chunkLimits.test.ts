import { SAME_FRAME } from '@shared/domain/benchFrame'
import { describe, expect, test } from 'vitest'
import { benchBox } from '../../../../src/renderer/src/model/benchBox'
import { chunkLimits, limitsText, limitText } from '../../../../src/renderer/src/model/chunkLimits'
import type { Vec3 } from '../../../../src/renderer/src/model/chunkPath'
import { policyInfo } from '../support/samples'

const info = policyInfo()
const START: Vec3 = [0.2, 0.12, 0.03]
const workspace = {
  min: [0.005, 0.005, 0] as [number, number, number],
  max: [0.245, 0.245, 0.05] as [number, number, number]
}
const still = new Float32Array(32)
const with_ = (values: Readonly<Record<number, number>>): Float32Array => {
  const chunk = new Float32Array(still)
  for (const [place, value] of Object.entries(values)) chunk[Number(place)] = value
  return chunk
}
const limitsOf = (
  edited: Float32Array,
  original: Float32Array = still,
  box: typeof workspace | null = workspace
) => chunkLimits(original, edited, info, START, box).map(limitText)

describe('limits of an edited chunk', () => {
  test.each([
    ['within all of them', with_({ 0: 0.5, 5: -0.9 }), []],
    ['an action at its limit', with_({ 8: -1 }), ['action 3 Δx: at its limit']],
    ['just below it', with_({ 8: -0.999 }), []],
    ['a gripper that is open or closed', with_({ 3: 1, 7: -1 }), []],
    ['beyond the workspace', with_({ 4: 0.8 }), ['waypoint 2: at the workspace’s edge (x max)']],
    ['below the table', with_({ 2: -0.9 }), ['waypoint 1: at the workspace’s edge (z min)']],
    ['exactly on a face', with_({ 0: 0.72 }), []],
    [
      'each time it pushes',
      with_({ 0: 0.5, 4: 0.5, 8: 0.5 }),
      ['waypoint 2: at the workspace’s edge (x max)', 'waypoint 3: at the workspace’s edge (x max)']
    ],
    [
      'both at once',
      with_({ 1: 1, 5: 1, 9: 0.5 }),
      [
        'action 1 Δy: at its limit',
        'action 2 Δy: at its limit',
        'waypoint 3: at the workspace’s edge (y max)'
      ]
    ]
  ])('%s', (_, edited, expected) => expect(limitsOf(edited)).toEqual(expected))

  test('what the policy reached by itself is its own', () => {
    const original = with_({ 0: 1, 12: -1 })
    expect(limitsOf(with_({ 0: 1, 12: -1, 9: 0.2 }), original)).toEqual([])
    expect(limitsOf(with_({ 0: 1, 12: -1, 9: 1 }), original)).toEqual(['action 3 Δy: at its limit'])
  })

  test('without a known arm only actions are checked', () => {
    expect(limitsOf(with_({ 0: 0.9, 4: 0.9 }), still, null)).toEqual([])
  })

  test('one sentence: the first, and how many besides', () => {
    const limits = chunkLimits(still, with_({ 0: 1, 4: 1 }), info, START, null)
    expect(limitsText(limits)).toBe('action 1 Δx: at its limit · 1 more')
    expect(limitsText(limits.slice(0, 1))).toBe('action 1 Δx: at its limit')
    expect(limitsText([])).toBeNull()
  })
})

describe('what actions end at, on the bench', () => {
  test('is the workspace of an arm that shares the bench’s frame', () => {
    expect(benchBox(workspace, SAME_FRAME)).toBe(workspace)
  })

  test('is the bench’s own range where it was laid under a real arm', () => {
    const placed = benchBox(workspace, { ...SAME_FRAME, shift: [0.125, 0.4, -0.03] })
    expect(placed).toEqual({ min: [0.005, 0.005, 0], max: [0.245, 0.245, 0.05] })
  })
})

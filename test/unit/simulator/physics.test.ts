import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BenchBlock, SlideDirection } from '@shared/domain/bench'
import { ASIDE_POSITION, benchInstruction, cellCentre, Z_HIGH } from '@shared/domain/benchWorld'
import { stepDelta, stepTo } from '../../../src/main/simulator/physics'
import { renderRasters } from '../../../src/main/simulator/raster'
import { sceneFromState, sceneView, type Scene } from '../../../src/main/simulator/scene'
import { createScene } from '../../../src/main/simulator/sceneGenerator'

const block = (row: number, column: number, colour: number, direction: SlideDirection): BenchBlock => ({
  row,
  column,
  colour,
  direction,
  ...cellCentre(row, column)
})

/** A red target in row 2, column 2 that leaves to the right, blocked by a green one that leaves upwards. */
const blocked = (): Scene =>
  sceneFromState({
    blocks: [block(2, 2, 0, 0), block(2, 3, 1, 3)],
    binColours: [2, 1, 0, 3],
    targetBlock: 0,
    targetBin: 2
  })

type Move = readonly [x: number, y: number, z: number, grip: number]
const target = cellCentre(2, 2)
const blocker = cellCentre(2, 3)
const grasp = (at: { x: number; y: number }): Move[] => [
  [at.x, at.y, Z_HIGH, -1],
  [at.x, at.y, 0, 1]
]
/** Takes the blocker out of its slot and up. */
const takeBlocker: Move[] = [
  ...grasp(blocker),
  [blocker.x, blocker.y - 0.125, 0, 1],
  [blocker.x, blocker.y - 0.125, 0.2, 1]
]
/** Puts the blocker aside, then takes the target out and up. */
const takeTarget: Move[] = [
  ...takeBlocker,
  [ASIDE_POSITION.x, ASIDE_POSITION.y, 0, 1],
  [ASIDE_POSITION.x, ASIDE_POSITION.y, 0, -1],
  ...grasp(target),
  [target.x + 0.125, target.y, 0, 1],
  [target.x + 0.125, target.y, 0.2, 1]
]

function play(moves: readonly Move[], scene = blocked()): Scene {
  for (const [x, y, z, grip] of moves) stepTo(scene, { x, y, z }, grip)
  return scene
}

describe('endings', () => {
  test.each([
    [
      'placed',
      [...takeTarget, [0.0625, 0.3125, 0, 1], [0.0625, 0.3125, 0, -1]],
      'The red block is in the blue bin'
    ],
    [
      'wrongBin',
      [...takeTarget, [0.9375, 0.6875, 0, 1], [0.9375, 0.6875, 0, -1]],
      'The red block was set down in the yellow bin instead of in the blue bin'
    ],
    [
      'wrongBin',
      [...takeTarget, [0.5, 0.5, 0, 1], [0.5, 0.5, 0, -1]],
      'The red block was set down outside the bins instead of in the blue bin'
    ],
    [
      'misplaced',
      [...takeBlocker, [0.5, 0.5, 0, 1], [0.5, 0.5, 0, -1]],
      'The green block was in the way, but was not set down on the grey pad'
    ],
    ['dropped', [...takeBlocker, [0.5, 0.9375, 0.2, -1]], 'The green block was let go above the table'],
    [
      'jam',
      [...grasp(target), [target.x + 0.125, target.y, 0, 1]],
      'The red block was pulled into the block that is in its way and jammed'
    ],
    [
      'jam',
      [...grasp(blocker), [blocker.x + 0.06, blocker.y, 0, 1]],
      'The green block was pulled across its slot and jammed'
    ],
    [
      'jam',
      [...grasp(blocker), [blocker.x, blocker.y + 0.04, 0, 1]],
      'The green block was pushed against the closed end of its slot and jammed'
    ],
    [
      'jam',
      [...grasp(blocker), [blocker.x, blocker.y, 0.1, 1]],
      'The green block was lifted before it had left its slot and jammed'
    ]
  ] as const)('%s: %#', (reason, moves, message) => {
    expect(play(moves).outcome).toEqual({ success: reason === 'placed', reason, message })
  })

  test('nothing moves after an ending', () => {
    const scene = play([...grasp(target), [target.x + 0.125, target.y, 0, 1]])
    const before = sceneView(scene)
    play([[0.1, 0.1, 0.1, -1]], scene)
    expect(sceneView(scene)).toEqual(before)
  })
})

describe('steps', () => {
  test('a jam leaves the gripper where it was', () => {
    const scene = play([...grasp(blocker), [blocker.x + 0.06, blocker.y, 0, 1]])
    expect(scene.gripper).toEqual({ ...blocker, z: 0 })
  })

  test('a block let go in its slot stays there and can be taken again', () => {
    const scene = play([...grasp(blocker), [blocker.x, blocker.y, 0, -1]])
    expect(scene).toMatchObject({ heldBlock: null, closed: false, outcome: null })
    expect(scene.blocks[1]).not.toBeNull()
    expect(play(takeBlocker, scene)).toMatchObject({ heldBlock: 1, freed: true })
  })

  test('a gripper that closes high, far away or twice holds nothing', () => {
    expect(play([[blocker.x, blocker.y, 0.06, 1]]).heldBlock).toBeNull()
    expect(play([[blocker.x, 0.3, 0, 1]]).heldBlock).toBeNull()
    expect(
      play([
        [0.9, 0.9, 0, 1],
        [blocker.x, blocker.y, 0, 1]
      ]).heldBlock
    ).toBeNull()
  })

  test('a grip of zero leaves the gripper as it is', () => {
    expect(play([[0.5, 0.5, 0.1, 0]]).closed).toBe(false)
    expect(
      play([
        [0.5, 0.5, 0.1, 1],
        [0.5, 0.5, 0.1, 0]
      ]).closed
    ).toBe(true)
  })

  test('the gripper never leaves its range, nothing throws and views stay copies, whatever the actions', () => {
    const component = fc.double({ min: -3, max: 3, noNaN: true })
    const actions = fc.array(fc.tuple(component, component, component, component), { maxLength: 60 })
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 7 }), actions, (seed, chainDepth, all) => {
        const scene = createScene({ seed, chainDepth })
        const first = sceneView(scene)
        const before = JSON.stringify(first)
        for (const action of all) {
          stepDelta(scene, action)
          const { x, y, z } = scene.gripper
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(0.02)
          expect(Math.max(x, y)).toBeLessThanOrEqual(0.98)
          expect(z).toBeGreaterThanOrEqual(0)
          expect(z).toBeLessThanOrEqual(Z_HIGH)
        }
        const { top, wrist } = renderRasters(scene)
        expect([top.length, wrist.length]).toEqual([12_288, 3072])
        expect(JSON.stringify(first)).toBe(before)
      })
    )
  })
})

test.each([
  [0, 2, 'put the red block in the blue bin'],
  [5, 3, 'put the orange block in the yellow bin'],
  [4, 1, 'put the purple block in the green bin']
])('instruction for colours %i and %i', (colour, bin, text) =>
  expect(benchInstruction(colour, bin)).toBe(text)
)

test('an unknown colour has no instruction', () => expect(() => benchInstruction(6, 0)).toThrow(RangeError))

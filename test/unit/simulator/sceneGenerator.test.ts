import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { benchSceneView, LEVEL_CHAINS, type BenchBlock, type SlideDirection } from '@shared/domain/bench'
import { benchInstruction, cellCentre, DIRECTION_STEPS, TRAY_CELLS } from '@shared/domain/benchWorld'
import { actionBudget, expertChunk } from '../../../src/main/simulator/expert'
import { stepDelta } from '../../../src/main/simulator/physics'
import { cellIndex, chainFrom } from '../../../src/main/simulator/planning'
import { sceneFromState, sceneView, type Scene } from '../../../src/main/simulator/scene'
import { createScene, MAX_CHAIN_DEPTH } from '../../../src/main/simulator/sceneGenerator'

const seeds = fc.integer({ min: 0, max: 0xffff_ffff })
const depths = fc.integer({ min: 0, max: MAX_CHAIN_DEPTH })

function playExpert(scene: Scene): number {
  let actions = 0
  while (!scene.outcome && actions < actionBudget(scene.chainDepth)) {
    for (const action of expertChunk(scene)) {
      stepDelta(scene, action)
      actions += 1
      if (scene.outcome) break
    }
  }
  return actions
}

describe('scene generator', () => {
  test('every scene has the chain asked for, in a lawful layout', () => {
    fc.assert(
      fc.property(seeds, depths, (seed, chainDepth) => {
        const scene = createScene({ seed, chainDepth })
        const chain = chainFrom(scene, scene.targetBlock)
        expect(scene.chainDepth).toBe(chainDepth)
        expect(chain).toEqual(Array.from({ length: chainDepth + 1 }, (_, index) => index))
        expect(scene.blocks.length).toBeLessThanOrEqual(26)
        const distractors = scene.blocks.length - chain.length
        expect(distractors).toBeGreaterThanOrEqual(5)
        expect(distractors).toBeLessThanOrEqual(16)

        const target = scene.blocks[scene.targetBlock]
        scene.blocks.forEach((block, index) => {
          if (!block) throw new Error(`block ${index} is missing`)
          expect(scene.cells[cellIndex(block.row, block.column)]).toBe(index)
          const centre = cellCentre(block.row, block.column)
          expect(Math.abs(block.x - centre.x)).toBeLessThanOrEqual(0.008)
          expect(Math.abs(block.y - centre.y)).toBeLessThanOrEqual(0.008)
          expect(block.colour === target?.colour).toBe(index === scene.targetBlock)
        })
        expect([...scene.binColours].sort()).toEqual([0, 1, 2, 3])
        expect(scene.instruction).toBe(benchInstruction(target?.colour ?? -1, scene.targetBin))
        expect(benchSceneView.parse(sceneView(scene))).toEqual(sceneView(scene))

        const last = scene.blocks[chain.at(-1) ?? -1]
        if (!last) throw new Error('the chain has no end')
        const step = DIRECTION_STEPS[last.direction]
        const exit = cellIndex(last.row + step.y, last.column + step.x)
        expect(exit < 0 || scene.cells[exit] === -1).toBe(true)
      }),
      { numRuns: 500 }
    )
  })

  test('the same request gives the same scene, another seed another', () => {
    fc.assert(
      fc.property(seeds, depths, (seed, chainDepth) => {
        const view = sceneView(createScene({ seed, chainDepth }))
        expect(sceneView(createScene({ seed, chainDepth }))).toEqual(view)
        expect(sceneView(createScene({ seed: (seed + 1) >>> 0, chainDepth }))).not.toEqual(view)
      })
    )
  })

  test('a seed means this scene for ever', () => {
    const scene = createScene({ seed: 5_000_001, chainDepth: 2 })
    expect(scene.blocks).toHaveLength(18)
    expect(scene.blocks[0]).toEqual({
      row: 1,
      column: 5,
      colour: 0,
      direction: 2,
      x: 0.8069497989937663,
      y: 0.31502593656256794
    })
    expect(scene.binColours).toEqual([0, 3, 1, 2])
    expect(scene.instruction).toBe('put the red block in the red bin')
  })

  test.each([-1, 0.5, MAX_CHAIN_DEPTH + 1, Number.NaN])('chain depth %d is a RangeError', (chainDepth) => {
    expect(() => createScene({ seed: 0, chainDepth })).toThrow(RangeError)
  })

  test('draws are spread evenly', () => {
    const count = 3000
    const distractors = new Map<number, number>()
    const colours = new Map<number, number>()
    const cells = new Map<number, number>()
    const bins = new Map<number, number>()
    const add = (map: Map<number, number>, key: number): unknown => map.set(key, (map.get(key) ?? 0) + 1)
    for (let seed = 0; seed < count; seed++) {
      const scene = createScene({ seed, chainDepth: 0 })
      const target = scene.blocks[0]
      add(distractors, scene.blocks.length - 1)
      add(colours, target?.colour ?? -1)
      add(cells, cellIndex(target?.row ?? -1, target?.column ?? -1))
      add(bins, scene.targetBin)
    }
    const even = (map: Map<number, number>, kinds: number): void => {
      expect(map.size).toBe(kinds)
      const mean = count / kinds
      // Five standard deviations of a binomial count.
      for (const seen of map.values()) expect(Math.abs(seen - mean)).toBeLessThan(5 * Math.sqrt(mean))
    }
    even(distractors, 12)
    even(colours, 6)
    even(cells, TRAY_CELLS ** 2)
    even(bins, 4)
  })
})

describe('expert', () => {
  test.each(Object.entries(LEVEL_CHAINS))('solves every scene of level %s within its budget', (_, chains) => {
    for (const chainDepth of chains) {
      for (let seed = 0; seed < 100; seed++) {
        const scene = createScene({ seed: 70_000 + seed, chainDepth })
        const actions = playExpert(scene)
        expect(scene.outcome).toMatchObject({ success: true, reason: 'placed' })
        // Two chunks a block; the last one ends with the release.
        expect(actions).toBe((chainDepth + 1) * 16 - 2)
      }
    }
  })

  test('has nothing to do once the target left the tray', () => {
    const scene = createScene({ seed: 1, chainDepth: 0 })
    playExpert(scene)
    expect(() => expertChunk(scene)).toThrow(RangeError)
  })

  test.each([
    [0, 48],
    [7, 160],
    [10, 208]
  ])('a chain of %i blockers has a budget of %i actions', (depth, budget) =>
    expect(actionBudget(depth)).toBe(budget)
  )
})

describe('scene from state', () => {
  const { blocks, binColours, targetBin } = createScene({ seed: 3, chainDepth: 1 })
  const state = { blocks, binColours, targetBin, targetBlock: 0 }

  test('takes over every field and no reference', () => {
    const scene = sceneFromState({
      ...state,
      gripper: { x: 0.3, y: 0.4, z: 0.1 },
      closed: true,
      heldBlock: 1,
      freed: false,
      slid: 0.02
    })
    expect(sceneView(scene)).toMatchObject({
      heldBlock: 1,
      slid: 0.02,
      gripper: { x: 0.3, y: 0.4, z: 0.1, closed: true }
    })
    expect(scene.blocks[0]).toEqual(blocks[0])
    expect(scene.blocks[0]).not.toBe(blocks[0])
    expect(scene.cells).toContain(1)
  })

  test('a block that is held and free takes no cell and shows no slide', () => {
    const scene = sceneFromState({ ...state, closed: true, heldBlock: 1, freed: true, slid: 0.125 })
    expect(scene.cells).not.toContain(1)
    expect(scene.chainDepth).toBe(0)
    expect(sceneView(scene).slid).toBeNull()
  })

  test('blocks that wait for each other in a ring make a finite chain', () => {
    const at = (row: number, column: number, direction: SlideDirection): BenchBlock => ({
      row,
      column,
      colour: 0,
      direction,
      ...cellCentre(row, column)
    })
    const ring = [at(0, 0, 0), at(0, 1, 2), at(1, 1, 1), at(1, 0, 3)]
    const scene = sceneFromState({ ...state, blocks: ring })
    expect(chainFrom(scene, 0)).toEqual([0, 1, 2, 3])
  })

  test.each([
    ['a missing target', { targetBlock: 99 }],
    ['a missing held block', { heldBlock: 99 }],
    ['two blocks in a cell', { blocks: [...blocks, blocks[0] ?? null] }],
    ['a block off the tray', { blocks: blocks.map((block) => block && { ...block, row: block.row + 6 }) }]
  ])('%s is a RangeError', (_, change) => {
    expect(() => sceneFromState({ ...state, ...change })).toThrow(RangeError)
  })
})

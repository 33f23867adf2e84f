import { describe, expect, test } from 'vitest'
import { demonstratedStates } from '../../../src/main/simulator/demonstrations'
import { feedbackChunk } from '../../../src/main/simulator/feedbackExpert'
import { chainFrom } from '../../../src/main/simulator/planning'
import { renderRasters, TOP_PIXELS } from '../../../src/main/simulator/raster'
import { copyScene, type Scene } from '../../../src/main/simulator/scene'

function take(count: number, options = { seed: 4, maxChain: 7 }): Scene[] {
  const states: Scene[] = []
  for (const scene of demonstratedStates(options)) {
    states.push(copyScene(scene))
    if (states.length === count) return states
  }
  return states
}

const states = take(3000)

describe('demonstrated states', () => {
  test('the same seed gives the same states', () => {
    expect(JSON.stringify(take(40))).toBe(JSON.stringify(states.slice(0, 40)))
    expect(JSON.stringify(take(40, { seed: 5, maxChain: 7 }))).not.toBe(JSON.stringify(states.slice(0, 40)))
  })

  test('are undecided, and the expert has an answer to each', () => {
    for (const scene of states) {
      expect(scene.outcome).toBeNull()
      expect(scene.blocks[scene.targetBlock]).not.toBeNull()
      expect(feedbackChunk(scene).flat().every(Number.isFinite)).toBe(true)
    }
  })

  test('hold every chain, states inside a chunk and states after a disturbance', () => {
    const share = (of: (scene: Scene) => boolean): number => states.filter(of).length / states.length
    const free = states.filter(({ heldBlock }) => heldBlock === null)
    const chains = free.map((scene) => chainFrom(scene, scene.targetBlock).length - 1)
    for (let chain = 0; chain <= 7; chain++) {
      expect(chains.filter((found) => found === chain).length).toBeGreaterThan(free.length * 0.03)
    }
    expect(share(({ heldBlock, freed }) => heldBlock !== null && !freed)).toBeGreaterThan(0.02)
    expect(share(({ heldBlock, freed }) => heldBlock !== null && freed)).toBeGreaterThan(0.15)
    expect(share(({ heldBlock, targetBlock }) => heldBlock === targetBlock)).toBeGreaterThan(0.05)
    expect(share(({ gripper }) => gripper.z === 0)).toBeGreaterThan(0.05)
    expect(share(({ heldBlock, closed }) => heldBlock === null && closed)).toBeGreaterThan(0.01)
  })
})

test('a block grasped in its slot keeps its mark where asked for, and the demo policy’s cameras hide it', () => {
  const inSlot = states.find(({ heldBlock, freed }) => heldBlock !== null && !freed)
  const block = inSlot?.blocks[inSlot.heldBlock ?? -1]
  if (!inSlot || !block) throw new Error('no such state')
  const marks = (rgb: Uint8Array): number => {
    const x = Math.floor(block.x * TOP_PIXELS + 0.5)
    const y = Math.floor(block.y * TOP_PIXELS + 0.5)
    let white = 0
    for (let dy = -3; dy < 3; dy++) {
      for (let dx = -3; dx < 3; dx++) if (rgb[3 * ((y + dy) * TOP_PIXELS + x + dx) + 1] === 255) white += 1
    }
    return white
  }
  const { top: shown, wrist } = renderRasters({ ...inSlot, slid: 0 }, 'shown')
  expect(marks(shown)).toBeGreaterThan(0)
  expect(marks(renderRasters(inSlot).top)).toBe(0)
  expect(Buffer.compare(wrist, renderRasters(inSlot).wrist)).not.toBe(0)
})

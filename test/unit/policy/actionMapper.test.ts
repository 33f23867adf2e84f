import { describe, expect, test } from 'vitest'
import { createActionMapper } from '../../../src/main/policy/actionMapper'

const gripper = { dimension: 3, kind: 'binary', closesAbove: 0, opensBelow: 0 } as const
const sizes = {
  chunkLength: 1,
  actionDim: 4,
  proprioDim: 4,
  latentDim: 8,
  contextDim: 8,
  heads: 2,
  backboneLayers: 1,
  visionTokens: 1,
  latentTokens: 1,
  instructionTokens: 1,
  preludeLayers: 1,
  coreLayers: 1,
  codaLayers: 1
}

const toActions = createActionMapper({
  dims: sizes,
  robot: {
    name: 'arm',
    action: {
      kind: 'endEffectorDelta',
      dimensions: [],
      gripper,
      statistics: { kind: 'bounds', low: [-0.0625, -0.0625, -0.01, 1], high: [0.0625, 0.0625, 0.03, 0] }
    },
    proprioception: { dimensions: [], statistics: { kind: 'bounds', low: [], high: [] } }
  }
})

describe('toActions', () => {
  test.each([
    ['zero is the middle of the range, the gripper stays', [0, 0, 0, 0], [0, 0, 0.01], null],
    ['the ends of the range; above 0 the gripper closes', [1, -1, 1, 1], [0.0625, -0.0625, 0.03], 0],
    ['below 0 it opens', [0.5, 0, -1, -0.001], [0.03125, 0, -0.01], 1],
    ['values beyond ±1 are clamped', [3, -8, 0, 0.001], [0.0625, -0.0625, 0.01], 0]
  ] as const)('%s', (_, chunk, deltaMetres, gripperOpening) => {
    const [action] = toActions(Float32Array.from(chunk))
    expect(action?.gripperOpening).toBe(gripperOpening)
    deltaMetres.forEach((metres, axis) => expect(action?.deltaMetres[axis]).toBeCloseTo(metres, 9))
  })

  test.each([
    ['too short', [0, 0, 0], 'expected 1×4 values, got 3'],
    ['NaN', [0, NaN, 0, 0], 'non-finite'],
    ['infinite', [0, 0, 0, Infinity], 'non-finite']
  ])('a chunk that is %s never becomes motion', (_, chunk, message) =>
    expect(() => toActions(Float32Array.from(chunk))).toThrow(message)
  )
})

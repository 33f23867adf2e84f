import { describe, expect, test } from 'vitest'
import { graphSignatures } from '../../../src/main/policy/graphContract'
import { tensorsProblem } from '../../../src/main/policy/graphSessions'
import { tensorBufferBytes } from '../../../src/main/policy/tensorBuffers'

/** Sizes of the released RD-VLA checkpoints for LIBERO (layout 12_24-24_24). */
const libero = {
  dims: {
    chunkLength: 8,
    actionDim: 7,
    proprioDim: 8,
    latentDim: 896,
    contextDim: 896,
    heads: 8,
    backboneLayers: 3,
    visionTokens: 512,
    latentTokens: 64,
    instructionTokens: 32,
    preludeLayers: 1,
    coreLayers: 2,
    codaLayers: 1
  },
  cameras: []
}

describe('graphSignatures', () => {
  const { prelude, step, coda } = graphSignatures(libero)

  test('has the contract’s shapes at full size', () => {
    expect(step.inputs.map(({ name, shape }) => [name, shape.join('×')])).toEqual([
      ['state', '1×8×896'],
      ['s_pre', '1×8×896'],
      ['k_core_0', '1×8×112×577'],
      ['v_core_0', '1×8×577×112'],
      ['k_core_1', '1×8×112×577'],
      ['v_core_1', '1×8×577×112']
    ])
    expect(coda.inputs.map(({ name }) => name)).toEqual(['state', 'k_coda_0', 'v_coda_0', 'prev_action'])
    expect(coda.outputs.map(({ name, shape }) => [name, shape.join('×')])).toEqual([
      ['action', '1×8×7'],
      ['action_mse', '1']
    ])
  })

  test('what step and coda read besides their state comes out of the prelude', () => {
    const given = new Set([...prelude.outputs.map(({ name }) => name), 'state', 'prev_action'])
    expect([...step.inputs, ...coda.inputs].filter(({ name }) => !given.has(name))).toEqual([])
  })

  test('full size needs tens of MB of buffers, k and v most of it', () => {
    const mib = tensorBufferBytes(graphSignatures(libero)) / 1024 ** 2
    expect(mib).toBeGreaterThan(12)
    expect(mib).toBeLessThan(64)
  })
})

describe('tensorsProblem', () => {
  const expected = [{ name: 'state', type: 'float32', shape: [1, 8, 96] }] as const
  const tensor = (name: string, type: 'float32' | 'float16', shape: (number | string)[]) =>
    ({ name, isTensor: true, type, shape }) as const

  test.each([
    ['the same', [tensor('state', 'float32', [1, 8, 96])], null],
    [
      'another size',
      [tensor('state', 'float32', [1, 8, 97])],
      'input state: expected float32[1,8,96], found float32[1,8,97]'
    ],
    [
      'a free dimension',
      [tensor('state', 'float32', ['B', 8, 96])],
      'input state: expected float32[1,8,96], found float32[B,8,96]'
    ],
    [
      'another type',
      [tensor('state', 'float16', [1, 8, 96])],
      'input state: expected float32[1,8,96], found float16[1,8,96]'
    ],
    [
      'no tensor',
      [{ name: 'state', isTensor: false } as const],
      'input state: expected float32[1,8,96], found no tensor'
    ],
    [
      'another name',
      [tensor('S', 'float32', [1, 8, 96])],
      'input state: expected float32[1,8,96], found none (the graph has S)'
    ],
    [
      'one more',
      [tensor('state', 'float32', [1, 8, 96]), tensor('noise', 'float32', [1])],
      'input noise is not part of the contract'
    ]
  ])('%s', (_, found, problem) => expect(tensorsProblem('input', expected, found)).toBe(problem))
})

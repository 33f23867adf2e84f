import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { BenchBlock } from '@shared/domain/bench'
import { BLOCK_COLOURS, CHUNK_ACTIONS, SURFACE_COLOURS, TRAY_CELLS } from '@shared/domain/benchWorld'
import { MAX_ITERATIONS } from '@shared/domain/policy'
import type { PolicyBackend } from '../policy/backend'
import { openPolicy } from '../policy/openPolicy'
import { BENCH_ARM } from './benchObservations'
import { demonstratedStates } from '../simulator/demonstrations'
import { feedbackChunk } from '../simulator/feedbackExpert'
import { chainFrom } from '../simulator/planning'
import { renderRasters, TOP_PIXELS, WRIST_PIXELS } from '../simulator/raster'
import { heldBlockOf, proprioception, type Scene } from '../simulator/scene'
import { MAX_CHAIN_DEPTH } from '../simulator/sceneGenerator'
import { wholeNumber } from './numberFlag'
import { visitedStates } from './visitedStates'

/**
 * `npm run demonstrations`: states of the bench with the expert's chunks, for `training/`; those the expert meets, or
 * with `--policy` those that a policy meets. A folder with one raw little-endian file per quantity and
 * `demonstrations.json`, which names each one's type and shape.
 */

const PALETTE = [...BLOCK_COLOURS, ...Object.values(SURFACE_COLOURS)]
const PALETTE_INDEX = new Map(PALETTE.map(([r, g, b], index) => [(r << 16) | (g << 8) | b, index] as const))

/** An image of few colours as one byte a pixel. */
function indexed(rgb: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(rgb.length / 3)
  for (let pixel = 0; pixel < pixels.length; pixel++) {
    const [r = 0, g = 0, b = 0] = rgb.subarray(3 * pixel, 3 * pixel + 3)
    const index = PALETTE_INDEX.get((r << 16) | (g << 8) | b)
    if (index === undefined) throw new Error(`colour ${r}, ${g}, ${b} is not in the palette`)
    pixels[pixel] = index
  }
  return pixels
}

/** 0 for an empty cell, else 1 + 4 · colour + direction of the block in it; a freed block has left its cell. */
function cellsOf(scene: Scene): Uint8Array {
  const cells = new Uint8Array(TRAY_CELLS * TRAY_CELLS)
  scene.blocks.forEach((block, index) => {
    if (!block || (index === scene.heldBlock && scene.freed)) return
    cells[block.row * TRAY_CELLS + block.column] = 1 + 4 * block.colour + block.direction
  })
  return cells
}

/** Cells of the target and its blockers in order, −1 after the last; all −1 while something is held. */
function chainOf(scene: Scene): Int8Array {
  const chain = new Int8Array(MAX_CHAIN_DEPTH + 1).fill(-1)
  if (scene.heldBlock !== null) return chain
  chainFrom(scene, scene.targetBlock).forEach((index, place) => {
    const block = scene.blocks[index]
    if (block) chain[place] = block.row * TRAY_CELLS + block.column
  })
  return chain
}

function targetOf(scene: Scene): BenchBlock {
  const target = scene.blocks[scene.targetBlock]
  if (!target) throw new Error('a demonstrated state has no target left')
  return target
}

/** Everything recorded of one state: file name → values. `shapes` describes them. */
function recordOf(scene: Scene): Record<keyof typeof SHAPES, Uint8Array | Int8Array | Float32Array> {
  const { top, wrist } = renderRasters(scene, 'shown')
  const held = heldBlockOf(scene)
  const target = targetOf(scene)
  return {
    top: indexed(top),
    wrist: indexed(wrist),
    proprio: Float32Array.from(proprioception(scene)),
    chunk: Float32Array.from(feedbackChunk(scene).flat()),
    words: Uint8Array.from([target.colour, scene.targetBin]),
    cells: cellsOf(scene),
    bins: Uint8Array.from(scene.binColours),
    held: Uint8Array.from([held ? 1 + held.colour : 0, held && scene.freed ? 1 : 0]),
    chain: chainOf(scene)
  }
}

const SHAPES = {
  top: { type: 'uint8', shape: [TOP_PIXELS, TOP_PIXELS] },
  wrist: { type: 'uint8', shape: [WRIST_PIXELS, WRIST_PIXELS] },
  proprio: { type: 'float32', shape: [4] },
  chunk: { type: 'float32', shape: [CHUNK_ACTIONS, 4] },
  words: { type: 'uint8', shape: [2] },
  cells: { type: 'uint8', shape: [TRAY_CELLS, TRAY_CELLS] },
  bins: { type: 'uint8', shape: [4] },
  held: { type: 'uint8', shape: [2] },
  chain: { type: 'int8', shape: [MAX_CHAIN_DEPTH + 1] }
} as const

async function openBackend(bundlePath: string): Promise<PolicyBackend> {
  const opened = await openPolicy({ bundlePath, ...BENCH_ARM, providers: ['cpu'] })
  if (!opened.ok) throw new Error(opened.error.message)
  return opened.value
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      states: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      'max-chain': { type: 'string', default: '7' },
      /** A bundle: records the states that it gets itself into, not the expert. */
      policy: { type: 'string' },
      iterations: { type: 'string', default: '8' },
      out: { type: 'string' }
    }
  })
  const { out } = values
  if (!out) throw new Error('--out names the folder to write')
  const states = wholeNumber('states', values.states, 1)
  const seed = wholeNumber('seed', values.seed, 0)
  const maxChain = wholeNumber('max-chain', values['max-chain'], 0, MAX_CHAIN_DEPTH)
  const iterations = wholeNumber('iterations', values.iterations, 1, MAX_ITERATIONS)
  const backend = values.policy === undefined ? null : await openBackend(values.policy)
  mkdirSync(out, { recursive: true })
  const files = new Map(Object.keys(SHAPES).map((name) => [name, openSync(join(out, `${name}.bin`), 'w')]))
  let recorded = 0
  const scenes = backend
    ? visitedStates({ backend, seed, maxChain, iterations })
    : demonstratedStates({ seed, maxChain })
  for await (const scene of scenes) {
    for (const [name, data] of Object.entries(recordOf(scene))) {
      writeSync(files.get(name) ?? -1, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    }
    if (++recorded === states) break
  }
  for (const file of files.values()) closeSync(file)
  await backend?.dispose()
  const policy = backend ? { name: backend.info.name, version: backend.info.version, iterations } : null
  const about = { format: 1, states, seed, maxChain, policy, palette: PALETTE, quantities: SHAPES }
  writeFileSync(join(out, 'demonstrations.json'), `${JSON.stringify(about, null, 2)}\n`)
  console.log(`${states} states in ${out}`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})

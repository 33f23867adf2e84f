import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'
import { slideDirection } from '@shared/domain/bench'
import { sceneFromState, type Scene } from '../../../src/main/simulator/scene'

/** Reader of the prototype's recordings; `test/fixtures/simulator/README.md` describes them. */

const FOLDER = resolve(import.meta.dirname, '../../fixtures/simulator')
const TOP_BYTES = 64 * 64 * 3
const WRIST_BYTES = 32 * 32 * 3

const vec4 = z.tuple([z.number(), z.number(), z.number(), z.number()])
const state = z.object({
  grip: z.tuple([z.number(), z.number(), z.number()]),
  closed: z.boolean(),
  held: z.int(),
  freed: z.boolean(),
  slid: z.number(),
  removed: z.array(z.int()),
  done: z.boolean(),
  success: z.boolean(),
  why: z.string()
})
const observed = state.extend({
  raster: z.int().optional(),
  proprio: vec4.optional(),
  chunk: z.array(vec4).optional()
})
const start = observed.extend({
  blocks: z.array(
    z.object({ i: z.int(), j: z.int(), col: z.int(), d: slideDirection, x: z.number(), y: z.number() })
  ),
  binCols: z.array(z.int()),
  tbin: z.int(),
  tcol: z.int(),
  target: z.int(),
  chain: z.array(z.int())
})
const episode = z.object({
  kind: z.string(),
  seed: z.int(),
  depth: z.int().nullable(),
  start,
  trace: z.array(observed.extend({ action: vec4 }))
})

export type RecordedState = z.infer<typeof observed>
export type RecordedEpisode = z.infer<typeof episode>

export const recordedEpisodes: readonly RecordedEpisode[] = readFileSync(
  resolve(FOLDER, 'episodes.jsonl'),
  'utf8'
)
  .trimEnd()
  .split('\n')
  .map((line) => episode.parse(JSON.parse(line)))

const rasterBytes = gunzipSync(readFileSync(resolve(FOLDER, 'rasters.bin.gz')))

export const recordedRasterCount = rasterBytes.length / (TOP_BYTES + WRIST_BYTES)

export function recordedRaster(index: number): { top: Uint8Array; wrist: Uint8Array } {
  const from = index * (TOP_BYTES + WRIST_BYTES)
  return {
    top: new Uint8Array(rasterBytes.subarray(from, from + TOP_BYTES)),
    wrist: new Uint8Array(rasterBytes.subarray(from + TOP_BYTES, from + TOP_BYTES + WRIST_BYTES))
  }
}

export function recordedScene({ start }: RecordedEpisode): Scene {
  const [x, y, z] = start.grip
  return sceneFromState({
    blocks: start.blocks.map((block) => ({
      row: block.i,
      column: block.j,
      colour: block.col,
      direction: block.d,
      x: block.x,
      y: block.y
    })),
    binColours: start.binCols,
    targetBlock: start.target,
    targetBin: start.tbin,
    gripper: { x, y, z },
    closed: start.closed,
    heldBlock: start.held < 0 ? null : start.held,
    freed: start.freed,
    slid: start.slid
  })
}

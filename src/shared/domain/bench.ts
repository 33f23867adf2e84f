import { z } from 'zod'

/** Difficulty of a TrayPick scene: easy chains 0–1, mid 2–4, hard 5–7, all 0–7, beyond 8–10. */
export const benchLevel = z.enum(['easy', 'mid', 'hard', 'all', 'beyond'])
export type BenchLevel = z.infer<typeof benchLevel>

/** Chain depths of each level, cycled by episode index. */
export const LEVEL_CHAINS: Readonly<Record<BenchLevel, readonly number[]>> = {
  easy: [0, 1],
  mid: [2, 3, 4],
  hard: [5, 6, 7],
  all: [0, 1, 2, 3, 4, 5, 6, 7],
  beyond: [8, 9, 10]
}

/** Side a block slides out of its dovetail slot: 0 right, 1 left, 2 down (towards the operator), 3 up. */
export const slideDirection = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
export type SlideDirection = z.infer<typeof slideDirection>

/** One block on the tray, positions in bench units (the unit square seen from above, x right, y down). */
export const benchBlock = z.object({
  row: z.int(),
  column: z.int(),
  colour: z.int().min(0).max(5),
  direction: slideDirection,
  x: z.number(),
  y: z.number()
})
export type BenchBlock = z.infer<typeof benchBlock>

/** Everything a screen needs to draw the bench. `blocks[i]` is null once block i was placed. */
export const benchSceneView = z.object({
  blocks: z.array(benchBlock.nullable()),
  heldBlock: z.int().nullable(),
  /** How far the held block has slid in its slot, bench units; null when it is free or nothing is held. */
  slid: z.number().nullable(),
  /** Colour of each of the four bins, in BIN_POSITIONS order. */
  binColours: z.array(z.int()),
  targetBlock: z.int(),
  targetBin: z.int(),
  gripper: z.object({ x: z.number(), y: z.number(), z: z.number(), closed: z.boolean() })
})
export type BenchSceneView = z.infer<typeof benchSceneView>

export const benchOutcome = z.object({
  success: z.boolean(),
  /** placed, jam, dropped, misplaced, wrong bin, timeout: with a sentence for people. */
  reason: z.enum(['placed', 'jam', 'dropped', 'misplaced', 'wrongBin', 'timeout']),
  message: z.string()
})
export type BenchOutcome = z.infer<typeof benchOutcome>

import type { BenchOutcome, BenchSceneView } from '@shared/domain/bench'
import type { CameraImage } from '@shared/ipc/ports'

/** What a run needs of the world around the arm; the bench implements it, a real cell will through its cameras. */
export interface RunWorld {
  /** Lays out a new scene; the arm may be somewhere else afterwards (it is a simulator's reset). */
  newScene(sceneSeed: number, chainDepth: number): void
  instruction(): string
  /** Actions after which an undecided episode counts as timed out. */
  actionBudget(): number
  /** The world's own verdict on the episode; null while undecided. */
  outcome(): BenchOutcome | null
  images(nowNanos: number): CameraImage[]
  /** End-effector x, y, z (metres) and gripper opening (0–1). */
  proprioception(): number[]
  view(): BenchSceneView
  /** Rises whenever the world changed. */
  version(): number
}

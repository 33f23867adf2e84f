import { cellCentre } from '@shared/domain/benchWorld'
import type { CameraImage, Observation } from '@shared/ipc/ports'
import { createRandom, deriveSeed, type Random } from '@shared/random/xoshiro'
import { cellIndex } from '../simulator/planning'
import type { Scene } from '../simulator/scene'

/** What makes the bench harder than anything the policy was trained on; the same for the same seeds. */
export interface Stress {
  /** Standard deviation of noise on the tool's position, metres, and on every colour value, of 255. */
  readonly positionMetres: number
  readonly colourLevels: number
  /** A camera that shows nothing but grey for a share of the predictions; null: none. */
  readonly masked: string | null
  readonly maskShare: number
  /** Probability that a hand moves a block before a prediction. */
  readonly nudge: number
}

export const NO_STRESS: Stress = { positionMetres: 0, colourLevels: 0, masked: null, maskShare: 0, nudge: 0 }

const GREY = 128

/** Disturbs what the policy sees, and the scene itself. `episode` and `prediction` say of which the noise is. */
export interface Disturbance {
  observation(seen: Observation, scene: Scene, place: { episode: number; prediction: number }): Observation
}

export function createDisturbance(stress: Stress, seed: number): Disturbance {
  return {
    observation(seen, scene, { episode, prediction }) {
      const random = createRandom(deriveSeed(deriveSeed(seed, episode), prediction))
      if (random.float() < stress.nudge) nudge(scene, random)
      const covered = random.float() < stress.maskShare ? stress.masked : null
      return {
        ...seen,
        images: seen.images.map((image) => disturbedImage(image, { covered, ...stress }, random)),
        proprioception: seen.proprioception.map((value, index) =>
          index < 3 ? value + gaussian(random) * stress.positionMetres : value
        )
      }
    }
  }
}

function disturbedImage(
  image: CameraImage,
  { covered, colourLevels }: Pick<Stress, 'colourLevels'> & { readonly covered: string | null },
  random: Random
): CameraImage {
  if (image.name === covered) return { ...image, rgb: new Uint8Array(image.rgb.length).fill(GREY) }
  if (colourLevels === 0) return image
  return {
    ...image,
    rgb: Uint8Array.from(image.rgb, (value) =>
      Math.min(255, Math.max(0, Math.round(value + gaussian(random) * colourLevels)))
    )
  }
}

/** Box and Muller. */
const gaussian = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float())

/** A block that nobody holds is put into a free cell beside it; the target stays where it is. */
function nudge(scene: Scene, random: Random): void {
  const movable = scene.blocks.flatMap((block, index) =>
    block && index !== scene.heldBlock && index !== scene.targetBlock ? [index] : []
  )
  const index = movable[random.integer(Math.max(1, movable.length))]
  const block = index === undefined ? null : scene.blocks[index]
  if (index === undefined || !block) return
  const free = [
    [0, 1],
    [1, 0],
    [0, -1],
    [-1, 0]
  ].flatMap(([down = 0, right = 0]) => {
    const [row, column] = [block.row + down, block.column + right]
    const cell = cellIndex(row, column)
    return cell >= 0 && scene.cells[cell] === -1 ? [{ row, column, cell }] : []
  })
  const to = free[random.integer(Math.max(1, free.length))]
  if (!to) return
  scene.cells[cellIndex(block.row, block.column)] = -1
  scene.cells[to.cell] = index
  const centre = cellCentre(to.row, to.column)
  scene.blocks[index] = { ...block, row: to.row, column: to.column, x: centre.x, y: centre.y }
}

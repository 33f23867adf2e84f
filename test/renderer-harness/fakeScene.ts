import type { BenchSceneView, SlideDirection } from '@shared/domain/bench'
import { cellCentre } from '@shared/domain/benchWorld'
import { createRandom } from '@shared/random/xoshiro'

const DIRECTIONS: readonly SlideDirection[] = [0, 1, 2, 3]

/** A plausible tray: no physics, only something to look at. */
export function fakeScene(seed: number): BenchSceneView {
  const random = createRandom(seed)
  const cells = random.permutation(36).slice(0, 17)
  return {
    blocks: cells.map((cell, index) => {
      const row = Math.floor(cell / 6)
      const column = cell % 6
      const { x, y } = cellCentre(row, column)
      return {
        row,
        column,
        colour: index === 0 ? 3 : random.integer(6),
        direction: DIRECTIONS[random.integer(4)] ?? 0,
        x: x + (random.float() - 0.5) * 0.016,
        y: y + (random.float() - 0.5) * 0.016
      }
    }),
    heldBlock: null,
    slid: null,
    binColours: [2, 0, 1, 3],
    targetBlock: 0,
    targetBin: 2,
    gripper: { x: 0.5, y: 0.0625, z: 0.2, closed: false }
  }
}

/** A coarse picture of the scene, of the size and kind the policy gets. */
export function fakeRaster(
  name: string,
  size: number,
  seed: number
): { name: string; width: number; height: number; rgb: Uint8Array } {
  const random = createRandom(seed)
  const rgb = new Uint8Array(size * size * 3).fill(96)
  for (let block = 0; block < 14; block++) {
    const [x0, y0] = [random.integer(size - 8), random.integer(size - 8)]
    const colour = [random.integer(256), random.integer(256), random.integer(256)]
    for (let y = y0; y < y0 + 6; y++) for (let x = x0; x < x0 + 6; x++) rgb.set(colour, (y * size + x) * 3)
  }
  return { name, width: size, height: size, rgb }
}

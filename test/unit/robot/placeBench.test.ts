import { armToBench, benchToArm } from '@shared/domain/benchFrame'
import { armsOf } from '@shared/domain/robotSpecFile'
import { createKinematics } from '@shared/kinematics/createKinematics'
import { createRandom } from '@shared/random/xoshiro'
import { describe, expect, it } from 'vitest'
import { placeBench } from '../../../src/main/robot/placeBench'
import { trayArm } from '../../../src/main/robot/specs/trayArm'
import { builtInRobot } from '../../integration/drivers/openArm'

describe('placeBench', () => {
  it.each(['so101-follower', 'so100-follower', 'koch-v1.1-follower', 'viperx-300-pair'])(
    'finds a place that %s reaches all of, and its start position',
    (name) => {
      const arm = armsOf(builtInRobot(name))[0]?.spec
      if (!arm) throw new Error('no arm')
      const placed = placeBench(arm)
      expect(placed).not.toBeNull()
      if (!placed) return
      const tool = createKinematics(arm).forward(placed.home).position
      const [x, y, z] = armToBench(placed.frame, tool)
      expect(x).toBeCloseTo(0.125, 6)
      expect(y).toBeCloseTo(0.015625, 6)
      expect(z).toBeCloseTo(0.05, 6)
      // An arm that winds its wrist up on the way there has no freedom left.
      placed.home.forEach((value, index) => {
        const { home, min, max } = arm.joints[index] as (typeof arm.joints)[number]
        expect(Math.abs(value - home)).toBeLessThan(2)
        expect(value).toBeGreaterThanOrEqual(min)
        expect(value).toBeLessThanOrEqual(max)
      })
    }
  )

  it.each(['so101-follower', 'so100-follower', 'viperx-300-pair'])(
    'leaves %s room on every way across the bench, whatever way led there and however the tool tilts',
    (name) => {
      const arm = armsOf(builtInRobot(name))[0]?.spec
      const placed = arm && placeBench(arm)
      if (!placed) throw new Error('no place')
      const kinematics = createKinematics(arm)
      const { rotation } = kinematics.forward(placed.home)
      const random = createRandom(7)
      const along = (): number => 0.008 + random.float() * 0.234
      for (const tilt of [-0.1, 0, 0.1]) {
        const pitchRad = Math.asin(rotation[8] ?? 0) + tilt
        let posture: readonly number[] = placed.home
        for (let way = 0; way < 60; way++) {
          const from = armToBench(placed.frame, kinematics.forward(posture).position)
          const to = [along(), along(), random.float() * 0.05] as const
          for (let step = 1; step <= 10; step++) {
            const at = (axis: 0 | 1 | 2): number => from[axis] + ((to[axis] - from[axis]) * step) / 10
            const position = benchToArm(placed.frame, [at(0), at(1), at(2)])
            const reached = kinematics.inverse(
              { position, orientation: { kind: 'pitch', pitchRad } },
              posture
            )
            if (!reached.ok) throw new Error(reached.error.message)
            posture = reached.value
          }
        }
      }
    }
  )

  it('keeps distances, and turns back what it turned', () => {
    const placed = placeBench(builtInRobot('so101-follower'))
    if (!placed) throw new Error('no place')
    const there = benchToArm(placed.frame, [0.05, 0.2, 0.01])
    armToBench(placed.frame, there).forEach((value, axis) =>
      expect(value).toBeCloseTo([0.05, 0.2, 0.01][axis] ?? NaN, 12)
    )
  })

  it('leaves the simulated arm over its own bench', () => expect(placeBench(trayArm)).toBeNull())
})

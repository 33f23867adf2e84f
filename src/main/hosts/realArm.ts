import { createHash } from 'node:crypto'
import { SAME_FRAME } from '@shared/domain/benchFrame'
import { createVirtualBench } from '../drivers/sim/virtualBench'
import { placeBench } from '../robot/placeBench'
import type { RobotSession } from '../robot/robotSession'
import type { StationArm } from './benchStation'

/** Of the driven arm's calibration. */
function calibrationHash(session: RobotSession): string | null {
  const { drives } = session.request
  const driven = session.open()?.arms.find(({ arm }) => arm.instance.prefix === drives)
  if (!driven?.calibration) return null
  return createHash('sha256').update(JSON.stringify(driven.calibration.motors)).digest('hex')
}

/**
 * A connected follower in the station's place: a real arm, and under it a bench that only Depthdeck sees. Its home is
 * the bench's start position, where every episode begins.
 */
export function realArm(session: RobotSession, leader: StationArm['leader']): StationArm {
  const { spec } = session.driven()
  const placed = placeBench(spec)
  const home = placed?.home ?? spec.joints.map((joint) => joint.home)
  const overBench = {
    ...spec,
    joints: spec.joints.map((joint, index) => ({ ...joint, home: home[index] as number }))
  }
  const frame = placed?.frame ?? SAME_FRAME
  return {
    spec: overBench,
    driver: createVirtualBench({ spec: overBench, arm: session.driver, frame }),
    frame,
    actionBox: placed?.box ?? spec.workspace,
    calibrationHash: calibrationHash(session),
    unready: session.unready,
    motorTrouble: session.motorTrouble,
    leader
  }
}

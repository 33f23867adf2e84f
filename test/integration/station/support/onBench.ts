import { SAME_FRAME } from '@shared/domain/benchFrame'
import { trayArm } from '../../../../src/main/robot/specs/trayArm'
import type { StationOptions } from '../../../../src/main/robot/station'

/** What a station must know of the simulated arm besides its spec: it is always ready, and nothing leads it. */
export const ON_BENCH = {
  frame: SAME_FRAME,
  actionBox: trayArm.workspace,
  calibrationHash: null,
  unready: () => null,
  motorTrouble: () => null,
  leader: () => null,
  firstEpoch: 0
} as const satisfies Partial<StationOptions>

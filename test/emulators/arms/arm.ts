import { type FaultPlan } from '../faults'
import { type MotorSpec } from '../motor'
import { type ServoBus } from '../bus'
import { type PortIdentity } from '../ptyBus'

/** One arm on one bus, with the adapter it hangs on. */
export interface EmulatedArm {
  readonly name: string
  readonly protocol: 'feetech' | 'dynamixel'
  readonly baud: number
  readonly identity: PortIdentity
  readonly motors: readonly { readonly id: number; readonly name: string; readonly model: string }[]
  readonly bus: ServoBus
}

export interface ArmOptions {
  readonly seed?: number
  readonly faults?: Partial<FaultPlan>
  /** Whether somebody has set the motors up and calibrated them; otherwise only their ids are set. Default: true. */
  readonly setUp?: boolean
}

/** A pty's bytes come in the pieces that the scheduler makes of them: a busy machine must not look like a loose cable. */
export const PTY_INTER_BYTE_NANOS = 50_000_000

/** A link that falls away from its upright position: torque = size · sin(angle from upright). */
export const pendulum =
  (size: number, uprightTicks: number): MotorSpec['gravity'] =>
  (ticks) =>
    size * Math.sin(((ticks - uprightTicks) / 4096) * 2 * Math.PI)

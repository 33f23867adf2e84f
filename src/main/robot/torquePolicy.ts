import type { ArmSlot } from '@shared/domain/devices'
import type { Fault } from '@shared/domain/fault'
import { ok, type Result } from '@shared/domain/result'
import type { MotionCause, RobotSpec } from '@shared/domain/robot'
import type { StationDoor } from './deviceDesk'
import type { RobotSession } from './robotSession'

/** What robot files say of torque: when the app ends, and of an arm that holds for its own or its bus's sake. */
export interface TorquePolicy {
  /** Arms with torque are left as their file says; what became of the follower, in words. */
  leave(onLowering: () => void): Promise<Result<string | null, Fault>>
  /** Once a tick: what the file asks for now, once for each time that the arm is held so; null: nothing. */
  mind(): (() => Promise<Result<void, Fault>>) | null
}

export interface TorquePolicyOptions {
  readonly station: Pick<StationDoor, 'hold' | 'lower' | 'heldFor'>
  readonly session: (slot: ArmSlot) => RobotSession | null
}

/** Codes of causes that come from the arm: see motorWatch and watchdog. */
const ARM_FAULTS: ReadonlySet<string> = new Set([
  'driver',
  'motorAlarm',
  'motorHot',
  'motorLoad',
  'motorSupply'
])

export function createTorquePolicy({ station, session }: TorquePolicyOptions): TorquePolicy {
  let minded: MotionCause | null = null

  async function apply(
    what: RobotSpec['torque']['onExit'],
    follower: RobotSession
  ): Promise<Result<void, Fault>> {
    if (what === 'hold') return ok(undefined)
    if (what === 'release') return follower.torqueOff()
    station.hold()
    const lowered = await station.lower()
    return lowered.ok ? follower.torqueOff() : lowered
  }

  return {
    async leave(onLowering) {
      const [follower, leader] = [session('follower'), session('leader')]
      if (leader?.open() && leader.view().torque !== 'off') await leader.torqueOff()
      if (!follower?.open() || follower.unready() !== null) return ok(null)
      const { onExit } = follower.driven().spec.torque
      if (onExit !== 'hold') onLowering()
      const left = await apply(onExit, follower)
      const { title } = follower.view()
      if (!left.ok) return ok(`${title} keeps its torque and holds: ${left.error.message}`)
      return ok(
        onExit === 'hold' ? `${title} keeps its torque and holds` : `${title} was lowered and released`
      )
    },

    mind() {
      const cause = station.heldFor()
      if (cause === minded) return null
      minded = cause
      const follower = session('follower')
      if (cause === null || !follower || !ARM_FAULTS.has(cause.code)) return null
      const { onFault } = follower.driven().spec.torque
      return onFault === 'hold' ? null : () => apply(onFault, follower)
    }
  }
}

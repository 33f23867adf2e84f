import type { BenchSceneView } from '@shared/domain/bench'
import type { RobotToUi, RobotSnapshot } from '@shared/ipc/ports'
import type { RobotToRecorder } from '@shared/ipc/recording'
import { timestampOf, type RecordedMessage } from '../episodes/messages'
import { entry, type Entry } from './entry'

/** What the robot host says and hears, as it is recorded. `joints`: names in the spec's order. */
export function robotEntries(from: RobotToRecorder, joints: readonly string[]): Entry[] {
  if (from.type === 'said') return saidEntries(from.message, from.nanos, joints)
  if (from.type === 'ended')
    return [operatorEntry('outcome', from.outcome.reason, JSON.stringify(from.outcome), from.nanos)]
  const { command, nanos } = from
  // A heartbeat says only that the window lives.
  if (command.type === 'heartbeat') return []
  return [operatorEntry('command', command.type, command, nanos)]
}

/** JSON without what only tells it apart from others. */
function detailOf(command: { readonly type: string }): string {
  const { type: _, ...rest } = command
  return Object.keys(rest).length === 0 ? '' : JSON.stringify(rest)
}

export const operatorEntry = (
  kind: string,
  name: string,
  detail: { readonly type: string } | string,
  nanos: number
): Entry =>
  entry('/operator', nanos, (clock) => ({
    timestamp: timestampOf(clock.toWall(nanos)),
    kind,
    name,
    detail: typeof detail === 'string' ? detail : detailOf(detail)
  }))

function saidEntries(message: RobotToUi, nanos: number, joints: readonly string[]): Entry[] {
  switch (message.type) {
    case 'snapshot':
      return snapshotEntries(message.snapshot, joints)
    case 'telemetry':
      return [
        entry('/robot/telemetry', message.nanos, (clock) => ({
          timestamp: timestampOf(clock.toWall(message.nanos)),
          arm: message.slot,
          motors: message.motors.map((motor) => ({ ...motor, model: motor.model ?? '' }))
        }))
      ]
    case 'scene':
      return [
        entry('/bench/scene', message.nanos, (clock) => ({
          timestamp: timestampOf(clock.toWall(message.nanos)),
          ...sceneMessage(message.scene)
        }))
      ]
    case 'execution': {
      const { execution } = message
      return [
        entry('/policy/execution', nanos, (clock) => ({
          timestamp: timestampOf(clock.toWall(nanos)),
          prediction: execution.prediction,
          human: execution.human,
          actionsExecuted: execution.actionsExecuted,
          queueMs: execution.queueMs,
          executeMs: execution.executeMs,
          clampedTicks: execution.clampedTicks,
          dropped: execution.dropped ?? ''
        }))
      ]
    }
    case 'refused':
      return [operatorEntry('refused', message.command, message.reason, nanos)]
    case 'hello':
    case 'devices':
    case 'deviceAnswer':
    case 'frames':
      return []
  }
}

function snapshotEntries(snapshot: RobotSnapshot, joints: readonly string[]): Entry[] {
  const { nanos, state, motion, verdict, queue } = snapshot
  return [
    entry('/robot/state', nanos, (clock) => ({
      timestamp: timestampOf(clock.toWall(state.capturedNanos)),
      joints: state.position.map((position, index) => ({
        name: joints[index] ?? `joint_${index}`,
        position,
        velocity: state.velocity[index] ?? null
      }))
    })),
    entry('/robot/command', nanos, (clock) => ({
      timestamp: timestampOf(clock.toWall(nanos)),
      tick: snapshot.tick,
      asked: snapshot.asked ?? [],
      sent: snapshot.sent ?? [],
      verdict: verdict.kind,
      clamped: verdict.kind === 'clamp' ? verdict.joints : [],
      rejected: verdict.kind === 'reject' ? verdict.cause : null,
      motion: motion.kind,
      motionCause: 'cause' in motion ? motion.cause : null,
      teleopSource: motion.kind === 'teleop' ? motion.source : '',
      epoch: snapshot.epoch,
      engaged: snapshot.engaged,
      queue,
      endEffectorMetres: [...snapshot.endEffectorMetres],
      actionsExecuted: snapshot.run.actionsExecuted
    }))
  ]
}

function sceneMessage(scene: BenchSceneView): Omit<RecordedMessage<'depthdeck.BenchScene'>, 'timestamp'> {
  return {
    blocks: scene.blocks.map((block) =>
      block
        ? { onTray: true, ...block }
        : { onTray: false, row: 0, column: 0, colour: 0, direction: 0, x: 0, y: 0 }
    ),
    heldBlock: scene.heldBlock,
    slid: scene.slid,
    binColours: scene.binColours,
    targetBlock: scene.targetBlock,
    targetBin: scene.targetBin,
    gripper: scene.gripper
  }
}

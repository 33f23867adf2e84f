import type { AlarmCondition } from '@shared/alarms/alarmList'
import type { CameraView } from '@shared/domain/camera'
import type { Fault } from '@shared/domain/fault'
import type { PredictionRecord } from '@shared/domain/policy'
import type { MotionPhase } from '@shared/domain/robot'
import type { HostName } from '@shared/ipc/channels'
import type { HostStatus } from '@shared/ipc/contract'
import { median } from '@shared/statistics/median'
import { predictionMs } from './stageTimes'

/** What the console knows of that can be abnormal. */
export interface Surroundings {
  readonly motion: MotionPhase | null
  /** What the guard asks about; null: nothing. */
  readonly question: string | null
  /** The breakpoint that holds; null: none. */
  readonly breakpoint: string | null
  readonly hosts: Readonly<Partial<Record<HostName, HostStatus>>>
  readonly recordingFailure: Fault | null
  readonly cameras: readonly CameraView[]
}

/** What is abnormal now, each with what to do about it. */
export const alarmConditions = (around: Surroundings): AlarmCondition[] => [
  ...motionConditions(around.motion),
  ...questionConditions(around.question),
  ...breakpointConditions(around.breakpoint),
  ...hostConditions(around.hosts),
  ...cameraConditions(around.cameras),
  ...recordingConditions(around.recordingFailure)
]

function motionConditions(motion: MotionPhase | null): AlarmCondition[] {
  if (motion?.kind === 'held')
    return [
      {
        id: 'held',
        priority: 'high',
        title: `Robot holds: ${motion.cause.message}`,
        action: 'Look at why, then resume, change the plan, or take over.'
      }
    ]
  // A person's own stop is no surprise to them.
  if (motion?.kind === 'stopped' && motion.cause.code !== 'operator')
    return [
      {
        id: 'stopped',
        priority: 'high',
        title: `Robot stopped: ${motion.cause.message}`,
        action: 'Find out why before you reset it.'
      }
    ]
  return []
}

const questionConditions = (question: string | null): AlarmCondition[] =>
  question === null
    ? []
    : [
        {
          id: 'guard',
          priority: 'high',
          title: `The policy doubts: ${question}`,
          action: 'Continue short, edit the chunk, take over, or let it go on.'
        }
      ]

/** People asked for it, but may not be looking: the robot waits for them. */
const breakpointConditions = (breakpoint: string | null): AlarmCondition[] =>
  breakpoint === null
    ? []
    : [
        {
          id: 'breakpoint',
          priority: 'medium',
          title: `A breakpoint holds the robot: ${breakpoint}`,
          action: 'Resume, step, change the plan, or take over.'
        }
      ]

const HOST_NAMES: Readonly<Record<HostName, string>> = {
  robot: 'The robot process',
  policy: 'The policy process',
  recorder: 'The recorder process'
}

function hostConditions(hosts: Surroundings['hosts']): AlarmCondition[] {
  return Object.values(hosts).flatMap(({ name, state, lastExit }): AlarmCondition[] =>
    state === 'failed'
      ? [
          {
            id: `host-${name}`,
            priority: 'high',
            title: `${HOST_NAMES[name]} keeps ending: ${lastExit ?? 'unknown reason'}`,
            action: 'Restart Depthdeck.'
          }
        ]
      : []
  )
}

const CAMERA_ACTIONS: Readonly<Partial<Record<CameraView['state'], string>>> = {
  frozen: 'Unplug it and plug it in again.',
  silent: 'Check its cable; another program may hold it.',
  away: 'Plug it in again.',
  refused: 'Choose another size or rate in Devices.'
}

const cameraConditions = (cameras: readonly CameraView[]): AlarmCondition[] =>
  cameras.flatMap(({ assignment, state, reason }): AlarmCondition[] => {
    const action = CAMERA_ACTIONS[state]
    if (action === undefined) return []
    const { name } = assignment
    return [{ id: `camera-${name}`, priority: 'high', title: `Camera ${name}: ${reason || state}`, action }]
  })

const recordingConditions = (failure: Fault | null): AlarmCondition[] =>
  failure === null
    ? []
    : [{ id: 'recording', priority: 'medium', title: failure.message, action: failure.tip }]

/** So many predictions are compared with as many earlier ones. */
const COMPARED = 10
const DRIFT_RATIO = 1.5
/** Less is nothing a person feels. */
const DRIFT_MS = 20

/** `predictions`: of the policy in use, oldest first. */
export function predictionConditions(predictions: readonly PredictionRecord[]): AlarmCondition[] {
  const conditions: AlarmCondition[] = []
  const last = predictions[predictions.length - 1]
  // `fixed` is meant to run to its end.
  if (last?.stopReason === 'maxIterations' && last.rule.kind !== 'fixed')
    conditions.push({
      id: 'maxIterations',
      priority: 'medium',
      title: `Prediction ${last.index} did not converge in ${last.k} iterations`,
      action: 'Watch what it does; pause or take over when it looks wrong.'
    })
  if (predictions.length >= 2 * COMPARED) {
    const [first, newest] = [predictions.slice(0, COMPARED), predictions.slice(-COMPARED)].map((part) =>
      median(part.map(({ k, stages }) => predictionMs(stages) / Math.max(1, k)))
    ) as [number, number]
    if (newest > DRIFT_RATIO * first && newest - first > DRIFT_MS / median(predictions.map(({ k }) => k)))
      conditions.push({
        id: 'latencyDrift',
        priority: 'low',
        title: `An iteration takes ${newest.toFixed(1)} ms, it took ${first.toFixed(1)} ms`,
        action: 'Close other programs on this computer, or choose another execution provider.'
      })
  }
  return conditions
}

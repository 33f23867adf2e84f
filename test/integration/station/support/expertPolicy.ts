import { METRES_PER_UNIT, STEP_UNITS } from '@shared/domain/benchWorld'
import type { EndEffectorAction } from '@shared/domain/robot'
import { assertNever } from '@shared/domain/result'
import type { CommittedChunk, Observation, PolicyToRobot, RobotToPolicy } from '@shared/ipc/ports'
import { expertChunk } from '../../../../src/main/simulator/expert'
import type { Scene } from '../../../../src/main/simulator/scene'

/** A policy host made of the bench's expert: engage → observe → commit, as the engine would, without inference. */
export interface ExpertPolicy {
  receive(message: RobotToPolicy): void
  /** Everything the robot said, oldest first. */
  readonly heard: RobotToPolicy[]
  readonly observations: () => Observation[]
  readonly engagements: () => Extract<RobotToPolicy, { type: 'engage' }>[]
}

export interface ExpertPolicyOptions {
  readonly scene: () => Scene
  readonly send: (message: PolicyToRobot) => void
  readonly nowNanos: () => number
}

/** What a prediction waits for. */
type Waiting =
  | { readonly for: 'nothing' }
  | { readonly for: 'observation' }
  | { readonly for: 'resume'; readonly observation: Observation }
  | { readonly for: 'execution' }

/** The expert's chunk from where the scene is now, in SI units. */
export const expertActions = (scene: Scene): EndEffectorAction[] =>
  expertChunk(scene).map(([dx, dy, dz, grip]) => ({
    deltaMetres: [dx, dy, dz].map((value) => value * STEP_UNITS * METRES_PER_UNIT) as [
      number,
      number,
      number
    ],
    gripperOpening: grip > 0 ? 0 : 1
  }))

export function createExpertPolicy({ scene, send, nowNanos }: ExpertPolicyOptions): ExpertPolicy {
  const heard: RobotToPolicy[] = []
  let epoch = 0
  let paused = false
  let prediction = 0
  let waiting: Waiting = { for: 'nothing' }

  function observe(): void {
    waiting = { for: 'observation' }
    send({ type: 'observe', epoch })
  }

  function decide(observation: Observation): void {
    if (paused) {
      waiting = { for: 'resume', observation }
      return
    }
    waiting = { for: 'execution' }
    const actions = expertActions(scene())
    const chunk: CommittedChunk = {
      epoch,
      episode: observation.episode,
      prediction,
      observationNanos: observation.capturedNanos,
      committedNanos: nowNanos(),
      actions,
      horizon: actions.length,
      human: false
    }
    send({ type: 'commit', chunk })
  }

  return {
    heard,
    observations: () =>
      heard.flatMap((message) => (message.type === 'observation' ? [message.observation] : [])),
    engagements: () => heard.filter((message) => message.type === 'engage'),

    receive(message) {
      heard.push(message)
      switch (message.type) {
        case 'engage':
          epoch = message.epoch
          paused = false
          prediction = message.firstPrediction
          return observe()
        case 'disengage':
          epoch = message.epoch
          paused = false
          waiting = { for: 'nothing' }
          return
        case 'paused':
          epoch = message.epoch
          paused = true
          if (waiting.for === 'observation') observe()
          return
        case 'resumed':
          epoch = message.epoch
          paused = false
          if (waiting.for === 'resume') decide(waiting.observation)
          return
        case 'observation':
          if (waiting.for === 'observation' && message.observation.epoch === epoch)
            decide(message.observation)
          return
        case 'execution':
          if (waiting.for !== 'execution' || message.execution.prediction !== prediction) return
          prediction += 1
          return observe()
        case 'run':
          return
        default:
          assertNever(message)
      }
    }
  }
}

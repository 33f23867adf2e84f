import { SAME_FRAME } from '@shared/domain/benchFrame'
import { assertNever } from '@shared/domain/result'
import type { MotionCause, RobotSpec } from '@shared/domain/robot'
import type { EpisodeOutcome, RunRequest, RunView } from '@shared/domain/run'
import type {
  CommittedChunk,
  Execution,
  PolicyToRobot,
  RobotToPolicy,
  RobotToUi,
  UiToRobot
} from '@shared/ipc/ports'
import {
  initialMotion,
  mayMove,
  transitionMotion,
  type MotionEffect,
  type MotionEvent,
  type MotionState
} from '@shared/safety/motion'
import { watchdogVerdict, type WatchdogLimits } from '@shared/safety/watchdog'
import { millisToNanos } from '@shared/units'
import type { RobotDriver } from '../drivers/driver'
import { createArmMotion, type TickOutcome } from './armMotion'
import { createChunkExecution, notExecuted } from './chunkExecution'
import { createHoming } from './homing'
import type { LoopStats } from './loopTimer'
import { createPolicyLink } from './policyLink'
import { createRunControl } from './runControl'
import type { RunWorld } from './runWorld'

/**
 * The robot station: motion state machine, gate, watchdogs and run lifecycle around one arm. Knows nothing
 * of processes and real time; the robot host and the virtual-time runner drive the same station tick by tick.
 */

export interface StationOptions {
  readonly spec: RobotSpec
  readonly driver: RobotDriver
  readonly world: RunWorld
  readonly sendUi: (message: RobotToUi) => void
  readonly sendPolicy: (message: RobotToPolicy) => void
  readonly initialRequest: RunRequest
  /** False where no person watches (command-line runs): the heartbeat watchdog is off. */
  readonly supervised: boolean
  /** Latched from the start: this process replaces one that died, and nobody knows what it had latched. */
  readonly startStopped: MotionCause | null
  /** Pause between two episodes of a continuous run, so that people see the outcome. */
  readonly betweenEpisodesMs: number
  readonly loopStats: () => LoopStats
  readonly nowNanos: () => number
  readonly onEpisodeEnd: (run: RunView, outcome: EpisodeOutcome) => void
}

export interface Station {
  tick(nowNanos: number): void
  fromUi(message: UiToRobot): void
  fromPolicy(message: PolicyToRobot): void
  /** A new window listens: tell it everything once. */
  greetUi(): void
  /** The window's connection is gone: nobody watches until another one sends its heartbeat. */
  uiLost(): void
  policyLost(): void
  run(): RunView
  motion(): MotionState
}

const WATCHDOG: WatchdogLimits = {
  heartbeatTimeoutNanos: millisToNanos(1000),
  maxConsecutiveDriverErrors: 5
}

export function createStation(options: StationOptions): Station {
  const { spec, world, sendUi, sendPolicy, nowNanos } = options
  const arm = createArmMotion(spec, options.driver)
  const chunks = createChunkExecution(arm, spec.loopRateHz)
  const homing = createHoming(arm)

  const policy = createPolicyLink(sendPolicy)

  let motion: MotionState = options.startStopped
    ? { ...initialMotion, phase: { kind: 'stopped', cause: options.startStopped } }
    : initialMotion
  let publishedWorld: number | null = null
  let lastHeartbeatNanos: number | null = options.supervised ? nowNanos() : null
  let ticks = 0

  const controlRateHz = (): number => policy.controlRateHz() ?? spec.loopRateHz
  const refuse = (command: string, reason: string): void => sendUi({ type: 'refused', command, reason })
  const runs = createRunControl({
    ...options,
    motion: () => motion,
    apply,
    onScene: () => {
      arm.adoptPresent(nowNanos())
      policy.sceneLaidOut()
    },
    policyReady: () => policy.controlRateHz() !== null,
    refuse
  })

  function apply(event: MotionEvent): void {
    const { state, effects } = transitionMotion(motion, event)
    motion = state
    for (const effect of effects) perform(effect, event.type)
    // Whatever interrupted the arm, it stays where it was last sent.
    if (arm.isMidAction() && !mayMove(motion) && motion.phase.kind !== 'paused') arm.abandon(nowNanos())
  }

  function perform(effect: MotionEffect, command: string): void {
    switch (effect.type) {
      case 'engagePolicy':
        return policy.engage(motion.epoch, runs.run())
      case 'disengagePolicy':
        return policy.disengage(motion.epoch, effect.reason)
      case 'paused':
        return sendPolicy({ type: 'paused', epoch: motion.epoch })
      case 'resumed':
        sendPolicy({ type: 'resumed', epoch: motion.epoch })
        return engageIfOwed()
      case 'queueEnded':
        return report(chunks.account(effect.queue, effect.actionsExecuted, effect.reason, nowNanos()))
      case 'commitDropped':
        return report(notExecuted(effect.queue, effect.reason))
      case 'refused':
        return refuse(command, effect.reason)
      default:
        return assertNever(effect)
    }
  }

  /** A policy that came (back) after it was wanted hears of it as soon as the arm may move. */
  function engageIfOwed(): void {
    if (!motion.engaged || motion.phase.kind !== 'holding' || !policy.owesEngagement()) return
    policy.engage(motion.epoch, runs.run())
  }

  function report(execution: Execution): void {
    sendUi({ type: 'execution', execution })
    sendPolicy({ type: 'execution', execution })
  }

  function commit(chunk: CommittedChunk): void {
    const now = nowNanos()
    if (chunk.epoch === motion.epoch) policy.committed(chunk.prediction)
    const queue = chunks.queueFor(chunk, controlRateHz(), now)
    const objection = chunk.epoch === motion.epoch ? chunks.objection(chunk, now) : null
    if (objection) {
      report(notExecuted(queue, objection.message))
      return apply({ type: 'hold', cause: objection })
    }
    apply({ type: 'commit', epoch: chunk.epoch, queue })
    if (motion.queue === queue) chunks.begin(now)
  }

  function goHome(): void {
    if (!arm.isAdopted()) return refuse('home', 'The arm does not answer')
    const wasHoming = motion.phase.kind === 'homing'
    runs.cancelNext()
    apply({ type: 'home' })
    if (wasHoming || motion.phase.kind !== 'homing') return
    // A paused action ends here: home is reached from where the arm is, not from where the action began.
    arm.abandon(nowNanos())
    homing.begin(nowNanos())
  }

  function answerObserve(now: number): void {
    // Looking moves nothing: people who paused before the first action may reject and observe again.
    const atRest = motion.phase.kind === 'holding' || motion.phase.kind === 'paused'
    if (!atRest || motion.queue || !arm.isAdopted()) return
    if (!policy.takeObserveRequest(motion.epoch)) return
    const { episode, instruction } = runs.run()
    sendPolicy({
      type: 'observation',
      observation: {
        epoch: motion.epoch,
        episode,
        capturedNanos: now,
        images: world.images(now),
        proprioception: world.proprioception(),
        commandedMetres: [...arm.commanded().xyz],
        instruction
      }
    })
  }

  function move(now: number): void {
    switch (motion.phase.kind) {
      case 'executing': {
        if (!motion.queue) return
        const outcome = chunks.advance(motion.queue, controlRateHz(), now)
        if (holdIfRejected(outcome) || outcome.kind !== 'done') return
        apply({ type: 'actionDone' })
        return runs.actionDone()
      }
      case 'homing': {
        const outcome = homing.advance(now)
        if (holdIfRejected(outcome) || outcome.kind !== 'done') return
        return apply({ type: 'homed' })
      }
      // Teleop too: whoever drives commands the arm; until then it stays put.
      case 'holding':
      case 'paused':
      case 'held':
      case 'stopped':
      case 'teleop':
        return holdStill(now)
      default:
        return assertNever(motion.phase)
    }
  }

  function holdStill(now: number): void {
    if (arm.hold(now) === 'still' || !motion.engaged) return
    apply({
      type: 'hold',
      cause: { code: 'moved', message: 'Something moved the arm away from where it held' }
    })
  }

  function holdIfRejected(outcome: TickOutcome): boolean {
    if (outcome.kind !== 'rejected') return false
    apply({ type: 'hold', cause: outcome.cause })
    return true
  }

  function watch(now: number): void {
    const { consecutive, last } = arm.driverErrors()
    const cause = watchdogVerdict(
      { lastHeartbeatNanos, consecutiveDriverErrors: consecutive, lastDriverError: last },
      WATCHDOG,
      now
    )
    if (!cause) return
    runs.cancelNext()
    if (motion.engaged || mayMove(motion)) apply({ type: 'hold', cause })
  }

  function publish(now: number): void {
    // A window that hangs would find all it missed waiting for it: it gets nothing until it lives again.
    if (lastHeartbeatNanos !== null && now - lastHeartbeatNanos > WATCHDOG.heartbeatTimeoutNanos) return
    if (world.version() !== publishedWorld) {
      publishedWorld = world.version()
      sendUi({ type: 'scene', nanos: now, scene: world.view() })
      sendUi({ type: 'frames', images: world.images(now) })
    }
    const { queue } = motion
    sendUi({
      type: 'snapshot',
      snapshot: {
        nanos: now,
        tick: ticks,
        motion: motion.phase,
        epoch: motion.epoch,
        engaged: motion.engaged,
        run: runs.run(),
        state: arm.present(),
        asked: arm.asked() && [...(arm.asked() ?? [])],
        sent: arm.sent() && [...(arm.sent() ?? [])],
        verdict: arm.verdict(),
        endEffectorMetres: [...arm.presentTool()],
        queue: queue && { prediction: queue.prediction, action: queue.action, horizon: queue.horizon },
        policyConnected: policy.controlRateHz() !== null,
        unready: null,
        teleop: null,
        loop: options.loopStats()
      }
    })
  }

  let toldUnderWay: boolean | null = null

  /** The policy process must know before it lets its policy be replaced. */
  function tellRun(): void {
    const underWay = motion.engaged || runs.nextIsDue()
    if (underWay === toldUnderWay) return
    toldUnderWay = underWay
    sendPolicy({ type: 'run', underWay })
  }

  return {
    run: runs.run,
    motion: () => motion,

    tick(now) {
      ticks += 1
      arm.read(now)
      watch(now)
      move(now)
      runs.tick(now)
      answerObserve(now)
      tellRun()
      publish(now)
    },

    fromUi(message) {
      switch (message.type) {
        case 'heartbeat':
          if (options.supervised) lastHeartbeatNanos = nowNanos()
          return
        case 'stop':
          return apply({ type: 'stop', cause: { code: 'operator', message: message.reason } })
        case 'reset':
          // Whatever episode was due before or while stopped waits for the operator now.
          runs.cancelNext()
          return apply({ type: 'reset' })
        case 'pause':
          return apply({ type: 'pause', nowNanos: nowNanos() })
        case 'resume':
          if (runs.reengage()) return
          return apply({ type: 'resume', nowNanos: nowNanos(), armMoved: arm.hasMovedFromSent() })
        case 'hold':
          return apply({ type: 'hold', cause: { code: 'operator', message: 'Held by the operator' } })
        case 'home':
          return goHome()
        case 'start':
          return runs.start(message.request)
        case 'newScene':
          return runs.newScene(message.request)
        case 'continuous':
          return runs.setContinuous(message.on)
        case 'endEpisode':
          return runs.endByOperator(message.success)
        case 'discardEpisode':
          return runs.discard()
        case 'takeOver':
          return apply({ type: 'takeOver', source: message.source })
        case 'handBack':
          return apply({ type: 'handBack' })
        case 'drive':
        case 'device':
          return
        default:
          return assertNever(message)
      }
    },

    fromPolicy(message) {
      switch (message.type) {
        case 'ready':
          policy.ready(message.controlRateHz)
          toldUnderWay = null
          tellRun()
          return engageIfOwed()
        case 'observe':
          return policy.askedToObserve(message.epoch)
        case 'commit':
          return commit(message.chunk)
        case 'hold':
          return apply({ type: 'hold', cause: { code: message.code, message: message.message } })
        default:
          return assertNever(message)
      }
    },

    greetUi() {
      publishedWorld = null
      sendUi({ type: 'hello', spec, bench: SAME_FRAME })
    },

    uiLost() {
      if (!options.supervised) return
      // Between two episodes nothing moves yet; without a window nothing shall begin to.
      runs.cancelNext()
      if (!motion.engaged && !mayMove(motion)) return
      apply({ type: 'hold', cause: { code: 'uiLost', message: 'The operator window closed or reloaded' } })
    },

    policyLost() {
      policy.lost()
      if (!motion.engaged) return
      apply({ type: 'hold', cause: { code: 'policyLost', message: 'The policy process ended' } })
    }
  }
}

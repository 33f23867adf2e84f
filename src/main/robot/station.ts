import { armToBench, benchWayToArm, type BenchFrame } from '@shared/domain/benchFrame'
import { assertNever } from '@shared/domain/result'
import type { MotionCause, RobotSpec, WorkspaceBox } from '@shared/domain/robot'
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
import { errorsOfSilence, watchdogVerdict, type WatchdogLimits } from '@shared/safety/watchdog'
import { millisToNanos } from '@shared/units'
import type { RobotDriver } from '../drivers/driver'
import { createArmMotion, type TickOutcome } from './armMotion'
import { createChunkExecution, notExecuted } from './chunkExecution'
import { createHoming } from './homing'
import type { LoopStats } from './loopTimer'
import { createPolicyLink } from './policyLink'
import { createRunControl } from './runControl'
import type { RunWorld } from './runWorld'
import { createStationDriving } from './stationDriving'
import { createStationReport } from './stationReport'
import { createTeleoperation, type LeaderArm } from './teleoperation'

/**
 * The robot station: motion state machine, gate, watchdogs and run lifecycle around one arm. Knows nothing
 * of processes and real time; the robot host and the virtual-time runner drive the same station tick by tick.
 */

export interface StationOptions {
  readonly spec: RobotSpec
  readonly driver: RobotDriver
  readonly world: RunWorld
  /** How the world's bench lies in the arm's frame. Everything said to UI and policy is in the bench's. */
  readonly frame: BenchFrame
  /** What the policy's actions end at, in the arm's frame. */
  readonly actionBox: WorkspaceBox
  /** Why the arm can't be moved at all (no torque, lost); null when it can. */
  readonly unready: () => string | null
  /** The motors' own reasons to hold the arm, of this tick's reading. */
  readonly motorTrouble: (nowNanos: number) => MotionCause | null
  /** The leader that is connected, if any. */
  readonly leader: () => LeaderArm | null
  /** Epochs go on counting where another station's ended: nothing that was meant for that one is obeyed here. */
  readonly firstEpoch: number
  /** SHA-256 of the calibration the arm is driven with; null without one. */
  readonly calibrationHash: string | null
  readonly sendUi: (message: RobotToUi) => void
  /** Hears all that the window is told, and goes on hearing while no window listens. */
  readonly sendRecorder?: (message: RobotToUi) => void
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
  /** A new recorder listens. */
  greetRecorder(): void
  /** The window's connection is gone: nobody watches until another one sends its heartbeat. */
  uiLost(): void
  policyLost(): void
  /** Torque came, or the arm was found again: it is commanded from where it is read next. */
  adoptPresent(): void
  /** Sets out for where the arm may lose its torque; why it can't, or null. `motion` tells how it goes. */
  lower(): string | null
  run(): RunView
  motion(): MotionState
}

const HELD: MotionCause = { code: 'operator', message: 'Held by the operator' }
const UNSETTLED: MotionCause = {
  code: 'unsettled',
  message: 'The arm does not come to where it was sent: see what is in its way'
}
const SETTLES_WITHIN_NANOS = millisToNanos(1500)

const HEARTBEAT_TIMEOUT_NANOS = millisToNanos(1000)

export function createStation(options: StationOptions): Station {
  const { spec, world, sendPolicy, nowNanos } = options
  const sendUi = (message: RobotToUi): void => {
    options.sendUi(message)
    options.sendRecorder?.(message)
  }
  const watchdog: WatchdogLimits = {
    heartbeatTimeoutNanos: HEARTBEAT_TIMEOUT_NANOS,
    maxConsecutiveDriverErrors: errorsOfSilence(spec.loopRateHz)
  }
  const arm = createArmMotion(spec, options.driver)
  const chunks = createChunkExecution(arm, spec.loopRateHz, options.actionBox)
  const homing = createHoming(arm, spec)
  /** What would make the arm hold again at once: it doesn't answer, or one of its motors strains. */
  let standing: MotionCause | null = null
  const unready = (): string | null => options.unready() ?? standing?.message ?? null
  const teleop = createTeleoperation({ ...options, arm })

  const policy = createPolicyLink(sendPolicy)

  let motion: MotionState = { ...initialMotion, epoch: options.firstEpoch }
  if (options.startStopped) motion = { ...motion, phase: { kind: 'stopped', cause: options.startStopped } }
  let unsettledSince: number | null = null
  let lastHeartbeatNanos: number | null = options.supervised ? nowNanos() : null

  const controlRateHz = (): number => policy.controlRateHz() ?? spec.loopRateHz
  const refuse = (command: string, reason: string): void => sendUi({ type: 'refused', command, reason })
  const runs = createRunControl({
    ...options,
    motion: () => motion,
    apply,
    onScene: () => {
      // Only a simulated arm is put anywhere.
      if (spec.driver === 'sim' || !arm.isAdopted()) arm.adoptPresent(nowNanos())
      policy.sceneLaidOut()
    },
    goHome() {
      if (spec.driver === 'sim' || arm.isAtHome()) return 'there'
      const refusal = goTo('home')
      return refusal === null ? 'under way' : { refusal }
    },
    policyReady: () => policy.controlRateHz() !== null,
    refuse
  })

  const driving = createStationDriving({
    arm,
    teleop,
    box: options.actionBox,
    unready,
    nowNanos,
    motion: () => motion,
    apply,
    refuse,
    cancelNext: runs.cancelNext
  })

  const report = createStationReport({
    ...options,
    sendRecorder: options.sendRecorder ?? (() => undefined),
    arm,
    unready,
    motion: () => motion,
    run: runs.run,
    teleop: teleop.view,
    isPolicyThere: () => policy.controlRateHz() !== null
  })

  function apply(event: MotionEvent): void {
    const { state, effects } = transitionMotion(motion, event)
    const wasDriven = motion.phase.kind === 'teleop'
    motion = state
    if (wasDriven && motion.phase.kind !== 'teleop') teleop.end(nowNanos())
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
        return account(chunks.account(effect.queue, effect.actionsExecuted, effect.reason, nowNanos()))
      case 'commitDropped':
        return account(notExecuted(effect.queue, effect.reason))
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

  function account(execution: Execution): void {
    sendUi({ type: 'execution', execution })
    sendPolicy({ type: 'execution', execution })
  }

  function commit(onBench: CommittedChunk): void {
    const now = nowNanos()
    const chunk = {
      ...onBench,
      actions: onBench.actions.map((action) => ({
        ...action,
        deltaMetres: benchWayToArm(options.frame, action.deltaMetres)
      }))
    }
    if (chunk.epoch === motion.epoch) policy.committed(chunk.prediction)
    const queue = chunks.queueFor(chunk, controlRateHz(), now)
    const objection = chunk.epoch === motion.epoch ? chunks.objection(chunk, now) : null
    if (objection) {
      account(notExecuted(queue, objection.message))
      return apply({ type: 'hold', cause: objection })
    }
    apply({ type: 'commit', epoch: chunk.epoch, queue })
    if (motion.queue === queue) chunks.begin(now)
  }

  function goTo(to: 'home' | 'rest'): string | null {
    const objection = unready()
    if (objection !== null || !arm.isAdopted()) return objection ?? 'The arm does not answer'
    const [type, kind] = to === 'home' ? (['home', 'homing'] as const) : (['lower', 'lowering'] as const)
    const wasOnItsWay = motion.phase.kind === kind
    runs.cancelNext()
    apply({ type })
    if (wasOnItsWay || motion.phase.kind !== kind) return null
    // A paused action ends here: home is reached from where the arm is, not from where the action began.
    arm.abandon(nowNanos())
    homing.begin(to, nowNanos())
    return null
  }

  function answerObserve(now: number): void {
    // Looking moves nothing: people who paused before the first action may reject and observe again.
    const atRest = motion.phase.kind === 'holding' || motion.phase.kind === 'paused'
    const isAsked = atRest && !motion.queue && arm.isAdopted() && policy.isObserveRequested(motion.epoch)
    if (!isAsked) {
      unsettledSince = null
      return
    }
    if (!hasSettled(now)) return
    policy.takeObserveRequest(motion.epoch)
    const { episode, instruction } = runs.run()
    sendPolicy({
      type: 'observation',
      observation: {
        epoch: motion.epoch,
        episode,
        capturedNanos: now,
        images: world.images(now),
        proprioception: world.proprioception(),
        commandedMetres: armToBench(options.frame, arm.commanded().xyz),
        instruction
      }
    })
  }

  /** What is seen while the arm still comes to where it was sent is no longer so when the plan is there. */
  function hasSettled(now: number): boolean {
    if (!arm.hasMovedFromSent()) {
      unsettledSince = null
      return true
    }
    unsettledSince ??= now
    if (now - unsettledSince < SETTLES_WITHIN_NANOS) return false
    unsettledSince = null
    apply({ type: 'hold', cause: UNSETTLED })
    return false
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
      case 'homing':
      case 'lowering': {
        const outcome = homing.advance(now)
        if (holdIfRejected(outcome) || outcome.kind !== 'done') return
        return apply({ type: 'homed' })
      }
      case 'teleop':
        return driving.tick(now)
      case 'holding':
      case 'paused':
      case 'held':
      case 'stopped':
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
      watchdog,
      now
    )
    if (cause) {
      runs.cancelNext()
      if (motion.engaged || mayMove(motion) || motion.phase.kind === 'teleop')
        apply({ type: 'hold', cause, endsDriving: true })
    }
    // A motor that strains does so at rest as well.
    const trouble = options.motorTrouble(now)
    standing = trouble ?? (cause?.code === 'driver' ? cause : null)
    if (trouble === null) return
    runs.cancelNext()
    apply({ type: 'hold', cause: trouble, endsDriving: true })
  }

  const isHeard = (now: number): boolean =>
    lastHeartbeatNanos === null || now - lastHeartbeatNanos <= HEARTBEAT_TIMEOUT_NANOS

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
      arm.read(now)
      watch(now)
      move(now)
      runs.tick(now)
      answerObserve(now)
      tellRun()
      report.publish(now, isHeard(now))
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
          if (motion.engaged || runs.run().phase.kind === 'running') {
            const objection = unready() ?? driving.offBench()
            if (objection) return refuse('resume', objection)
          }
          if (runs.reengage()) return
          return apply({ type: 'resume', nowNanos: nowNanos(), armMoved: arm.hasMovedFromSent() })
        case 'hold':
          return apply({ type: 'hold', cause: HELD, endsDriving: true })
        case 'home': {
          const objection = goTo('home')
          return objection === null ? undefined : refuse('home', objection)
        }
        case 'start': {
          const objection = unready()
          return objection ? refuse('start', objection) : runs.start(message.request)
        }
        case 'newScene':
          return runs.newScene(message.request)
        case 'continuous':
          return runs.setContinuous(message.on)
        case 'endEpisode':
          return runs.endByOperator(message.success)
        case 'discardEpisode':
          return runs.discard()
        case 'takeOver':
          return driving.takeOver(message.source, message.mode)
        case 'handBack':
          return driving.handBack()
        case 'drive':
          return driving.drive(message)
        // The robot host's own: the station knows one arm.
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
        case 'pause':
          if (message.epoch === motion.epoch && motion.engaged) apply({ type: 'pause', nowNanos: nowNanos() })
          return
        case 'hold':
          return apply({ type: 'hold', cause: { code: message.code, message: message.message } })
        default:
          return assertNever(message)
      }
    },

    greetUi: report.greetUi,
    greetRecorder: report.greetRecorder,

    uiLost() {
      if (!options.supervised) return
      // Between two episodes nothing moves yet; without a window nothing shall begin to.
      runs.cancelNext()
      if (!motion.engaged && !mayMove(motion) && motion.phase.kind !== 'teleop') return
      const cause = { code: 'uiLost', message: 'The operator window closed or reloaded' }
      apply({ type: 'hold', cause, endsDriving: true })
    },

    lower() {
      const objection = goTo('rest')
      if (objection !== null) return objection
      return motion.phase.kind === 'lowering' ? null : `the robot is ${motion.phase.kind}`
    },

    adoptPresent() {
      standing = null
      arm.adoptPresent(nowNanos())
    },

    policyLost() {
      policy.lost()
      if (!motion.engaged) return
      apply({ type: 'hold', cause: { code: 'policyLost', message: 'The policy process ended' } })
    }
  }
}

import type { Fault } from '@shared/domain/fault'
import type { RefinementCommand, RefinementSettings } from '@shared/domain/policy'
import type { RunRequest } from '@shared/domain/run'
import type { DriveRates } from '@shared/domain/teleop'
import type { UiToRobot } from '@shared/ipc/ports'
import { computed, inject, type ComputedRef, type InjectionKey } from 'vue'
import type { Client } from '../client/client'
import {
  availability,
  hasQueue,
  mainCommand,
  sameAvailability,
  type Availability,
  type CommandName,
  type Situation
} from '../model/availability'
import { useAlarmsStore } from '../stores/alarms'
import { STOP_UNDELIVERED, useMessagesStore } from '../stores/messages'
import { useRecordingStore } from '../stores/recording'
import { useRefinementStore } from '../stores/refinement'
import { useRobotStore } from '../stores/robot'
import { useUiStore } from '../stores/ui'
import { useChunkEdit, type Nudge } from './useChunkEdit'
import { useShownIteration } from './useShownIteration'

/**
 * Everything an operator can ask for; each goes to the host that owns it. Buttons and keys alike end here: what
 * makes no sense now is not sent but answered with the reason. Stop and pause are always sent.
 */
export interface Operator {
  readonly available: ComputedRef<Availability>
  /** The one to offer first. */
  readonly main: ComputedRef<ReturnType<typeof mainCommand>>
  /** Iteration to continue from when the cursor stands before the newest one, else null. */
  readonly continueFrom: ComputedRef<number | null>
  /** Whether the next episode starts by itself: of the run that is on, else of the one to start. */
  readonly continuous: ComputedRef<boolean>
  stop(): void
  /** The pointer has come onto the stop button or left it. */
  pointerOverStop(over: boolean): void
  reset(): void
  /** It moves, or may at any moment. */
  isRobotLive(): boolean
  pause(): void
  resume(): void
  step(count: number): void
  back(): void
  /** Moves the cursor: null follows the newest iteration. */
  moveCursor(k: number): void
  /** Shows an entry of the strip; null goes back to live. */
  browse(entryId: number | null): void
  converge(): void
  haltNow(): void
  /** Accepts the chunk, and executes only so many of its actions. */
  continueShort(actions: number): void
  goBeyond(count: number): void
  reseed(): void
  reject(): void
  commitEdit(): void
  discardEdit(): void
  /** Shifts the whole plan by one small step, while it may be edited. */
  nudge(nudge: Nudge): void
  settings(change: Partial<RefinementSettings>): void
  setContinuous(on: boolean): void
  start(): void
  newScene(): void
  home(): void
  takeOver(): void
  handBack(): void
  /** Held deflections, told again while they are held; `inputMs`: `performance.now` of a new input, null for a repetition. */
  drive(source: 'keyboard' | 'gamepad' | 'jog', rates: DriveRates, inputMs: number | null): void
  endEpisode(success: boolean): void
  /** Marks the moment; while nothing is recorded, the seconds before it are kept. */
  mark(): void
  /** The most urgent alarm was seen; moves nothing. */
  acknowledge(): void
  askDiscard(): void
  discardEpisode(): void
}

export function createOperator(client: Client, nowMs: () => number): Operator {
  const robotStore = useRobotStore()
  const refinement = useRefinementStore()
  const messages = useMessagesStore()
  const alarms = useAlarmsStore()
  const recording = useRecordingStore()
  const ui = useUiStore()
  const iteration = useShownIteration()
  const chunkEdit = useChunkEdit()

  const toRobot = (message: UiToRobot): void => {
    if (client.sendRobot(message)) return
    messages.addRefusal(message.type, 'The robot process is not connected.', nowMs())
  }
  const toPolicy = (message: RefinementCommand): boolean => {
    const delivered = client.sendPolicy(message)
    if (!delivered) messages.addRefusal(message.type, 'The policy process is not connected.', nowMs())
    return delivered
  }

  /** What becomes of a mark. */
  const markText = (): string => {
    const { status } = recording
    if (status?.current) return `In episode ${status.current.id}`
    return `The last ${Math.round(status?.prerollSeconds ?? 0)} s are kept as an episode`
  }

  const continueFrom = computed(() => {
    const phase = refinement.snapshot?.phase
    if (refinement.browsing || phase?.kind !== 'paused' || ui.cursorK === null) return null
    return ui.cursorK < phase.k ? ui.cursorK : null
  })

  const situation = computed<Situation>(() => ({
    robot: robotStore.snapshot,
    refinement: refinement.snapshot?.phase ?? null,
    prediction: refinement.snapshot?.prediction ?? null,
    shownK: iteration.k.value,
    browsing: refinement.browsing,
    edited: ui.editedChunk !== null,
    continueFrom: continueFrom.value,
    policyFailed: refinement.failure !== null
  }))
  // Snapshots come at 50 Hz: buttons are only touched when a reason changes.
  const available = computed<Availability>((before) => {
    const next = availability(situation.value)
    return before !== undefined && sameAvailability(before, next) ? before : next
  })

  const whenAvailable = (command: CommandName, act: () => void): void => {
    const reason = available.value[command]
    if (reason === null) act()
    else messages.addRefusal(command, reason, nowMs())
  }

  /** Nobody may believe that the robot was told to stop: this one stays until it is dismissed. */
  const sayStopUndelivered = (): void => {
    const fault: Fault = {
      severity: 'high',
      source: 'ui',
      code: STOP_UNDELIVERED,
      message: 'Stop was not delivered: the robot process is not connected',
      tip: 'Cut the arm’s power if it moves. Stop again once the robot process is back.'
    }
    messages.addFault(fault, nowMs())
    client.reportFault(fault)
  }

  /** What is shown is what continues: an earlier iteration under the cursor becomes the newest one first. */
  const rewindToCursor = (): void => {
    if (continueFrom.value !== null) toPolicy({ type: 'rewind', k: continueFrom.value })
    ui.cursorK = null
  }

  /**
   * Accepting a chunk means executing it: a robot that paused before this prediction goes on with it. One that
   * paused in the middle of its queue would go on with something else, and stays.
   */
  const accept = (message: RefinementCommand): boolean => {
    const robot = robotStore.snapshot
    const waits =
      refinement.snapshot?.phase.kind === 'paused' && robot?.motion.kind === 'paused' && robot.queue === null
    const delivered = toPolicy(message)
    if (delivered && waits) toRobot({ type: 'resume' })
    return delivered
  }

  /** The run that is on, or between two of its episodes; null when the next one is still to be set up. */
  const runOn = computed(() => {
    const run = robotStore.snapshot?.run
    return run === undefined || run.phase.kind === 'ready' ? null : run
  })

  const request = (): RunRequest => ({
    level: ui.level,
    seedBase: ui.seedBase,
    continuous: ui.continuous,
    episodes: null
  })

  return {
    available,
    main: computed(() => mainCommand(situation.value, available.value)),
    continueFrom,
    continuous: computed(() => runOn.value?.request.continuous ?? ui.continuous),
    pointerOverStop: client.pointerOverStop,
    stop() {
      if (!client.sendRobot({ type: 'stop', reason: 'by the operator' })) sayStopUndelivered()
      // The policy may be gone or busy; the robot host has stopped by itself and needs no one's consent.
      client.sendPolicy({ type: 'pause' })
    },
    reset: () => toRobot({ type: 'reset' }),
    isRobotLive() {
      const { engaged = false, motion } = robotStore.snapshot ?? {}
      return engaged || ['executing', 'homing', 'lowering', 'teleop'].includes(motion?.kind ?? '')
    },
    pause() {
      toRobot({ type: 'pause' })
      // The robot pauses without the policy too, and a policy that is gone has nothing to pause.
      client.sendPolicy({ type: 'pause' })
    },
    resume: () =>
      whenAvailable('resume', () => {
        rewindToCursor()
        refinement.select(null)
        toRobot({ type: 'resume' })
        // A policy that is still on its way is engaged by the robot when it comes.
        client.sendPolicy({ type: 'resume' })
      }),
    step: (count) =>
      whenAvailable('step', () => {
        rewindToCursor()
        toPolicy({ type: 'step', count })
      }),
    back: () =>
      whenAvailable('back', () => {
        ui.cursorK = iteration.k.value - 1
      }),
    moveCursor(k) {
      // An edit belongs to the iteration it was made from.
      if (ui.editedChunk === null) ui.cursorK = k === iteration.lastK.value ? null : k
    },
    browse: (entryId) => whenAvailable('browse', () => refinement.select(entryId)),
    converge: () =>
      whenAvailable('converge', () => {
        rewindToCursor()
        toPolicy({ type: 'runToConvergence' })
      }),
    haltNow: () =>
      whenAvailable('haltNow', () => {
        rewindToCursor()
        accept({ type: 'haltNow' })
      }),
    continueShort: (horizon) => whenAvailable('haltNow', () => void accept({ type: 'haltNow', horizon })),
    goBeyond: (count) => whenAvailable('goBeyond', () => void toPolicy({ type: 'goBeyond', count })),
    reseed: () =>
      whenAvailable('reseed', () => {
        toPolicy({ type: 'reseed', seed: ui.reseedSeed })
        ui.reseedSeed = (ui.reseedSeed + 1) >>> 0
      }),
    reject: () =>
      whenAvailable('reject', () => {
        // What the robot has of a chunk it drops by holding; resume then observes again.
        if (hasQueue(robotStore.snapshot)) toRobot({ type: 'hold' })
        else toPolicy({ type: 'reject' })
      }),
    commitEdit: () =>
      whenAvailable('override', () => {
        if (ui.editedChunk === null) return
        const chunk = [...ui.editedChunk]
        // An edit belongs to the iteration it was made from, and is recorded with it.
        rewindToCursor()
        if (accept({ type: 'override', chunk })) ui.editedChunk = null
      }),
    nudge(nudge) {
      const reason = chunkEdit.whyNoNudge(nudge)
      if (reason === null) chunkEdit.nudge(nudge)
      else messages.addRefusal('nudge', reason, nowMs())
    },
    discardEdit() {
      ui.editedChunk = null
    },
    settings: (change) => toPolicy({ type: 'settings', settings: change }),
    setContinuous(on) {
      // The run after this one is to be set up as the operator last said.
      ui.continuous = on
      if (runOn.value !== null) toRobot({ type: 'continuous', on })
    },
    start: () => whenAvailable('start', () => toRobot({ type: 'start', request: request() })),
    newScene: () => whenAvailable('newScene', () => toRobot({ type: 'newScene', request: request() })),
    home: () => whenAvailable('home', () => toRobot({ type: 'home' })),
    takeOver: () =>
      whenAvailable('takeOver', () => {
        const { driveSource } = ui
        // An edit was of a chunk that will never be executed now.
        ui.editedChunk = null
        refinement.select(null)
        toRobot({
          type: 'takeOver',
          source: driveSource === 'clutch' ? 'leader' : driveSource,
          mode: driveSource === 'clutch' ? 'clutch' : 'match'
        })
      }),
    handBack: () => whenAvailable('handBack', () => toRobot({ type: 'handBack' })),
    drive(source, rates, inputMs) {
      const inputNanos = inputMs === null ? null : robotStore.clock.remoteNanos(inputMs)
      // Held keys repeat: one message that finds no port is no news, and the robot stops without it.
      client.sendRobot({ type: 'drive', source, inputNanos, rates })
    },
    endEpisode: (success) => whenAvailable('endEpisode', () => toRobot({ type: 'endEpisode', success })),
    acknowledge() {
      const [alarm] = alarms.unseen
      if (alarm) alarms.acknowledge(alarm.id, nowMs())
    },
    mark() {
      const nanos = robotStore.clock.remoteNanos(nowMs())
      if (client.sendRecorder({ type: 'mark', nanos }))
        messages.addNotice('mark', 'Moment marked', markText(), nowMs())
      else messages.addRefusal('mark', 'The recorder process is not connected.', nowMs())
    },
    askDiscard: () =>
      whenAvailable('discard', () => {
        ui.dialog = 'discard'
      }),
    discardEpisode() {
      ui.dialog = null
      // The episode may have ended by itself while the dialog asked.
      whenAvailable('discard', () => toRobot({ type: 'discardEpisode' }))
    }
  }
}

export const operatorKey: InjectionKey<Operator> = Symbol('operator')

export function useOperator(): Operator {
  const operator = inject(operatorKey)
  if (operator === undefined) throw new Error('useOperator: no operator is provided')
  return operator
}

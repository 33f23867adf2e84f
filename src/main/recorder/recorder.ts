import type { AlarmEvent } from '@shared/alarms/alarmList'
import { basename } from 'node:path'
import type { EpisodeEnd, EpisodeInfo, EpisodeTrigger } from '@shared/domain/episode'
import type { Fault } from '@shared/domain/fault'
import type { PolicyInfo, RefinementSettings } from '@shared/domain/policy'
import type { MotionPhase } from '@shared/domain/robot'
import type { RunView } from '@shared/domain/run'
import type { RobotSnapshot, RobotToUi } from '@shared/ipc/ports'
import type {
  CaptureToRecorder,
  PolicyToRecorder,
  RecorderStatus,
  RecordingSettings,
  RobotToRecorder
} from '@shared/ipc/recording'
import { millisToNanos, NANOS_PER_MILLI, NANOS_PER_SECOND } from '@shared/units'
import { timestampOf } from '../episodes/messages'
import { entry, videoEntry, type Entry } from './entry'
import { createEpisodeFile, type EpisodeFile } from './episodeFile'
import type { SinkHandle } from './fileSink'
import { policyEntries } from './policyEntries'
import { createPreroll, PREROLL_SECONDS } from './preroll'
import { operatorEntry, robotEntries } from './robotEntries'
import { wallClock } from './wallClock'

/**
 * Decides what is recorded: every run's episode from its start to its end, and, where none is, the seconds before a
 * mark or a hold. Takes whatever robot, policy and cameras say, at any time and in any order.
 */
export interface Recorder {
  fromRobot(message: RobotToRecorder): void
  /** The robot process is gone: what it did is all there is. */
  robotLost(reason: string): void
  fromPolicy(message: PolicyToRecorder): void
  video(message: Extract<CaptureToRecorder, { type: 'video' }>): void
  /** What people were told is wrong. */
  fault(fault: Fault): void
  /** What became of an alarm in the window's list. */
  alarm(event: AlarmEvent['kind'], id: string, title: string): void
  mark(nanos: number): void
  configure(settings: RecordingSettings): void
  tick(nowNanos: number): void
  status(): Pick<RecorderStatus, 'settings' | 'current' | 'prerollSeconds' | 'failure'>
  /** Ends what is being recorded; resolves when it is on the disk. */
  end(reason: string): Promise<void>
}

export interface RecorderOptions {
  readonly appVersion: string
  readonly settings: RecordingSettings
  readonly nowNanos: () => number
  readonly wallNanos: () => bigint
  /** Four to sixteen characters that no other episode of that second has. */
  readonly suffix: () => string
  /** A new, empty file of the library. */
  readonly create: (id: string) => Promise<SinkHandle>
  readonly onFault: (fault: Fault) => void
  /** The file is whole. */
  readonly onSaved: (id: string, end: Omit<EpisodeEnd, 'drops'>) => void
}

/** Cameras are late by their encoder; an episode begins and ends with what belongs to it. */
const LEAD_NANOS = millisToNanos(300)
const TAIL_NANOS = millisToNanos(300)

interface Recording {
  readonly file: EpisodeFile
  readonly episode: number
  readonly sceneSeed: number
  /** It has ended and only waits for what is on its way. */
  ending: { readonly atNanos: number; readonly end: Omit<EpisodeEnd, 'drops'> } | null
}

export function createRecorder(options: RecorderOptions): Recorder {
  const { nowNanos } = options
  const preroll = createPreroll()
  let settings = options.settings
  let recording: Recording | null = null
  let failure: Fault | null = null
  let saving: Promise<unknown> = Promise.resolve()
  let hello: Extract<RobotToUi, { type: 'hello' }> | null = null
  let run: RunView | null = null
  let policy: PolicyInfo | null = null
  let rules: RefinementSettings | null = null
  let heldCode: string | null = null
  /** The disk refused this one: what is left of it is not recorded as another. */
  let givenUp: { readonly episode: number; readonly sceneSeed: number } | null = null
  let isEngaged = false
  let isClosed = false

  function take(next: Entry): void {
    if (next.topic === '/policy/observation' && !settings.observations) return
    preroll.add(next)
    recording?.file.add(next)
  }

  function open(trigger: EpisodeTrigger): EpisodeFile {
    const nanos = nowNanos()
    const clock = wallClock(options.wallNanos(), nanos)
    const id = `${stampOf(clock.wallNanos)}-${options.suffix()}`
    const info: EpisodeInfo = {
      id,
      trigger,
      startWallNanos: String(clock.wallNanos),
      startNanos: nanos,
      appVersion: options.appVersion,
      robot: hello?.spec ?? null,
      bench: hello?.bench ?? null,
      calibrationHash: hello?.calibrationHash ?? null,
      run,
      policy,
      settings: rules,
      fullLatents: settings.fullLatents,
      observations: settings.observations,
      imported: null
    }
    return createEpisodeFile({
      info,
      clock,
      open: () => options.create(id),
      library: `depthdeck ${options.appVersion}`,
      onFailure: (error) => failed(id, error)
    })
  }

  function failed(id: string, error: NodeJS.ErrnoException): void {
    const isFull = error.code === 'ENOSPC' || error.code === 'EDQUOT'
    failure = {
      severity: 'high',
      source: 'recorder',
      code: isFull ? 'diskFull' : 'recordingFailed',
      message: isFull
        ? `The disk is full: recording of ${id} has stopped; what was written is kept`
        : `Recording of ${id} has stopped: ${error.message}; what was written is kept`,
      tip: isFull
        ? 'Free some space, or delete episodes; the next episode is recorded again. This one is repaired at the next start.'
        : 'Check the disk of the episodes folder. This episode is repaired at the next start.'
    }
    options.onFault(failure)
    if (recording?.file.info.id !== id) return
    givenUp = recording
    recording = null
  }

  function begin(next: RunView): void {
    finishNow()
    failure = null
    givenUp = null
    const file = open('run')
    for (const before of preroll.since(nowNanos() - LEAD_NANOS)) file.add(before)
    recording = { file, episode: next.episode, sceneSeed: next.sceneSeed, ending: null }
  }

  function end(outcome: Omit<EpisodeEnd, 'drops'>): void {
    if (recording && !recording.ending) recording.ending = { atNanos: nowNanos() + TAIL_NANOS, end: outcome }
  }

  /** Whoever waits for its tail waits no longer. */
  function finishNow(): void {
    if (!recording) return
    const { file, ending } = recording
    recording = null
    save(file, ending?.end ?? { outcome: null, reason: 'another episode began', discarded: false })
  }

  function save(file: EpisodeFile, outcome: Omit<EpisodeEnd, 'drops'>): void {
    const saved = file.finish(outcome).then((isWhole) => {
      if (isWhole) options.onSaved(file.info.id, outcome)
    })
    saving = Promise.all([saving, saved])
  }

  function keepMoment(trigger: 'mark' | 'hold', reason: string): void {
    if (isClosed) return
    const file = open(trigger)
    for (const before of preroll.since(nowNanos() - PREROLL_SECONDS * NANOS_PER_SECOND)) file.add(before)
    save(file, { outcome: null, reason, discarded: false })
  }

  function snapshot({ run: next, motion, engaged }: RobotSnapshot): void {
    run = next
    isEngaged = engaged
    const isRunning = next.phase.kind === 'running'
    const isOf = (known: typeof givenUp): boolean =>
      known?.episode === next.episode && known.sceneSeed === next.sceneSeed
    const isThis = isOf(recording)
    if (!isRunning) givenUp = null
    if (isRunning && settings.on && !isClosed && !isOf(givenUp) && (!isThis || recording?.ending)) begin(next)
    // An end is told by itself: a run that is no longer there without one was discarded.
    else if (recording && !isRunning) end({ outcome: null, reason: 'discarded', discarded: true })
    held(motion)
  }

  function ended({ episode, sceneSeed, outcome }: Extract<RobotToRecorder, { type: 'ended' }>): void {
    if (recording?.episode === episode && recording.sceneSeed === sceneSeed)
      end({ outcome, reason: outcome.reason, discarded: false })
  }

  /** A hold that nobody asked for, or one in the middle of a run, is worth keeping where it isn't recorded anyway. */
  function held(motion: MotionPhase): void {
    const code = motion.kind === 'held' ? motion.cause.code : null
    const isNew = code !== null && heldCode === null
    heldCode = code
    if (!isNew || motion.kind !== 'held') return
    take(operatorEntry('alarm', 'held', JSON.stringify(motion.cause), nowNanos()))
    if (recording) return
    if (code !== 'operator' || isEngaged || run?.phase.kind === 'running')
      keepMoment('hold', motion.cause.message)
  }

  return {
    fromRobot(message) {
      if (message.type === 'said' && message.message.type === 'hello') hello = message.message
      const joints = hello?.spec.joints.map(({ name }) => name) ?? []
      for (const next of robotEntries(message, joints)) take(next)
      if (message.type === 'ended') ended(message)
      if (message.type === 'said' && message.message.type === 'snapshot') snapshot(message.message.snapshot)
    },

    robotLost(reason) {
      hello = null
      heldCode = null
      run = null
      end({ outcome: null, reason: `the robot process ended: ${reason}`, discarded: false })
    },

    fromPolicy(message) {
      // Where it lay on this machine is nobody's business who gets the recording.
      if (message.type === 'info') policy = { ...message.info, origin: basename(message.info.origin) }
      if (message.type === 'settings') rules = message.settings
      for (const next of policyEntries(message)) take(next)
    },

    video({ camera, gridNanos, capturedNanos, isKey, data }) {
      take(videoEntry(camera, gridNanos, { isKey, data }, capturedNanos))
    },

    fault({ severity, source, code, message, tip }) {
      const nanos = nowNanos()
      const level = { low: 2, medium: 3, high: 4 }[severity]
      take(
        entry('/log', nanos, (clock) => ({
          timestamp: timestampOf(clock.toWall(nanos)),
          level,
          message: `${message}. ${tip}`,
          name: `${source}/${code}`
        }))
      )
      if (severity === 'high') take(operatorEntry('alarm', code, message, nanos))
    },

    alarm(event, id, title) {
      // That the robot holds is told by the robot itself, whether or not a window is there.
      if (event !== 'raised' || id !== 'held') take(operatorEntry(`alarm ${event}`, id, title, nowNanos()))
    },

    mark(nanos) {
      take(operatorEntry('mark', 'moment', '', nanos))
      if (!recording) keepMoment('mark', 'marked by the operator')
    },

    configure(next) {
      settings = next
      if (!next.on) end({ outcome: null, reason: 'recording was switched off', discarded: false })
    },

    tick(now) {
      if (!recording) return
      recording.file.tick(now)
      if (recording.ending && now >= recording.ending.atNanos) finishNow()
    },

    status: () => ({
      settings,
      current:
        recording && !recording.ending
          ? {
              id: recording.file.info.id,
              startNanos: recording.file.info.startNanos,
              ...recording.file.stats()
            }
          : null,
      prerollSeconds: preroll.seconds(),
      failure
    }),

    async end(reason) {
      isClosed = true
      end({ outcome: null, reason, discarded: false })
      finishNow()
      await saving
    }
  }
}

/** `20261127-054643`, in UTC. */
export const stampOf = (wallNanos: bigint): string =>
  new Date(Number(wallNanos / BigInt(NANOS_PER_MILLI)))
    .toISOString()
    .replace(/[-:]/g, '')
    .replace('T', '-')
    .slice(0, 15)

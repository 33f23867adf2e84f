import { z } from 'zod'
import { breakpointCounts } from '../domain/breakpoint'
import { benchSceneView } from '../domain/bench'
import { benchFrame } from '../domain/benchFrame'
import {
  policyInfo,
  predictionRecord,
  predictionView,
  refinementCommand,
  refinementPhase,
  refinementSettings
} from '../domain/policy'
import { deviceCommand, devicesView, motorReading, armSlot } from '../domain/devices'
import { endEffectorAction, gateVerdict, motionPhase, robotSpec, robotState } from '../domain/robot'
import { runRequest, runView } from '../domain/run'
import { driveRates, leaderMode, teleopSource, teleopView } from '../domain/teleop'
import { answer } from './answer'

/**
 * Messages on the three brokered ports (UI ↔ robot, UI ↔ policy, policy ↔ robot). Every receiver parses.
 * Times are nanoseconds of the main side's monotonic clock (`process.hrtime`).
 */

const vec3 = z.tuple([z.number(), z.number(), z.number()])
export const cameraImage = z.object({
  name: z.string(),
  width: z.int().min(1),
  height: z.int().min(1),
  capturedNanos: z.number(),
  /** RGB, row-major, uint8. */
  rgb: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected a Uint8Array')
})
export type CameraImage = z.infer<typeof cameraImage>

/** One observation: camera images + proprioception + instruction at one instant. */
export const observation = z.object({
  epoch: z.int().min(0),
  episode: z.int().min(0),
  capturedNanos: z.number(),
  images: z.array(cameraImage),
  /** End-effector x, y, z (metres) and gripper opening (ratio), not normalised. */
  proprioception: z.array(z.number()),
  /** Commanded end-effector target that the next chunk's deltas count from, metres. */
  commandedMetres: vec3,
  instruction: z.string()
})
export type Observation = z.infer<typeof observation>

// ── UI ↔ robot host ────────────────────────────────────────────────────────────────────────────────────────

export const uiToRobot = z.discriminatedUnion('type', [
  z.object({ type: z.literal('heartbeat') }),
  /** Whatever the reason says, a stop is never refused. */
  z.object({ type: z.literal('stop'), reason: z.string().max(200).catch('by the operator') }),
  z.object({ type: z.literal('reset') }),
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('resume') }),
  z.object({ type: z.literal('hold') }),
  z.object({ type: z.literal('home') }),
  z.object({ type: z.literal('start'), request: runRequest }),
  z.object({ type: z.literal('newScene'), request: runRequest }),
  /** Whether the next episode starts by itself when this one ends. */
  z.object({ type: z.literal('continuous'), on: z.boolean() }),
  z.object({ type: z.literal('endEpisode'), success: z.boolean() }),
  z.object({ type: z.literal('discardEpisode') }),
  /** A person drives from now on, in whatever phase the robot is but stopped. `mode` is for a leader. */
  z.object({ type: z.literal('takeOver'), source: teleopSource, mode: leaderMode }),
  /** The policy goes on from where the arm is, if a run is on. */
  z.object({ type: z.literal('handBack') }),
  /**
   * Repeated while a key, stick or button is held; all zero when it is let go. `jog` takes over by itself while no
   * run is on, and hands back when it is let go.
   */
  z.object({
    type: z.literal('drive'),
    source: teleopSource.exclude(['leader']),
    /** When the person did it, on the host's clock as the window estimates it; null: unknown. */
    inputNanos: z.number().nullable(),
    rates: driveRates
  }),
  /** Answered by `deviceAnswer` with the same number. */
  z.object({ type: z.literal('device'), request: z.int(), command: deviceCommand })
])
export type UiToRobot = z.infer<typeof uiToRobot>

export const loopStats = z.object({
  rateHz: z.number(),
  periodErrorP50Ms: z.number(),
  periodErrorP99Ms: z.number(),
  ticks: z.int()
})

export const robotSnapshot = z.object({
  nanos: z.number(),
  tick: z.int(),
  motion: motionPhase,
  epoch: z.int().min(0),
  /** A run is on and its policy may be asked for chunks; false after a stop until the operator resumes. */
  engaged: z.boolean(),
  run: runView,
  state: robotState,
  /** Joint targets before and after the gate in the last tick that moved. */
  asked: z.array(z.number()).nullable(),
  sent: z.array(z.number()).nullable(),
  verdict: gateVerdict,
  endEffectorMetres: vec3,
  queue: z.object({ prediction: z.int().min(0), action: z.int().min(0), horizon: z.int().min(1) }).nullable(),
  policyConnected: z.boolean(),
  /** Why the arm can't be moved at all (no torque, lost); null when it can. */
  unready: z.string().nullable(),
  /** While a person drives. */
  teleop: teleopView.nullable(),
  loop: loopStats
})
export type RobotSnapshot = z.infer<typeof robotSnapshot>

/** What became of a committed chunk in the robot host. */
export const execution = z.object({
  episode: z.int().min(0),
  prediction: z.int().min(0),
  /** A person changed the chunk, or a rule it was decided by. */
  human: z.boolean(),
  actionsExecuted: z.int().min(0),
  /** Commit to first motion, and first motion to the last action done, milliseconds. */
  queueMs: z.number(),
  executeMs: z.number(),
  clampedTicks: z.int().min(0),
  /** Why the rest was dropped; null when the whole horizon was executed. */
  dropped: z.string().nullable()
})
export type Execution = z.infer<typeof execution>

export const robotToUi = z.discriminatedUnion('type', [
  /** Also when another robot takes the place of this one: all that was known of that is void. */
  z.object({
    type: z.literal('hello'),
    /** Of the arm that is driven, with the operator's limits. */
    spec: robotSpec,
    /** How the bench lies in the arm's frame: bench = turn · arm + shift (rows; metres). */
    bench: benchFrame,
    /** SHA-256 of the calibration the arm is driven with; null without one. */
    calibrationHash: z.string().nullable()
  }),
  z.object({ type: z.literal('devices'), view: devicesView }),
  /** Ten times a second while a robot is connected. */
  z.object({ type: z.literal('telemetry'), slot: armSlot, nanos: z.number(), motors: z.array(motorReading) }),
  /** What became of a device command; the text says what was done, if that isn't plain to see. */
  z.object({ type: z.literal('deviceAnswer'), request: z.int(), result: answer(z.string().nullable()) }),
  z.object({ type: z.literal('snapshot'), snapshot: robotSnapshot }),
  z.object({ type: z.literal('scene'), nanos: z.number(), scene: benchSceneView }),
  /** Newest camera frames exactly as the policy gets them. */
  z.object({ type: z.literal('frames'), images: z.array(cameraImage) }),
  z.object({ type: z.literal('execution'), execution }),
  /** A command had no effect: why. */
  z.object({ type: z.literal('refused'), command: z.string(), reason: z.string() })
])
export type RobotToUi = z.infer<typeof robotToUi>

// ── UI ↔ policy host ───────────────────────────────────────────────────────────────────────────────────────

export const uiToPolicy = refinementCommand
export type UiToPolicy = z.infer<typeof uiToPolicy>

export const refinementSnapshot = z.object({
  nanos: z.number(),
  phase: refinementPhase,
  settings: refinementSettings,
  prediction: predictionView.nullable(),
  breakpointCounts
})
export type RefinementSnapshot = z.infer<typeof refinementSnapshot>

export const policyToUi = z.discriminatedUnion('type', [
  z.object({ type: z.literal('info'), info: policyInfo }),
  z.object({ type: z.literal('snapshot'), snapshot: refinementSnapshot }),
  z.object({ type: z.literal('prediction'), record: predictionRecord }),
  z.object({ type: z.literal('rejected'), episode: z.int(), prediction: z.int() }),
  z.object({ type: z.literal('refused'), command: z.string(), reason: z.string() })
])
export type PolicyToUi = z.infer<typeof policyToUi>

// ── policy host ↔ robot host ───────────────────────────────────────────────────────────────────────────────

/** A decided chunk. The robot host drops it unless `epoch` is its own. */
export const committedChunk = z.object({
  epoch: z.int().min(0),
  episode: z.int().min(0),
  prediction: z.int().min(0),
  observationNanos: z.number(),
  committedNanos: z.number(),
  actions: z.array(endEffectorAction).min(1),
  horizon: z.int().min(1),
  human: z.boolean()
})
export type CommittedChunk = z.infer<typeof committedChunk>

export const policyToRobot = z.discriminatedUnion('type', [
  /** The policy is loaded and ready to be asked; carries its control rate. */
  z.object({ type: z.literal('ready'), controlRateHz: z.number().positive() }),
  /** Send one observation as soon as the queue is empty and the arm is at rest. */
  z.object({ type: z.literal('observe'), epoch: z.int().min(0) }),
  z.object({ type: z.literal('commit'), chunk: committedChunk }),
  /** A breakpoint was hit: pause, if this is still the robot's epoch. */
  z.object({ type: z.literal('pause'), epoch: z.int().min(0) }),
  /** The engine needs a person: hold the robot with this cause. */
  z.object({ type: z.literal('hold'), code: z.string(), message: z.string() })
])
export type PolicyToRobot = z.infer<typeof policyToRobot>

export const robotToPolicy = z.discriminatedUnion('type', [
  /** Whether the robot is engaged, or will be by itself: its policy must not be replaced meanwhile. */
  z.object({ type: z.literal('run'), underWay: z.boolean() }),
  /** Motion may be commanded again under this epoch: start predicting for this episode. */
  z.object({
    type: z.literal('engage'),
    epoch: z.int().min(0),
    episode: z.int().min(0),
    sceneSeed: z.int().min(0),
    /** Counts the scenes laid out: prediction indices start anew with each. */
    scene: z.int().min(0),
    /** Lowest prediction index that this episode has not committed on this scene yet. */
    firstPrediction: z.int().min(0)
  }),
  /** The epoch ended (pause is not an end): drop latents and queue, go idle. */
  z.object({ type: z.literal('disengage'), epoch: z.int().min(0), reason: z.string() }),
  /** Motion was paused or resumed; the epoch of later chunks. */
  z.object({ type: z.literal('paused'), epoch: z.int().min(0) }),
  z.object({ type: z.literal('resumed'), epoch: z.int().min(0) }),
  z.object({ type: z.literal('observation'), observation }),
  z.object({ type: z.literal('execution'), execution })
])
export type RobotToPolicy = z.infer<typeof robotToPolicy>

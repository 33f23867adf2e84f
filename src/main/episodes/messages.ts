import { z } from 'zod'

/** The recorded messages as this app handles them: what `schemas/*.proto` says, in camel case. */

export const timestamp = z.object({ seconds: z.number(), nanos: z.number() })
/** Wall-clock time: seconds since 1970 and nanoseconds of that second. */
export type Timestamp = z.infer<typeof timestamp>

const NANOS = 1_000_000_000n

export const timestampOf = (nanos: bigint): Timestamp => ({
  seconds: Number(nanos / NANOS),
  nanos: Number(nanos % NANOS)
})
export const nanosOf = ({ seconds, nanos }: Timestamp): bigint => BigInt(seconds) * NANOS + BigInt(nanos)

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes')
/** Absent on the wire. */
const optionalNumber = z.number().nullable().default(null)
const numbers = z.array(z.number())
const cause = z.object({ code: z.string(), message: z.string() })

export const messageSchemas = {
  'foxglove.CompressedVideo': z.object({ timestamp, frameId: z.string(), data: bytes, format: z.string() }),
  'foxglove.CompressedImage': z.object({ timestamp, data: bytes, format: z.string(), frameId: z.string() }),
  'foxglove.JointStates': z.object({
    timestamp,
    joints: z.array(z.object({ name: z.string(), position: optionalNumber, velocity: optionalNumber }))
  }),
  'foxglove.Log': z.object({ timestamp, level: z.number(), message: z.string(), name: z.string() }),
  'depthdeck.RobotCommand': z.object({
    timestamp,
    tick: z.number(),
    asked: numbers,
    sent: numbers,
    verdict: z.string(),
    clamped: z.array(z.object({ joint: z.string(), limit: z.string() })),
    rejected: cause.nullable(),
    motion: z.string(),
    motionCause: cause.nullable(),
    teleopSource: z.string(),
    epoch: z.number(),
    engaged: z.boolean(),
    queue: z.object({ prediction: z.number(), action: z.number(), horizon: z.number() }).nullable(),
    endEffectorMetres: numbers,
    actionsExecuted: z.number()
  }),
  'depthdeck.Telemetry': z.object({
    timestamp,
    arm: z.string(),
    motors: z.array(
      z.object({
        joint: z.string(),
        motor: z.string(),
        id: z.number(),
        model: z.string(),
        ticks: z.number(),
        position: optionalNumber,
        ticksPerSec: z.number(),
        loadFraction: optionalNumber,
        amperes: optionalNumber,
        volts: z.number(),
        celsius: z.number(),
        alarms: z.array(z.string())
      })
    )
  }),
  'depthdeck.Observation': z.object({
    timestamp,
    epoch: z.number(),
    prediction: z.number(),
    images: z.array(
      z.object({ camera: z.string(), width: z.number(), height: z.number(), rgb: bytes, captured: timestamp })
    ),
    proprioception: numbers,
    commandedMetres: numbers,
    instruction: z.string(),
    tokenIds: numbers
  }),
  'depthdeck.Iteration': z.object({
    timestamp,
    prediction: z.number(),
    k: z.number(),
    reseeds: z.number(),
    seed: z.number(),
    actionMse: optionalNumber,
    kl: optionalNumber,
    actionL2: optionalNumber,
    cosine: optionalNumber,
    latentDelta: optionalNumber,
    latentL2: optionalNumber,
    latentCosine: optionalNumber,
    latentAcceleration: optionalNumber,
    chunk: numbers,
    stepMs: z.number(),
    codaMs: z.number(),
    completedAfterNanos: z.number(),
    latent: bytes
  }),
  'depthdeck.Prediction': z.object({
    timestamp,
    index: z.number(),
    epoch: z.number(),
    seed: z.number(),
    reseeds: z.number(),
    observed: timestamp,
    startMetres: numbers,
    stoppingRule: z.string(),
    horizonRule: z.string(),
    stopReason: z.string(),
    converged: z.object({ k: z.number(), reason: z.string() }).nullable(),
    iterations: z.number(),
    horizon: z.number(),
    human: z.boolean(),
    chunk: numbers,
    stages: z
      .object({
        observeMs: z.number(),
        encodeMs: z.number(),
        preludeMs: z.number(),
        stepMs: z.number(),
        codaMs: z.number()
      })
      .nullable(),
    provider: z.string(),
    bundleHash: z.string(),
    latent: bytes,
    warmStart: z.object({ prediction: z.number(), k: z.number() }).nullable().default(null),
    disagreement: optionalNumber,
    contrast: optionalNumber,
    guard: z.string().default(''),
    breakpointHits: z.string().default('')
  }),
  'depthdeck.Execution': z.object({
    timestamp,
    prediction: z.number(),
    human: z.boolean(),
    actionsExecuted: z.number(),
    queueMs: z.number(),
    executeMs: z.number(),
    clampedTicks: z.number(),
    dropped: z.string()
  }),
  'depthdeck.Operator': z.object({ timestamp, kind: z.string(), name: z.string(), detail: z.string() }),
  'depthdeck.DatasetFrame': z.object({
    timestamp,
    frame: z.number(),
    // Datasets have gaps.
    features: z.array(z.object({ name: z.string(), values: z.array(z.number().or(z.nan())) }))
  }),
  'depthdeck.BenchScene': z.object({
    timestamp,
    blocks: z.array(
      z.object({
        onTray: z.boolean(),
        row: z.number(),
        column: z.number(),
        colour: z.number(),
        direction: z.number(),
        x: z.number(),
        y: z.number()
      })
    ),
    heldBlock: optionalNumber,
    slid: optionalNumber,
    binColours: numbers,
    targetBlock: z.number(),
    targetBin: z.number(),
    gripper: z.object({ x: z.number(), y: z.number(), z: z.number(), closed: z.boolean() }).nullable()
  })
} as const

export type SchemaName = keyof typeof messageSchemas
export type RecordedMessage<S extends SchemaName> = z.infer<(typeof messageSchemas)[S]>

/** Topics with one channel each; cameras have one each below `/camera/`. */
export const TOPICS = {
  '/robot/state': 'foxglove.JointStates',
  '/robot/command': 'depthdeck.RobotCommand',
  '/robot/telemetry': 'depthdeck.Telemetry',
  '/policy/observation': 'depthdeck.Observation',
  '/policy/iteration': 'depthdeck.Iteration',
  '/policy/prediction': 'depthdeck.Prediction',
  '/policy/execution': 'depthdeck.Execution',
  '/operator': 'depthdeck.Operator',
  '/bench/scene': 'depthdeck.BenchScene',
  '/dataset/frame': 'depthdeck.DatasetFrame',
  '/log': 'foxglove.Log'
} as const satisfies Record<string, SchemaName>
export type Topic = keyof typeof TOPICS

export const CAMERA_PREFIX = '/camera/'

export const isTopic = (topic: string): topic is Topic => Object.hasOwn(TOPICS, topic)

/** What a camera records; stills only where another program recorded them. */
export const CAMERA_SCHEMAS = ['foxglove.CompressedVideo', 'foxglove.CompressedImage'] as const
export type CameraSchema = (typeof CAMERA_SCHEMAS)[number]

const isCameraSchema = (schema: string): schema is CameraSchema =>
  (CAMERA_SCHEMAS as readonly string[]).includes(schema)

/** The schema by that name if it is one that is recorded under the topic; null otherwise. */
export function schemaOf(topic: string, schema: string | undefined): SchemaName | null {
  if (schema === undefined) return null
  if (isTopic(topic)) return TOPICS[topic] === schema ? TOPICS[topic] : null
  return topic.startsWith(CAMERA_PREFIX) && isCameraSchema(schema) ? schema : null
}

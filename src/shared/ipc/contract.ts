import { z } from 'zod'
import { benchLevel } from '../domain/bench'
import { cameraAssignments } from '../domain/camera'
import { comparison, examination, examinationProgress, precision, recentBundle } from '../domain/examination'
import { fault } from '../domain/fault'
import { answer } from './answer'
import type { CaptureChannel, EventChannel, InvokeChannel } from './channels'

/** State of a supervised host process, as the UI shows it. */
export const hostStatus = z.object({
  name: z.enum(['robot', 'policy', 'recorder']),
  state: z.enum(['starting', 'running', 'restarting', 'failed']),
  restarts: z.int().min(0),
  /** Why it last went away; null while it never did. */
  lastExit: z.string().nullable(),
  pid: z.int().nullable()
})
export type HostStatus = z.infer<typeof hostStatus>

export const appInfo = z.object({
  version: z.string(),
  electron: z.string(),
  chrome: z.string(),
  node: z.string(),
  /** True when running on the third-party Electron stand-in: simulator only. */
  standIn: z.boolean(),
  headless: z.boolean(),
  /** Run presets from the command line, applied when the window opens. */
  autostart: z
    .object({ level: benchLevel, seedBase: z.int().min(0), episodes: z.int().min(1).nullable() })
    .nullable(),
  hosts: z.array(hostStatus),
  /** What went wrong before this window listened, oldest first. */
  faults: z.array(fault)
})
export type AppInfo = z.infer<typeof appInfo>

/** Recordings and step logs, or the folder of a LeRobot dataset. */
export const importKind = z.enum(['files', 'dataset'])
export type ImportKind = z.infer<typeof importKind>

const nothing = z.void()
const MAX_PICTURE_BYTES = 32 * 1024 * 1024
const bundlePath = z.string().min(1).max(4096)

/** The one contract of calls from the UI to main: channel → input and output schema. */
export const invokeContract = {
  'app:info': { input: nothing, output: appInfo },
  /** Asks main to broker fresh ports to the robot and policy hosts. */
  'ports:connect': { input: nothing, output: nothing },
  /** Frame statistics for the report: frames drawn in an interval. */
  'ui:frames': {
    input: z.object({ frames: z.int().min(0), milliseconds: z.number().positive() }),
    output: nothing
  },
  'ui:fault': { input: fault, output: nothing },
  /** Whether a press now would be one of the stop button: main hears it before the page does. */
  'ui:pointerOverStop': { input: z.boolean(), output: nothing },
  /** Of the capture window: which devices are cameras, as it was kept last. */
  'capture:load': { input: nothing, output: cameraAssignments },
  'capture:keep': { input: cameraAssignments, output: nothing },
  'capture:fault': { input: fault, output: nothing },
  /** Lets the operator choose the folder of a dataset; the recorder writes only there. Null when they didn't. */
  'export:choose': { input: nothing, output: z.string().nullable() },
  /** Lets the operator choose files, or a dataset's folder, to import; how many. */
  'import:choose': { input: z.object({ kind: importKind }), output: z.int() },
  /** Lets the operator save a chart's picture; null when they didn't. */
  'chart:save': {
    input: z.object({
      name: z.string().regex(/^[a-z0-9-]{1,120}$/),
      kind: z.enum(['png', 'svg']),
      data: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= MAX_PICTURE_BYTES)
    }),
    output: answer(z.object({ path: z.string().nullable() }))
  },
  /** Lets the operator choose a bundle; null when they didn't. Only chosen, recent and own bundles are opened. */
  'bundle:choose': { input: z.object({ kind: z.enum(['folder', 'zip']) }), output: bundlePath.nullable() },
  /** Newest first. */
  'bundle:recent': { input: nothing, output: z.array(recentBundle) },
  'bundle:forget': { input: z.object({ path: bundlePath }), output: z.array(recentBundle) },
  /** Verifies and measures a bundle beside the running policy. One examination or comparison at a time. */
  'bundle:examine': {
    input: z.object({ path: bundlePath, providers: z.enum(['cpu', 'all']) }),
    output: answer(examination)
  },
  /** Both bundles on the same observations. */
  'bundle:compare': {
    input: z.object({ first: bundlePath, second: bundlePath }),
    output: answer(comparison)
  },
  /** Ends the examination or comparison that is under way; its call answers with a fault. */
  'bundle:cancel': { input: nothing, output: nothing },
  /** Replaces the running policy; refused while a run is under way. What was in use stays when this fails. */
  'bundle:use': {
    input: z.object({ path: bundlePath, provider: z.string().max(64), precision }),
    output: answer(z.object({ name: z.string() }))
  }
} as const satisfies Record<InvokeChannel | CaptureChannel, { input: z.ZodType; output: z.ZodType }>

export type AnyChannel = InvokeChannel | CaptureChannel
export type InvokeInput<C extends AnyChannel> = z.infer<(typeof invokeContract)[C]['input']>
export type InvokeOutput<C extends AnyChannel> = z.infer<(typeof invokeContract)[C]['output']>

/** Events main announces to the UI. */
export const eventContract = {
  'hosts:status': hostStatus,
  'app:fault': fault,
  /** Of the examination or comparison that is under way. */
  'bundle:progress': examinationProgress
} as const satisfies Record<EventChannel, z.ZodType>

export type EventPayload<C extends EventChannel> = z.infer<(typeof eventContract)[C]>

import { z } from 'zod'
import { benchLevel } from '../domain/bench'
import { fault } from '../domain/fault'
import type { EventChannel, InvokeChannel } from './channels'

/** State of a supervised host process, as the UI shows it. */
export const hostStatus = z.object({
  name: z.enum(['robot', 'policy']),
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

const nothing = z.void()

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
  'ui:fault': { input: fault, output: nothing }
} as const satisfies Record<InvokeChannel, { input: z.ZodType; output: z.ZodType }>

export type InvokeInput<C extends InvokeChannel> = z.infer<(typeof invokeContract)[C]['input']>
export type InvokeOutput<C extends InvokeChannel> = z.infer<(typeof invokeContract)[C]['output']>

/** Events main announces to the UI. */
export const eventContract = {
  'hosts:status': hostStatus,
  'app:fault': fault
} as const satisfies Record<EventChannel, z.ZodType>

export type EventPayload<C extends EventChannel> = z.infer<(typeof eventContract)[C]>

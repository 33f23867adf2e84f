import { z } from 'zod'
import { comparison, examination, examinationProgress, precision } from '../domain/examination'
import { fault } from '../domain/fault'
import { episodeOutcome, runRequest } from '../domain/run'
import { refinementSettings, stoppingRule } from '../domain/policy'
import { answer } from './answer'
import { loopStats } from './ports'

/** Messages between main and the hosts it supervises (`process.parentPort`). Ports travel beside them. */

export const hostPeer = z.enum(['ui', 'robot', 'policy', 'recorder', 'capture'])
export type HostPeer = z.infer<typeof hostPeer>

export const robotHostConfig = z.object({
  /** The host died before: it comes back stopped, because nobody knows what was latched. */
  restarted: z.boolean(),
  initialRequest: runRequest,
  /** Whether a person watches; command-line runs without a window have none. */
  supervised: z.boolean(),
  betweenEpisodesMs: z.number().min(0),
  /** Where the robot host finds what it needs of real arms. */
  devices: z.object({
    /** Robot files that come with Depthdeck, and the operator's own. */
    robots: z.string(),
    userRobots: z.string(),
    /** What was connected last. */
    memory: z.string(),
    /** A JSON file of ports besides the system's own (emulated arms); null for none. */
    portList: z.string().nullable()
  })
})
export type RobotHostConfig = z.infer<typeof robotHostConfig>

export const policyHostConfig = z.object({
  /** Folder or zip of the policy bundle. */
  bundlePath: z.string(),
  /** Execution providers to try, best first; empty: CPU, which runs everywhere and bit-identically. */
  providers: z.array(z.string()),
  precision,
  /** Not to be tried again: they hung before, in this session. */
  hungProviders: z.array(z.string()),
  /** Overrides the bundle's default rule (command line). */
  stopping: stoppingRule.nullable(),
  /** What the operator had set when this host's predecessor died; null: the bundle's defaults. */
  settings: refinementSettings.nullable()
})

export type PolicyHostConfig = z.infer<typeof policyHostConfig>

export const recorderHostConfig = z.object({
  appVersion: z.string(),
  /** Where episodes are kept. */
  folder: z.string(),
  /** What the operator chose to record. */
  settingsFile: z.string(),
  /** False: nothing is recorded, whatever was chosen (command-line runs that leave nothing behind). */
  mayRecord: z.boolean()
})
export type RecorderHostConfig = z.infer<typeof recorderHostConfig>

export const mainToHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('configureRecorder'), config: recorderHostConfig }),
  /** The operator chose where exports go. */
  z.object({ type: z.literal('exportFolder'), path: z.string() }),
  /** The operator chose what is imported. */
  z.object({ type: z.literal('importFiles'), paths: z.array(z.string()) }),
  /** People were told of it: it belongs into what is being recorded. */
  z.object({ type: z.literal('noteFault'), fault }),
  z.object({ type: z.literal('configureRobot'), config: robotHostConfig }),
  z.object({ type: z.literal('configurePolicy'), config: policyHostConfig }),
  /** Replaces the loaded policy unless a run is under way; answered by `opened`. */
  z.object({ type: z.literal('openPolicy'), request: z.int(), config: policyHostConfig }),
  /** Comes with one MessagePort to that peer; replaces an earlier one. */
  z.object({ type: z.literal('port'), peer: hostPeer }),
  z.object({ type: z.literal('peerLost'), peer: hostPeer, reason: z.string() }),
  z.object({ type: z.literal('report') }),
  /** A stop key, which main hears even while the window hangs. */
  z.object({ type: z.literal('stop'), reason: z.string() }),
  /** The app is about to end: arms are brought to where their robot file says, recordings are closed; then `left`. */
  z.object({ type: z.literal('leave') })
])
export type MainToHost = z.infer<typeof mainToHost>

export const robotReport = z.object({
  loop: loopStats,
  episodes: z.array(
    z.object({
      episode: z.int(),
      sceneSeed: z.int(),
      chainDepth: z.int(),
      actions: z.int(),
      outcome: episodeOutcome
    })
  )
})
export type RobotReport = z.infer<typeof robotReport>

const milliseconds = z.number().nullable()
export const policyReport = z.object({
  provider: z.string().nullable(),
  refusedProviders: z.array(z.object({ provider: z.string(), reason: z.string() })),
  bundle: z.string().nullable(),
  predictions: z.int(),
  meanK: z.number().nullable(),
  /** Means: encode and prelude per prediction, step and coda per iteration. */
  stageMs: z.object({ encode: milliseconds, prelude: milliseconds, step: milliseconds, coda: milliseconds }),
  /** [episode, prediction, seed, K] of every decided prediction, for comparison with the virtual-time runner. */
  trace: z.array(z.tuple([z.int(), z.int(), z.int(), z.int()])),
  /** The rules in force; null without a policy. */
  settings: refinementSettings.nullable()
})
export type PolicyReport = z.infer<typeof policyReport>

export const openedPolicy = z.object({ name: z.string(), version: z.string() })
export type OpenedPolicy = z.infer<typeof openedPolicy>

export const hostToMain = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('fault'), fault }),
  z.object({ type: z.literal('robotReport'), report: robotReport }),
  z.object({ type: z.literal('policyReport'), report: policyReport }),
  /** The operator changed these: they outlive the host. */
  z.object({ type: z.literal('settings'), settings: refinementSettings }),
  /** The policy process tries this provider now, which may block it for good; null: it is done. */
  z.object({ type: z.literal('trying'), provider: z.string().nullable() }),
  /** What became of `openPolicy`; what was loaded before stays unless it is ok. */
  z.object({
    type: z.literal('opened'),
    request: z.int(),
    result: answer(openedPolicy)
  }),
  /** An arm is lowered, which takes seconds. */
  z.object({ type: z.literal('leaving') }),
  /** The app may end; what became of an arm that had torque. */
  z.object({ type: z.literal('left'), note: z.string().nullable() }),
  /** A bounded command-line run has finished its episodes. */
  z.object({ type: z.literal('runFinished') })
])
export type HostToMain = z.infer<typeof hostToMain>

/** Null: in every precision. */
const trialLost = z.object({ provider: z.string(), precision: precision.nullable(), reason: z.string() })
export type TrialLost = z.infer<typeof trialLost>

/** Main to the process that examines bundles: one task for one process. */
export const inspectorTask = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('examine'),
    path: z.string(),
    /** `all`: every one that this platform may have. */
    providers: z.enum(['cpu', 'all']),
    /** Trials that took an earlier process with them, each with the reason. */
    lost: z.array(trialLost)
  }),
  z.object({ type: z.literal('compare'), first: z.string(), second: z.string() })
])
export type InspectorTask = z.infer<typeof inspectorTask>

export const inspectorMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('progress'), progress: examinationProgress }),
  /** A call begins that may never return. */
  z.object({ type: z.literal('trying'), provider: z.string(), precision }),
  z.object({ type: z.literal('examined'), result: answer(examination) }),
  z.object({ type: z.literal('compared'), result: answer(comparison) })
])
export type InspectorMessage = z.infer<typeof inspectorMessage>

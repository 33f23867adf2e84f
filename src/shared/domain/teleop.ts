import { z } from 'zod'

/** A person drives the arm: with a leader arm, a gamepad, the keyboard, or the buttons of the Devices view (jog). */

export const teleopSource = z.enum(['leader', 'gamepad', 'keyboard', 'jog'])
export type TeleopSourceName = z.infer<typeof teleopSource>

/**
 * How a leader begins: `match`: its pose must be the follower's first (a leader with torque is driven there, a passive
 * one is moved by hand); `clutch`: only its movements from now on count.
 */
export const leaderMode = z.enum(['match', 'clutch'])
export type LeaderMode = z.infer<typeof leaderMode>

const rate = z.number().min(-1).max(1)

/** Held deflections, shares of the fastest jog; they count until the next one comes, at most for `DEADMAN_MILLIS`. */
export const driveRates = z.discriminatedUnion('kind', [
  /** Along x, y, z of the bench; gripper: +1 opens. */
  z.object({ kind: z.literal('tool'), linear: z.tuple([rate, rate, rate]), gripper: rate }),
  z.object({ kind: z.literal('joint'), joint: z.string().max(100), rate })
])
export type DriveRates = z.infer<typeof driveRates>

/** A window that is silent for longer while a key is held has let go of it. */
export const DEADMAN_MILLIS = 250

/** Of the newest inputs: from the person's input (key event, leader's reading) to the command on its way, ms. */
export const inputLatency = z.object({ lastMs: z.number(), p50Ms: z.number(), p99Ms: z.number() })
export type InputLatency = z.infer<typeof inputLatency>

export const teleopView = z.object({
  source: teleopSource,
  /** `aligning`: the leader is driven to the follower; `matching`: a person brings it there; `driving`: it counts. */
  stage: z.enum(['aligning', 'matching', 'driving']),
  /** How far the leader is from the follower, rad or ratio, and how near it must come. */
  gaps: z.array(z.object({ joint: z.string(), gap: z.number(), tolerance: z.number() })),
  latency: inputLatency.nullable(),
  /** Why the arm doesn't follow right now (a limit, the workspace, out of reach); null when it does. */
  blocked: z.string().nullable()
})
export type TeleopView = z.infer<typeof teleopView>

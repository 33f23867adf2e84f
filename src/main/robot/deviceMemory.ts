import { z } from 'zod'
import {
  connectRequest,
  jointLimits,
  type ArmSlot,
  type ConnectRequest,
  type JointLimits
} from '@shared/domain/devices'
import { openKeptFile } from '../files/keptFile'

/** What the robot host remembers of devices: what was connected last, and the operator's own limits. */
export interface DeviceMemory {
  last(slot: ArmSlot): ConnectRequest | null
  /** It was connected when this was last written: a host that comes back connects it again. */
  wasConnected(slot: ArmSlot): boolean
  connected(slot: ArmSlot, request: ConnectRequest): void
  disconnected(slot: ArmSlot): void
  limits(request: Pick<ConnectRequest, 'robot' | 'id'>): readonly JointLimits[] | null
  keepLimits(request: Pick<ConnectRequest, 'robot' | 'id'>, limits: readonly JointLimits[] | null): void
}

const place = z.object({ request: connectRequest, connected: z.boolean() }).nullable()
const stored = z.object({
  format: z.literal(1),
  follower: place,
  leader: place,
  /** By robot and id. */
  limits: z.record(z.string(), z.array(jointLimits))
})

const keyOf = ({ robot, id }: Pick<ConnectRequest, 'robot' | 'id'>): string => `${robot}/${id}`

export function openDeviceMemory(file: string, onProblem: (message: string) => void): DeviceMemory {
  const kept = openKeptFile({
    file,
    schema: stored,
    empty: { format: 1, follower: null, leader: null, limits: {} },
    what: 'The list of connected devices',
    onProblem
  })
  return {
    last: (slot) => kept.value()[slot]?.request ?? null,
    wasConnected: (slot) => kept.value()[slot]?.connected ?? false,
    connected: (slot, request) => kept.keep({ ...kept.value(), [slot]: { request, connected: true } }),
    disconnected(slot) {
      const known = kept.value()[slot]
      if (known?.connected) kept.keep({ ...kept.value(), [slot]: { ...known, connected: false } })
    },
    limits: (request) => kept.value().limits[keyOf(request)] ?? null,
    keepLimits(request, limits) {
      const { [keyOf(request)]: _, ...others } = kept.value().limits
      kept.keep({ ...kept.value(), limits: limits ? { ...others, [keyOf(request)]: [...limits] } : others })
    }
  }
}

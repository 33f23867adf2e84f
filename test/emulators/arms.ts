import { type ArmOptions, type EmulatedArm } from './arms/arm'
import { kochFollower, kochLeader } from './arms/koch'
import { createSo101 } from './arms/so101'
import { viperxLeft, viperxRight } from './arms/viperx'
import { createXArm } from './arms/xArm'
import { openPtyBus, type EmulatedPort, type PtyBus } from './ptyBus'

/** Ready-made arms, by the names of `npm run emulator`. */
export const arms = {
  'so101-follower': (options?: ArmOptions) => createSo101('follower', options),
  'so101-leader': (options?: ArmOptions) => createSo101('leader', options),
  'koch-follower': (options?: ArmOptions) => createXArm(kochFollower, options),
  'koch-leader': (options?: ArmOptions) => createXArm(kochLeader, options),
  'viperx-left': (options?: ArmOptions) => createXArm(viperxLeft, options),
  'viperx-right': (options?: ArmOptions) => createXArm(viperxRight, options)
} satisfies Record<string, (options?: ArmOptions) => EmulatedArm>

export type ArmName = keyof typeof arms

/** What one command line starts. */
export const armSets: Readonly<Record<string, readonly ArmName[]>> = {
  so101: ['so101-follower'],
  'so101-pair': ['so101-follower', 'so101-leader'],
  koch: ['koch-follower'],
  'koch-pair': ['koch-follower', 'koch-leader'],
  'viperx-pair': ['viperx-left', 'viperx-right']
}

export interface OpenArm {
  readonly arm: EmulatedArm
  readonly pty: PtyBus
}

export interface OpenArmOptions extends ArmOptions {
  /** Folder of the stable path. */
  readonly directory?: string
}

/** An arm behind a pty whose stable path ends in its name. */
export function openArm(name: ArmName, { directory, ...options }: OpenArmOptions = {}): OpenArm {
  const arm = arms[name](options)
  const pty = openPtyBus(arm.bus, { name, identity: arm.identity, ...(directory && { directory }) })
  return { arm, pty }
}

/** What a port lister finds of these arms now. */
export const listEmulatedPorts = (opened: readonly OpenArm[]): EmulatedPort[] =>
  opened.flatMap(({ pty }) => pty.port ?? [])

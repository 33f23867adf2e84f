import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { so101Calibration } from '../emulators/arms/so101'
import { fromHex } from '../emulators/hex'
import type { WireEntry } from '../emulators/pty/wireLog'
import { place, showDevices, torqueOn } from '../e2e/support/armBench'
import { expect, test as base, type Workstation } from '../e2e/support/workstation'

/**
 * A robot of two SO-101 arms on two buses, by a robot file as a user would add it, with a loop at `RATE_HZ`. The emulated
 * arms are a process of their own: a real arm doesn't wait for this one either.
 */

export const RATE_HZ = 100
const NAME = 'so101-pair'
const ID = 'twins'
const SIDES = ['left', 'right'] as const
const NEWEST_BYTES = 1024 * 1024
const EMULATOR_PRIORITY = -15
const EMULATOR = join(import.meta.dirname, '../../out/main/emulator.cjs')

interface EmulatedArm {
  readonly name: string
  readonly devicePath: string
  readonly motors: readonly unknown[]
}

export interface Pair {
  readonly left: EmulatedArm
  readonly right: EmulatedArm
  readonly motors: number
  /** The newest frames of the arm, some ten seconds of them, oldest first. */
  frames(arm: EmulatedArm): readonly WireEntry[]
}

function robotFile(): string {
  const file = join(import.meta.dirname, '../../resources/robots/so101-follower.json')
  const single: { arms: [object] } & Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'))
  const arms = SIDES.map((side, index) => ({
    ...single.arms[0],
    prefix: side,
    bus: side,
    mount: { xyz: [0, index * 0.6 - 0.3, 0], rpy: [0, 0, 0] }
  }))
  return JSON.stringify({ ...single, name: NAME, title: 'SO-101 pair', loopRateHz: RATE_HZ, arms })
}

interface Bench {
  readonly pair: Pair
  readonly folder: string
}

async function startEmulator(folder: string): Promise<{ pair: Pair; close(): Promise<void> }> {
  const wireLog = join(folder, 'wire.log')
  const flags = ['so101-pair', '--json', `--wire-log=${wireLog}`, `--port-list=${portList(folder)}`]
  const child = spawn(process.execPath, [EMULATOR, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] })
  // A real arm doesn't wait for the processor. Ordinary users may not say so: then it does.
  if (child.pid !== undefined && process.getuid?.() === 0) setPriority(child.pid, EMULATOR_PRIORITY)
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  // A leader has a follower's motors; with its own calibration it follows as well.
  const { arms }: { arms: [EmulatedArm, EmulatedArm] } = JSON.parse(line)
  const [left, right] = arms
  return {
    pair: {
      left,
      right,
      motors: left.motors.length + right.motors.length,
      frames: ({ name }) => readWire(wireLog).flatMap((entry) => (entry.arm === name ? [entry] : []))
    },
    async close() {
      const ended = once(child, 'exit')
      child.stdin.end('quit\n')
      await ended
    }
  }
}

const portList = (folder: string): string => join(folder, 'ports.json')

function readWire(file: string): readonly (WireEntry & { readonly arm: string })[] {
  const descriptor = openSync(file, 'r')
  const newest = Buffer.alloc(NEWEST_BYTES)
  const from = Math.max(0, fstatSync(descriptor).size - NEWEST_BYTES)
  const text = newest.subarray(0, readSync(descriptor, newest, 0, NEWEST_BYTES, from)).toString('utf8')
  closeSync(descriptor)
  // The first and the last line may be torn.
  return text
    .split('\n')
    .slice(from === 0 ? 0 : 1, -1)
    .flatMap((line) => {
      const [atNanos, arm, from, bytes] = line.split('\t')
      if (arm === undefined || bytes === undefined || (from !== 'host' && from !== 'servo')) return []
      return [{ atNanos: Number(atNanos), arm, from, bytes: fromHex(bytes) }]
    })
}

export const test = base.extend<{ bench: Bench }>({
  bench: async ({ browserName: _ }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'depthdeck-bench-'))
    const calibrations = join(folder, 'robots/so_follower')
    mkdirSync(calibrations, { recursive: true })
    SIDES.forEach((side, index) => {
      const calibration = so101Calibration(index === 0 ? 'follower' : 'leader')
      writeFileSync(join(calibrations, `${ID}_${side}.json`), JSON.stringify(calibration))
    })
    const { pair, close } = await startEmulator(folder)
    await use({ pair, folder })
    await close()
    rmSync(folder, { recursive: true, force: true })
  },
  flags: async ({ bench }, use) =>
    use([
      '--level=all',
      '--seed-base=11',
      '--rule=fixed:32',
      '--between-episodes-ms=0',
      `--port-list=${portList(bench.folder)}`
    ]),
  variables: async ({ bench }, use) => use({ HF_LEROBOT_CALIBRATION: bench.folder }),
  userFiles: async ({ browserName: _ }, use) => use({ [`robots/${NAME}.json`]: robotFile() }),
  // A stopped arm is not lowered when the app ends: that takes seconds.
  workstation: async ({ workstation }, use) => {
    await use(workstation)
    await workstation.press('Escape').catch(() => undefined)
  }
})

export async function connectPair(workstation: Workstation, pair: Pair): Promise<void> {
  await workstation.ready()
  await showDevices(workstation)
  const form = place(workstation, 'follower')
  await form.getByLabel('follower robot').selectOption(NAME)
  await form.getByLabel('follower id').fill(ID)
  for (const side of SIDES) await form.getByLabel(`follower port ${side}`).selectOption(pair[side].devicePath)
  await form.getByRole('button', { name: 'Connect follower' }).click()
  await expect(form.getByRole('table')).toBeVisible()
  await torqueOn(workstation)
  await workstation.button('Live').click()
}

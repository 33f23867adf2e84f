import { afterEach, describe, expect, it } from 'vitest'
import { openArm, type OpenArm } from '../../emulators/arms'
import { so101Calibration } from '../../emulators/arms/so101'
import { valueOf } from '../drivers/openArm'
import { openCellBench, portOf, type CellBench } from './cellBench'

let bench: CellBench | null = null
let arms: OpenArm[] = []

function open(): CellBench {
  arms = [openArm('so101-follower'), openArm('so101-leader')]
  bench = openCellBench({
    arms,
    calibrations: {
      'robots/so_follower/alice.json': so101Calibration('follower'),
      'teleoperators/so_leader/bob.json': so101Calibration('leader')
    }
  })
  return bench
}

const follower = (): OpenArm => arms[0] as OpenArm
const torques = (): readonly number[] =>
  follower().pty.use((bus) => bus.servos.map((servo) => servo.peek('torqueEnable')))
const leader = (): OpenArm => arms[1] as OpenArm

const connectFollower = async (cell: CellBench): Promise<void> => {
  valueOf(
    await cell.device({
      type: 'connect',
      request: { robot: 'so101-follower', id: 'alice', ports: { arm: portOf(follower()) }, drives: '' }
    })
  )
  await cell.until((snapshot) => snapshot.state.position.length === 6)
}

/** Instruction bytes of Feetech frames that the host sent. */
const instructions = ({ pty }: OpenArm): number[] =>
  pty.log.entries.filter(({ from }) => from === 'host').map(({ bytes }) => bytes[4] ?? 0)
const WRITES = [0x03, 0x04, 0x05, 0x06, 0x83]
const READ = 0x02

afterEach(async () => {
  await bench?.close()
  for (const { pty } of arms) pty.close()
  bench = null
})

describe('a real arm in the place of the bench', () => {
  it('only reads when it is connected, and says that it has no torque', async () => {
    const cell = open()
    await connectFollower(cell)
    await cell.until(({ tick }) => tick > 20)
    expect(instructions(follower()).filter((instruction) => WRITES.includes(instruction))).toEqual([])
    expect(cell.snapshot().unready).toMatch(/no torque/)
    expect(cell.devices().arms).toMatchObject([
      { slot: 'follower', state: 'connected', torque: 'off', taken: false }
    ])
    expect(cell.messages.some(({ type }) => type === 'telemetry')).toBe(true)
    cell.ui({ type: 'home' })
    await cell.until(({ tick }) => tick > 40)
    expect(cell.snapshot().motion.kind).toBe('holding')
    expect(cell.messages).toContainEqual(expect.objectContaining({ type: 'refused', command: 'home' }))
  })

  it('goes home over the bench once it has torque, and stops there', async () => {
    const cell = open()
    await connectFollower(cell)
    const before = cell.snapshot().state.position
    valueOf(await cell.device({ type: 'torque', slot: 'follower', on: true }))
    await cell.until(({ unready }) => unready === null)
    cell
      .snapshot()
      .state.position.forEach((value, joint) => expect(value).toBeCloseTo(before[joint] ?? NaN, 1))
    cell.ui({ type: 'home' })
    await cell.until(({ motion }) => motion.kind === 'homing')
    const home = await cell.until(({ motion }) => motion.kind === 'holding')
    // Where the bench has the tool at its start position.
    const [x, y, z] = home.endEffectorMetres
    expect(x).toBeCloseTo(0.125, 1)
    expect(y).toBeCloseTo(0.016, 1)
    expect(z).toBeCloseTo(0.05, 1)
    cell.ui({ type: 'stop', reason: 'test' })
    expect((await cell.until(({ motion }) => motion.kind === 'stopped')).motion).toMatchObject({
      kind: 'stopped'
    })
  })

  it('names the cable that was pulled, and finds the adapter again under another number', async () => {
    const cell = open()
    await connectFollower(cell)
    valueOf(await cell.device({ type: 'torque', slot: 'follower', on: true }))
    cell.ui({ type: 'home' })
    await cell.until(({ motion }) => motion.kind === 'homing')
    follower().pty.unplug()
    const held = await cell.until(({ motion }) => motion.kind === 'held')
    expect(held.motion).toMatchObject({ cause: { code: 'driver' } })
    expect(held.unready).not.toBeNull()
    expect((await cell.device({ type: 'reconnect', slot: 'follower' })).ok).toBe(false)
    const path = follower().pty.replug()
    valueOf(await cell.device({ type: 'reconnect', slot: 'follower' }))
    expect(cell.devices().ports.map((port) => port.path)).toContain(path)
    cell.ui({ type: 'resume' })
    await cell.until(({ unready }) => unready?.includes('no torque') === true)
    valueOf(await cell.device({ type: 'torque', slot: 'follower', on: true }))
    cell.ui({ type: 'home' })
    await cell.until(({ motion }) => motion.kind === 'homing')
    await cell.until(({ motion }) => motion.kind === 'holding')
  })

  it('names the motor that died', async () => {
    const cell = open()
    await connectFollower(cell)
    valueOf(await cell.device({ type: 'torque', slot: 'follower', on: true }))
    cell.ui({ type: 'home' })
    await cell.until(({ motion }) => motion.kind === 'homing')
    follower().pty.use((bus) => bus.servos.find(({ id }) => id === 3)?.setDead(true))
    const held = await cell.until(({ motion }) => motion.kind === 'held')
    expect(JSON.stringify(held.motion)).toMatch(/elbow_flex \(3\)/)
  })

  it('comes back stopped and connected after its process died, and the arm never moved', async () => {
    const cell = open()
    await connectFollower(cell)
    valueOf(await cell.device({ type: 'torque', slot: 'follower', on: true }))
    cell.ui({ type: 'home' })
    await cell.until(({ motion }) => motion.kind === 'homing')
    await cell.die()
    const again = cell.reopen()
    bench = again
    follower().pty.log.clear()
    const stopped = await again.until(({ state }) => state.position.length === 6)
    expect(stopped.motion.kind).toBe('stopped')
    await again.until(({ tick }) => tick > 20)
    // The last command of the process that died may still have been on its way; a connection begins by reading.
    const heard = instructions(follower())
    const own = heard.slice(heard.indexOf(READ))
    expect(own.length).toBeGreaterThan(20)
    expect(own.filter((instruction) => WRITES.includes(instruction))).toEqual([])
    expect(again.devices().arms).toMatchObject([{ torque: 'on', taken: false }])
  })

  it('is lowered and released before the app ends', async () => {
    const cell = open()
    await connectFollower(cell)
    let lowering = 0
    const leave = () => cell.cell.leave(() => (lowering += 1))
    expect(await leave()).toBeNull()
    expect(lowering).toBe(0)
    valueOf(await cell.device({ type: 'torque', slot: 'follower', on: true }))
    cell.ui({ type: 'home' })
    await cell.until(({ motion }) => motion.kind === 'homing')
    await cell.until(({ motion }) => motion.kind === 'holding')
    const left = leave()
    await cell.until(({ motion }) => motion.kind === 'lowering')
    expect(torques()).toEqual([1, 1, 1, 1, 1, 1])
    expect(await left).toMatch(/lowered and released/)
    expect(lowering).toBe(1)
    expect(torques()).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('keeps its torque when the app ends while a stop is latched', async () => {
    const cell = open()
    await connectFollower(cell)
    valueOf(await cell.device({ type: 'torque', slot: 'follower', on: true }))
    cell.ui({ type: 'stop', reason: 'test' })
    expect(await cell.cell.leave(() => undefined)).toMatch(/keeps its torque and holds: .*stopped/)
    expect(torques()).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('is taken over with a leader that meets it first, and handed back without a jump', async () => {
    const cell = open()
    await connectFollower(cell)
    valueOf(
      await cell.device({
        type: 'connect',
        request: { robot: 'so101-leader', id: 'bob', ports: { arm: portOf(leader()) }, drives: '' }
      })
    )
    valueOf(await cell.device({ type: 'torque', slot: 'follower', on: true }))
    cell.ui({ type: 'home' })
    await cell.until(({ motion }) => motion.kind === 'homing')
    await cell.until(({ motion }) => motion.kind === 'holding')
    cell.ui({ type: 'takeOver', source: 'leader', mode: 'match' })
    await cell.until(({ teleop }) => teleop?.stage === 'aligning')
    await cell.until(({ teleop }) => teleop?.stage === 'driving')
    // A hand takes the leader before it falls.
    leader().pty.use((bus) => bus.servos.forEach(({ motor }) => motor.jam(true)))
    const before = cell.snapshot().sent
    leader().pty.use((bus) => bus.servos[0]?.motor.place((bus.servos[0].motor.ticks ?? 0) + 200))
    await cell.until(({ sent }) => Math.abs((sent?.[0] ?? 0) - (before?.[0] ?? 0)) > 0.2)
    expect(
      (await cell.until(({ teleop }) => teleop?.latency != null)).teleop?.latency?.lastMs
    ).toBeGreaterThanOrEqual(0)
    cell.ui({ type: 'handBack' })
    const back = await cell.until(({ motion }) => motion.kind === 'holding')
    expect(back.teleop).toBeNull()
  })
})

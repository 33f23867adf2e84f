import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseCalibration, type Calibration } from '@shared/domain/calibration'
import { afterEach, describe, expect, it } from 'vitest'
import { openArm, type ArmName, type OpenArm } from '../../emulators/arms'
import { so101Calibration } from '../../emulators/arms/so101'
import { valueOf } from '../drivers/openArm'
import { openCellBench, portOf, type CellBench } from './cellBench'

let bench: CellBench | null = null
let arm: OpenArm | null = null

/** The register as the motor has it: sign in bit 11. */
const homingOffset = (opened: OpenArm, id: number): number =>
  opened.pty.use((bus) => {
    const word = bus.servos.find((servo) => servo.id === id)?.peek('homingOffset') ?? NaN
    return word >= 2048 ? 2048 - word : word
  })

function open(
  name: ArmName,
  calibrations: Readonly<Record<string, object>>,
  setUp = true,
  patienceMillis = 60
) {
  const opened = openArm(name, { setUp })
  arm = opened
  const cell = openCellBench({ arms: [opened], calibrations, patienceMillis })
  bench = cell
  return { opened, cell }
}

const connect = (cell: CellBench, opened: OpenArm, robot: string) =>
  cell.device({
    type: 'connect',
    request: { robot, id: 'alice', ports: { arm: portOf(opened) }, drives: '' }
  })

const follower = { 'robots/so_follower/alice.json': so101Calibration('follower') }
const ofFollower = (cell: CellBench) => {
  const found = cell.devices().arms.find(({ slot }) => slot === 'follower')
  if (!found) throw new Error('no follower')
  return found
}
const line = (opened: OpenArm, family: 'feetech' | 'dynamixel' = 'feetech') => ({
  port: portOf(opened),
  family,
  baudRate: 1_000_000
})

afterEach(async () => {
  await bench?.close()
  arm?.pty.close()
  bench = null
})

describe('finding motors and naming them', () => {
  it('finds all six of a free line, and gives one another id', async () => {
    const { opened, cell } = open('so101-follower', {}, true, 12)
    valueOf(await cell.device({ type: 'scan', ...line(opened) }))
    await cell.until(() => cell.devices().scan?.progress === 1)
    expect(cell.devices().scan?.found).toEqual(
      [1, 2, 3, 4, 5, 6].map((id) => ({ id, modelNumber: 777, model: 'STS3215' }))
    )
    valueOf(await cell.device({ type: 'assignId', ...line(opened), from: 6, to: 9 }))
    valueOf(await cell.device({ type: 'scan', ...line(opened) }))
    expect(cell.devices().scan?.found.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 9])
    const taken = await cell.device({ type: 'assignId', ...line(opened), from: 5, to: 1 })
    expect(taken).toMatchObject({ ok: false, error: { code: 'idTaken' } })
  })
})

describe('calibration and motors', () => {
  it('agree on an arm that was set up', async () => {
    const { opened, cell } = open('so101-follower', follower)
    valueOf(await connect(cell, opened, 'so101-follower'))
    expect(ofFollower(cell)).toMatchObject({ calibration: { state: 'matches', differences: [] } })
  })

  it('that differ are told, and no torque comes until it is settled', async () => {
    const other = structuredClone(so101Calibration('follower')) as Record<string, { homing_offset: number }>
    if (other.elbow_flex) other.elbow_flex.homing_offset = 1400
    const { opened, cell } = open('so101-follower', { 'robots/so_follower/alice.json': other })
    valueOf(await connect(cell, opened, 'so101-follower'))
    expect(ofFollower(cell).calibration).toMatchObject({
      state: 'differs',
      differences: ['elbow_flex: the homing offset is 1400 in the file and 1518 in the motor']
    })
    const torque = await cell.device({ type: 'torque', slot: 'follower', on: true })
    expect(torque).toMatchObject({ ok: false, error: { code: 'notCalibrated' } })
    valueOf(await cell.device({ type: 'settleCalibration', slot: 'follower', from: 'file' }))
    expect(ofFollower(cell).calibration.state).toBe('matches')
    expect(homingOffset(opened, 3)).toBe(1400)
  })

  it('is made by the wizard: motors and LeRobot’s file get the same numbers', async () => {
    const { opened, cell } = open('so101-follower', {})
    valueOf(await connect(cell, opened, 'so101-follower'))
    expect(ofFollower(cell).calibration.state).toBe('missing')
    valueOf(await cell.device({ type: 'calibrate', slot: 'follower', step: 'begin' }))
    const place = (share: number): void =>
      opened.pty.use((bus) =>
        bus.servos.forEach(({ motor }) => {
          motor.jam(true)
          const { minTicks, maxTicks } = motor.spec.stops
          motor.place(minTicks + share * (maxTicks - minTicks))
        })
      )
    place(0.5)
    valueOf(await cell.device({ type: 'calibrate', slot: 'follower', step: 'middle' }))
    const early = await cell.device({ type: 'calibrate', slot: 'follower', step: 'save' })
    expect(early).toMatchObject({ ok: false, error: { code: 'rangeTooNarrow' } })
    for (const share of [0.1, 0.9]) {
      place(share)
      const { tick } = cell.snapshot()
      await cell.until((snapshot) => snapshot.tick > tick + 10)
    }
    const saved = valueOf(await cell.device({ type: 'calibrate', slot: 'follower', step: 'save' }))
    const file = /Saved as (.*)/.exec(saved ?? '')?.[1] ?? ''
    expect(file).toMatch(/robots\/so_follower\/alice\.json$/)
    const calibration: Calibration = valueOf(parseCalibration(readFileSync(file, 'utf8'), file))
    expect(calibration.wrist_roll).toMatchObject({ range_min: 0, range_max: 4095 })
    expect(ofFollower(cell).calibration.state).toBe('matches')
    for (const { id, homing_offset } of Object.values(calibration))
      expect(homingOffset(opened, id)).toBe(homing_offset)
  })

  it('gives the motors back what they had when the wizard is cancelled', async () => {
    const { opened, cell } = open('so101-follower', follower)
    valueOf(await connect(cell, opened, 'so101-follower'))
    valueOf(await cell.device({ type: 'calibrate', slot: 'follower', step: 'begin' }))
    expect(homingOffset(opened, 1)).toBe(0)
    valueOf(await cell.device({ type: 'calibrate', slot: 'follower', step: 'cancel' }))
    expect(homingOffset(opened, 1)).toBe(-1203)
    expect(ofFollower(cell).calibration.state).toBe('matches')
  })
})

describe('settings of motors', () => {
  it('are written where they differ, and only there', async () => {
    const { opened, cell } = open('so101-follower', follower, false)
    valueOf(await connect(cell, opened, 'so101-follower'))
    const { setUpDue } = ofFollower(cell)
    expect(setUpDue.some((text) => /P_Coefficient is 32, should be 16/.test(text))).toBe(true)
    valueOf(await cell.device({ type: 'setUp', slot: 'follower' }))
    expect(ofFollower(cell).setUpDue).toEqual([])
  })
})

describe('a robot file that releases an arm in trouble', () => {
  it('is obeyed: its motors lose their torque', async () => {
    const opened = openArm('so101-follower')
    arm = opened
    const file = resolve(import.meta.dirname, '../../../resources/robots/so101-follower.json')
    const own = { ...JSON.parse(readFileSync(file, 'utf8')), name: 'light-arm', title: 'Light arm' }
    const cell = openCellBench({
      arms: [opened],
      calibrations: follower,
      robots: { 'light-arm.json': { ...own, torque: { onExit: 'release', onFault: 'release' } } }
    })
    bench = cell
    valueOf(await connect(cell, opened, 'light-arm'))
    valueOf(await cell.device({ type: 'torque', slot: 'follower', on: true }))
    opened.pty.use((bus) => bus.servos[2]?.trip('overload'))
    await cell.until(({ motion }) => motion.kind === 'held')
    await cell.until(() => ofFollower(cell).torque === 'off')
    expect(opened.pty.use((bus) => bus.servos.map((servo) => servo.peek('torqueEnable')))).toEqual([
      0, 0, 0, 0, 0, 0
    ])
  })
})

describe('a motor that latched an overload', () => {
  it('holds the arm by its name, and is started anew by its name', async () => {
    const { opened, cell } = open('so101-follower', follower)
    valueOf(await connect(cell, opened, 'so101-follower'))
    valueOf(await cell.device({ type: 'torque', slot: 'follower', on: true }))
    opened.pty.use((bus) => bus.servos[2]?.trip('overload'))
    const held = await cell.until(({ motion }) => motion.kind === 'held')
    expect(held.motion).toMatchObject({ cause: { code: 'motorAlarm' } })
    expect(JSON.stringify(held.motion)).toMatch(/elbow_flex.*overload/)
    valueOf(await cell.device({ type: 'clearMotor', slot: 'follower', motor: 'elbow_flex' }))
    valueOf(await cell.device({ type: 'torque', slot: 'follower', on: true }))
    cell.ui({ type: 'resume' })
    await cell.until(({ motion }) => motion.kind === 'holding')
  })
})

import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import type { DevicesView } from '@shared/domain/devices'
import type { Fault } from '@shared/domain/fault'
import { err, ok } from '@shared/domain/result'
import type { RobotToUi } from '@shared/ipc/ports'
import { useDevicesStore } from '../../../../src/renderer/src/stores/devices'
import { connectedArm, motorReading } from '../support/devices'

beforeEach(() => setActivePinia(createPinia()))

const view = (arms: DevicesView['arms']): DevicesView => ({
  ports: [],
  robots: [],
  problems: [],
  arms,
  last: { follower: null, leader: null },
  scan: null,
  calibration: null
})
const FAULT: Fault = { severity: 'medium', source: 'robot', code: 'x', message: 'm', tip: 't' }
const telemetry = (nanos: number): RobotToUi => ({
  type: 'telemetry',
  slot: 'follower',
  nanos,
  motors: [motorReading()]
})

test('an answer is shown where it was asked for, until the next question', () => {
  const devices = useDevicesStore()
  const [first, second] = [devices.ask('follower'), devices.ask('leader')]
  expect([devices.isBusy('follower'), devices.isBusy('leader')]).toEqual([true, true])
  devices.receive({ type: 'deviceAnswer', request: second, result: ok('done') })
  devices.receive({ type: 'deviceAnswer', request: first, result: err(FAULT) })
  expect(devices.isBusy('follower')).toBe(false)
  expect(devices.outcomes.get('leader')).toEqual({ fault: null, note: 'done' })
  expect(devices.outcomes.get('follower')).toEqual({ fault: FAULT, note: null })
  devices.ask('follower')
  expect(devices.outcomes.has('follower')).toBe(false)
  devices.receive({ type: 'deviceAnswer', request: 99, result: ok(null) })
  expect(devices.outcomes.size).toBe(1)
})

test('what could not be asked is said at once; after a fresh link nobody waits', () => {
  const devices = useDevicesStore()
  devices.failed(devices.ask('ports'), FAULT)
  expect(devices.outcomes.get('ports')?.fault).toEqual(FAULT)
  devices.ask('follower')
  devices.linked()
  expect(devices.isBusy('follower')).toBe(false)
})

test('a motor’s past is the connected arm’s, and ends with it', () => {
  const devices = useDevicesStore()
  const arm = connectedArm()
  devices.receive({ type: 'devices', view: view([arm]) })
  for (const nanos of [0, 1e9]) devices.receive(telemetry(nanos))
  devices.receive({ type: 'devices', view: view([{ ...arm, torque: 'on' }]) })
  expect(devices.history.follower).toHaveLength(2)
  expect(devices.motors.follower).toHaveLength(1)
  devices.receive({ type: 'devices', view: view([connectedArm({ request: { id: 'bob' } })]) })
  expect(devices.history.follower).toEqual([])
  devices.receive(telemetry(2e9))
  devices.linked()
  expect([devices.history.follower, devices.motors.follower, devices.follower]).toEqual([[], [], null])
})

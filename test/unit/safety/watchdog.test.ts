import { expect, test } from 'vitest'
import { watchdogVerdict } from '@shared/safety/watchdog'

const limits = { heartbeatTimeoutNanos: 1000, maxConsecutiveDriverErrors: 3 }
const fine = { lastHeartbeatNanos: 0, consecutiveDriverErrors: 0, lastDriverError: null }

test.each([
  ['all well', fine, 1000, undefined],
  ['no heartbeat', fine, 1001, 'heartbeatLost'],
  ['nobody has to watch', { ...fine, lastHeartbeatNanos: null }, 1e12, undefined],
  ['two driver errors', { ...fine, consecutiveDriverErrors: 2 }, 0, undefined],
  ['three driver errors', { ...fine, consecutiveDriverErrors: 3, lastDriverError: 'cable' }, 0, 'driver']
] as const)('%s', (_name, inputs, now, code) => {
  expect(watchdogVerdict(inputs, limits, now)?.code).toBe(code)
})

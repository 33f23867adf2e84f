import type { ConnectedArm, ConnectRequest, MotorReading } from '@shared/domain/devices'

export const motorReading = (change: Partial<MotorReading> = {}): MotorReading => ({
  joint: 'elbow_flex',
  motor: 'elbow_flex',
  id: 3,
  model: 'sts3215',
  ticks: 2048,
  position: 0,
  ticksPerSec: 0,
  loadFraction: 0.1,
  amperes: 0.3,
  volts: 7.4,
  celsius: 30,
  alarms: [],
  ...change
})

export const connectedArm = ({
  request,
  ...change
}: Partial<Omit<ConnectedArm, 'request'>> & { request?: Partial<ConnectRequest> } = {}): ConnectedArm => ({
  slot: 'follower',
  request: { robot: 'so101-follower', id: 'alice', ports: {}, drives: '', ...request },
  title: 'SO-101 follower',
  state: 'connected',
  fault: null,
  torque: 'off',
  taken: false,
  calibration: { file: 'alice.json', state: 'matches', differences: [] },
  setUpDue: [],
  warnings: [],
  limits: { file: [], own: null },
  bus: { requests: 100, retries: 2, unanswered: 1, garbageBytes: 7, readingMillis: { p50: 3.14, p99: 12.2 } },
  ...change
})

import type { CaptureToUi } from '@shared/ipc/capture'
import type { RecorderToUi, UiToRecorder } from '@shared/ipc/recording'
import type { ExaminationProgress } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import type { PortName } from '@shared/ipc/channels'
import type { AppInfo, HostStatus } from '@shared/ipc/contract'
import type { PolicyToUi, RobotToUi, UiToPolicy, UiToRobot } from '@shared/ipc/ports'
import type { BundleCalls } from '../../../../src/renderer/src/client/bundleCalls'
import type { Client } from '../../../../src/renderer/src/client/client'
import { createListeners } from '../../../../src/renderer/src/client/listeners'

export const appInfo = (change: Partial<AppInfo> = {}): AppInfo => ({
  version: '0',
  electron: '0',
  chrome: '114',
  node: '20',
  standIn: false,
  headless: false,
  autostart: null,
  hosts: [],
  faults: [],
  ...change
})

const unexpected = (): Promise<never> => Promise.reject(new Error('not expected'))
const NO_BUNDLES: BundleCalls = {
  choose: async () => null,
  recent: async () => [],
  forget: async () => [],
  examine: unexpected,
  compare: unexpected,
  cancel: async () => undefined,
  use: unexpected
}

/** A client without processes: keeps what was sent, in order over both hosts, and says what it is told to. */
export function createFakeClient(bundles: Partial<BundleCalls> = {}) {
  const robot = createListeners<[RobotToUi, number]>()
  const policy = createListeners<[PolicyToUi, number]>()
  const recorder = createListeners<[RecorderToUi, number]>()
  const capture = createListeners<[CaptureToUi, number]>()
  const link = createListeners<[PortName]>()
  const host = createListeners<[HostStatus]>()
  const fault = createListeners<[Fault]>()
  const progress = createListeners<[ExaminationProgress]>()
  const sent: (
    | { to: 'robot'; message: UiToRobot }
    | { to: 'policy'; message: UiToPolicy }
    | { to: 'recorder'; message: UiToRecorder }
  )[] = []
  const reportedFaults: Fault[] = []
  const connected = { robot: true, policy: true, recorder: true }
  const client: Client = {
    info: async () => appInfo(),
    connect: async () => undefined,
    sendRobot(message) {
      if (connected.robot) sent.push({ to: 'robot', message })
      return connected.robot
    },
    sendPolicy(message) {
      if (connected.policy) sent.push({ to: 'policy', message })
      return connected.policy
    },
    sendRecorder(message) {
      if (connected.recorder) sent.push({ to: 'recorder', message })
      return connected.recorder
    },
    sendCapture: () => true,
    onCapture: capture.add,
    onRobot: robot.add,
    onPolicy: policy.add,
    onRecorder: recorder.add,
    onLink: link.add,
    onHost: host.add,
    onFault: fault.add,
    chooseExport: async () => null,
    chooseImport: async () => 0,
    saveChart: async () => ({ ok: true, value: { path: null } }),
    bundles: { ...NO_BUNDLES, ...bundles },
    onBundleProgress: progress.add,
    reportFrames: () => undefined,
    pointerOverStop: () => undefined,
    reportFault: (next) => reportedFaults.push(next),
    dispose: () => undefined
  }
  return {
    client,
    sent,
    connected,
    reportedFaults,
    say: {
      robot: (message: RobotToUi, atMs = 0) => robot.emit(message, atMs),
      policy: (message: PolicyToUi, atMs = 0) => policy.emit(message, atMs),
      recorder: (message: RecorderToUi, atMs = 0) => recorder.emit(message, atMs),
      capture: (message: CaptureToUi, atMs = 0) => capture.emit(message, atMs),
      link: link.emit,
      host: host.emit,
      fault: fault.emit,
      progress: progress.emit
    }
  }
}

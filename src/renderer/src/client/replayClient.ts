import type { RobotToUi, PolicyToUi } from '@shared/ipc/ports'
import type { RecorderToUi } from '@shared/ipc/recording'
import type { BundleCalls } from './bundleCalls'
import type { Client } from './client'
import { createListeners } from './listeners'

/** A client on whose other end is a recording: it says what was said then, and whatever is sent goes nowhere. */
export interface ReplayClient {
  readonly client: Client
  sayRobot(message: RobotToUi, atMs: number): void
  sayPolicy(message: PolicyToUi, atMs: number): void
}

const nobody = (): Promise<never> => Promise.reject(new Error('A recording answers nothing'))
const NO_BUNDLES: BundleCalls = {
  choose: nobody,
  recent: async () => [],
  forget: async () => [],
  examine: nobody,
  compare: nobody,
  cancel: async () => undefined,
  use: nobody
}

export function createReplayClient(): ReplayClient {
  const robot = createListeners<[RobotToUi, number]>()
  const policy = createListeners<[PolicyToUi, number]>()
  const recorder = createListeners<[RecorderToUi, number]>()
  const never = () => () => undefined
  return {
    client: {
      info: nobody,
      connect: async () => undefined,
      sendRobot: () => false,
      sendPolicy: () => false,
      sendRecorder: () => false,
      sendCapture: () => false,
      onRobot: robot.add,
      onPolicy: policy.add,
      onRecorder: recorder.add,
      onCapture: never,
      onLink: never,
      onHost: never,
      onFault: never,
      chooseExport: nobody,
      chooseImport: nobody,
      saveChart: nobody,
      bundles: NO_BUNDLES,
      onBundleProgress: never,
      reportFrames: () => undefined,
      pointerOverStop: () => undefined,
      reportFault: () => undefined,
      dispose: () => undefined
    },
    sayRobot: robot.emit,
    sayPolicy: policy.emit
  }
}

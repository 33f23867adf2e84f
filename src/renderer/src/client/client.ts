import type { ExaminationProgress } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import { PORT_CHANNEL, PORT_NAMES, type PortName } from '@shared/ipc/channels'
import {
  eventContract,
  invokeContract,
  type AppInfo,
  type HostStatus,
  type ImportKind,
  type InvokeInput,
  type InvokeOutput
} from '@shared/ipc/contract'
import {
  policyToUi,
  robotToUi,
  type PolicyToUi,
  type RobotToUi,
  type UiToPolicy,
  type UiToRobot
} from '@shared/ipc/ports'
import { captureToUi, type CaptureToUi, type UiToCapture } from '@shared/ipc/capture'
import { recorderToUi, type RecorderToUi, type UiToRecorder } from '@shared/ipc/recording'
import { z } from 'zod'
import { createBundleCalls, type BundleCalls } from './bundleCalls'
import { createListeners, type Listeners, type Release } from './listeners'

/** Everything the console knows of the main side. Components never see ports or channels. */
export interface Client {
  info(): Promise<AppInfo>
  /** Asks for fresh ports; they arrive by `onLink`. */
  connect(): Promise<void>
  /** False when there is no port: the command went nowhere and the caller must say so. */
  sendRobot(message: UiToRobot): boolean
  sendPolicy(message: UiToPolicy): boolean
  sendRecorder(message: UiToRecorder): boolean
  sendCapture(message: UiToCapture): boolean
  /** `receivedMs`: `performance.now` at arrival. */
  onRobot(listener: (message: RobotToUi, receivedMs: number) => void): Release
  onPolicy(listener: (message: PolicyToUi, receivedMs: number) => void): Release
  onRecorder(listener: (message: RecorderToUi, receivedMs: number) => void): Release
  /** A fresh port to a host: everything known of its predecessor is void. */
  onCapture(listener: (message: CaptureToUi, receivedMs: number) => void): Release
  onLink(listener: (name: PortName) => void): Release
  onHost(listener: (status: HostStatus) => void): Release
  onFault(listener: (fault: Fault) => void): Release
  /** Lets the operator choose the folder of a dataset; null when they didn't. */
  chooseExport(): Promise<string | null>
  /** Lets the operator choose what is imported; how many files or folders. */
  chooseImport(kind: ImportKind): Promise<number>
  /** Lets the operator save a chart's picture; a null path when they didn't. */
  saveChart(picture: InvokeInput<'chart:save'>): Promise<InvokeOutput<'chart:save'>>
  /** What may be asked of bundles that aren't in use. */
  readonly bundles: BundleCalls
  /** Of the examination or comparison that is under way. */
  onBundleProgress(listener: (progress: ExaminationProgress) => void): Release
  reportFrames(frames: number, milliseconds: number): void
  /** The pointer has come onto the stop button or left it. */
  pointerOverStop(over: boolean): void
  /** Tells main what this window noticed, for its log and report; main does not announce it back. */
  reportFault(fault: Fault): void
  dispose(): void
}

const HEARTBEAT_MS = 100

const portArrival = z.object({ type: z.literal(PORT_CHANNEL), name: z.enum(PORT_NAMES) })

/** The window's side of the bridge and the brokered ports. What does not parse becomes one fault per kind. */
export function createClient(bridge: DepthdeckBridge, target: Window = window): Client {
  const robotListeners = createListeners<[RobotToUi, number]>()
  const policyListeners = createListeners<[PolicyToUi, number]>()
  const recorderListeners = createListeners<[RecorderToUi, number]>()
  const captureListeners = createListeners<[CaptureToUi, number]>()
  const linkListeners = createListeners<[PortName]>()
  const hostListeners = createListeners<[HostStatus]>()
  const faultListeners = createListeners<[Fault]>()
  const progressListeners = createListeners<[ExaminationProgress]>()
  const ports: Partial<Record<PortName, MessagePort>> = {}
  const reported = new Set<string>()

  const reportFault = (fault: Fault): void => {
    // Without main there is nobody left to tell; the window shows the fault all the same.
    bridge.calls['ui:fault'](fault).catch(() => undefined)
  }

  const uiFault = (code: string, message: string, tip: string): void => {
    if (reported.has(code)) return
    reported.add(code)
    const fault: Fault = { severity: 'medium', source: 'ui', code, message, tip }
    faultListeners.emit(fault)
    reportFault(fault)
  }

  const drop = (name: PortName): void => {
    ports[name]?.close()
    delete ports[name]
  }

  const receive = <T>(
    name: PortName,
    schema: z.ZodType<T>,
    listeners: Listeners<[T, number]>,
    data: unknown
  ): void => {
    const receivedMs = performance.now()
    const parsed = schema.safeParse(data)
    if (parsed.success) {
      listeners.emit(parsed.data, receivedMs)
      return
    }
    const where = parsed.error.issues[0]?.path.join('.') ?? ''
    uiFault(
      `unreadable-${name}`,
      `A message of the ${name} process is not understood${where === '' ? '' : ` (${where})`}`,
      'Restart Depthdeck; if this stays, its parts differ in version.'
    )
  }

  const receivers: Readonly<Record<PortName, (data: unknown) => void>> = {
    robot: (data) => receive('robot', robotToUi, robotListeners, data),
    policy: (data) => receive('policy', policyToUi, policyListeners, data),
    recorder: (data) => receive('recorder', recorderToUi, recorderListeners, data),
    capture: (data) => receive('capture', captureToUi, captureListeners, data)
  }

  const onWindowMessage = (event: MessageEvent<unknown>): void => {
    if (event.source !== target) return
    const arrival = portArrival.safeParse(event.data)
    const port = event.ports[0]
    if (!arrival.success || port === undefined) return
    const { name } = arrival.data
    drop(name)
    ports[name] = port
    linkListeners.emit(name)
    port.onmessage = ({ data }) => receivers[name](data)
  }

  const send = (name: PortName, message: UiToRobot | UiToPolicy | UiToRecorder | UiToCapture): boolean => {
    const port = ports[name]
    if (port === undefined) return false
    port.postMessage(message)
    return true
  }

  target.addEventListener('message', onWindowMessage)
  const heartbeat = setInterval(() => send('robot', { type: 'heartbeat' }), HEARTBEAT_MS)
  const releaseHosts = bridge.events['hosts:status']((payload) => {
    const status = eventContract['hosts:status'].safeParse(payload)
    if (status.success) {
      // Posting to a dead process fails silently: without its port, `send` says so. A fresh port follows "running".
      if (status.data.state !== 'running') drop(status.data.name)
      hostListeners.emit(status.data)
    } else uiFault('unreadable-hosts', 'A process status is not understood', 'Restart Depthdeck.')
  })
  const releaseFaults = bridge.events['app:fault']((payload) => {
    const parsed = eventContract['app:fault'].safeParse(payload)
    if (parsed.success) faultListeners.emit(parsed.data)
    else uiFault('unreadable-fault', 'A fault report is not understood', 'Restart Depthdeck.')
  })
  const releaseProgress = bridge.events['bundle:progress']((payload) => {
    const parsed = eventContract['bundle:progress'].safeParse(payload)
    if (parsed.success) progressListeners.emit(parsed.data)
    else uiFault('unreadable-progress', 'The progress of a bundle is not understood', 'Restart Depthdeck.')
  })

  return {
    info: async () => invokeContract['app:info'].output.parse(await bridge.calls['app:info']()),
    async connect() {
      await bridge.calls['ports:connect']()
    },
    sendRobot: (message) => send('robot', message),
    sendPolicy: (message) => send('policy', message),
    sendRecorder: (message) => send('recorder', message),
    sendCapture: (message) => send('capture', message),
    onRobot: robotListeners.add,
    onPolicy: policyListeners.add,
    onRecorder: recorderListeners.add,
    onCapture: captureListeners.add,
    onLink: linkListeners.add,
    onHost: hostListeners.add,
    onFault: faultListeners.add,
    chooseExport: async () =>
      invokeContract['export:choose'].output.parse(await bridge.calls['export:choose']()),
    saveChart: async (picture) =>
      invokeContract['chart:save'].output.parse(await bridge.calls['chart:save'](picture)),
    chooseImport: async (kind) =>
      invokeContract['import:choose'].output.parse(await bridge.calls['import:choose']({ kind })),
    bundles: createBundleCalls(bridge),
    onBundleProgress: progressListeners.add,
    pointerOverStop(over) {
      // Without main the page still hears the press.
      bridge.calls['ui:pointerOverStop'](over).catch(() => undefined)
    },
    reportFrames(frames, milliseconds) {
      // A lost statistic is no reason to bother anyone.
      bridge.calls['ui:frames']({ frames, milliseconds }).catch(() => undefined)
    },
    reportFault,
    dispose() {
      clearInterval(heartbeat)
      target.removeEventListener('message', onWindowMessage)
      releaseHosts()
      releaseFaults()
      releaseProgress()
      for (const name of PORT_NAMES) drop(name)
    }
  }
}

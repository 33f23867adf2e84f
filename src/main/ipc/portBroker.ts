import { MessageChannelMain, type MessagePortMain } from 'electron'
import { HOST_NAMES, type CapturePort, type HostName, type PortName } from '@shared/ipc/channels'
import type { HostPeer } from '@shared/ipc/hosts'

/**
 * Connects windows and hosts with direct MessagePorts, so that frames and telemetry don't pass through main. A pair is
 * brokered again whenever either side is new.
 */
export interface PortBrokerOptions {
  readonly isRunning: (host: HostName) => boolean
  readonly giveHost: (host: HostName, peer: HostPeer, port: MessagePortMain) => void
  readonly giveUi: (name: PortName, port: MessagePortMain) => void
  readonly giveCapture: (name: CapturePort, port: MessagePortMain) => void
}

export interface PortBroker {
  /** The UI (re)loaded and asks for its ports; hosts that start later get theirs then. */
  connectUi(): void
  /** The capture window (re)loaded. */
  connectCapture(): void
  /** A (re)started host: everything that talks to it gets a fresh port. */
  hostStarted(host: HostName): void
  uiGone(): void
  captureGone(): void
}

/** Hosts that talk to each other. */
const PAIRS: readonly (readonly [HostName, HostName])[] = [
  ['robot', 'policy'],
  ['robot', 'recorder'],
  ['policy', 'recorder']
]
/** Hosts that the capture window talks to. */
const OF_CAPTURE: readonly HostName[] = ['robot', 'policy', 'recorder']

export function createPortBroker(options: PortBrokerOptions): PortBroker {
  const { isRunning, giveHost } = options
  let uiConnected = false
  let captureConnected = false

  function connectUiTo(host: HostName): void {
    if (!uiConnected || !isRunning(host)) return
    const { port1, port2 } = new MessageChannelMain()
    giveHost(host, 'ui', port1)
    options.giveUi(host, port2)
  }

  function connectCaptureTo(host: HostName): void {
    if (!captureConnected || !isRunning(host) || !OF_CAPTURE.includes(host)) return
    const { port1, port2 } = new MessageChannelMain()
    giveHost(host, 'capture', port1)
    options.giveCapture(host, port2)
  }

  /** Window to window. */
  function connectUiToCapture(): void {
    if (!uiConnected || !captureConnected) return
    const { port1, port2 } = new MessageChannelMain()
    options.giveCapture('ui', port1)
    options.giveUi('capture', port2)
  }

  return {
    connectUi() {
      uiConnected = true
      connectUiToCapture()
      HOST_NAMES.forEach(connectUiTo)
    },
    connectCapture() {
      captureConnected = true
      connectUiToCapture()
      HOST_NAMES.forEach(connectCaptureTo)
    },
    hostStarted(host) {
      connectUiTo(host)
      connectCaptureTo(host)
      for (const [one, other] of PAIRS) {
        if ((one !== host && other !== host) || !isRunning(one) || !isRunning(other)) continue
        const { port1, port2 } = new MessageChannelMain()
        giveHost(one, other, port1)
        giveHost(other, one, port2)
      }
    },
    uiGone() {
      uiConnected = false
    },
    captureGone() {
      captureConnected = false
    }
  }
}

import { MessageChannelMain, type MessagePortMain } from 'electron'
import type { PortName } from '@shared/ipc/channels'
import type { HostPeer } from '@shared/ipc/hosts'

/**
 * Connects UI, robot host and policy host with direct MessagePorts, so that frames and telemetry don't pass
 * through main. A pair is brokered again whenever either side is new.
 */
export interface PortBrokerOptions {
  readonly isRunning: (host: PortName) => boolean
  readonly giveHost: (host: PortName, peer: HostPeer, port: MessagePortMain) => void
  readonly giveUi: (name: PortName, port: MessagePortMain) => void
}

export interface PortBroker {
  /** The UI (re)loaded and asks for its ports; hosts that start later get theirs then. */
  connectUi(): void
  /** A (re)started host: everything that talks to it gets a fresh port. */
  hostStarted(host: PortName): void
  uiGone(): void
}

export function createPortBroker({ isRunning, giveHost, giveUi }: PortBrokerOptions): PortBroker {
  let uiConnected = false

  function connectUiTo(host: PortName): void {
    if (!uiConnected || !isRunning(host)) return
    const { port1, port2 } = new MessageChannelMain()
    giveHost(host, 'ui', port1)
    giveUi(host, port2)
  }

  return {
    connectUi() {
      uiConnected = true
      connectUiTo('robot')
      connectUiTo('policy')
    },
    hostStarted(host) {
      connectUiTo(host)
      if (!isRunning('robot') || !isRunning('policy')) return
      const { port1, port2 } = new MessageChannelMain()
      giveHost('robot', 'policy', port1)
      giveHost('policy', 'robot', port2)
    },
    uiGone() {
      uiConnected = false
    }
  }
}

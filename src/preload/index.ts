import { contextBridge, ipcRenderer } from 'electron'
import { EVENT_CHANNELS, INVOKE_CHANNELS, PORT_CHANNEL } from '@shared/ipc/channels'

/** The only bridge into the sandboxed UI: named channels of the contract, nothing else. Main parses every input. */
const isOneOf = (names: readonly string[], name: string): boolean => names.includes(name)

contextBridge.exposeInMainWorld('depthdeck', {
  invoke(channel: string, input?: unknown): Promise<unknown> {
    if (!isOneOf(INVOKE_CHANNELS, channel)) return Promise.reject(new Error(`Unknown channel ${channel}`))
    return ipcRenderer.invoke(channel, input)
  },
  on(channel: string, listener: (payload: unknown) => void): () => void {
    if (!isOneOf(EVENT_CHANNELS, channel)) throw new Error(`Unknown event ${channel}`)
    const forward = (_event: unknown, payload: unknown): void => listener(payload)
    ipcRenderer.on(channel, forward)
    return () => ipcRenderer.off(channel, forward)
  }
})

// A MessagePort can't cross the context bridge; window.postMessage transfers it into the page's world.
ipcRenderer.on(PORT_CHANNEL, (event, name: unknown) => {
  window.postMessage({ type: PORT_CHANNEL, name }, window.location.origin, event.ports)
})

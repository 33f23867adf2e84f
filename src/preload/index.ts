import { contextBridge, ipcRenderer } from 'electron'
import { EVENT_CHANNELS, INVOKE_CHANNELS } from '@shared/ipc/channels'
import { forwardPorts } from './ports'

/** The only bridge into the sandboxed UI: one function for each call and event of the contract. Main parses every input. */
contextBridge.exposeInMainWorld('depthdeck', {
  calls: Object.fromEntries(
    INVOKE_CHANNELS.map((channel) => [channel, (input?: unknown) => ipcRenderer.invoke(channel, input)])
  ),
  events: Object.fromEntries(
    EVENT_CHANNELS.map((channel) => [
      channel,
      (listener: (payload: unknown) => void) => {
        const forward = (_event: unknown, payload: unknown): void => listener(payload)
        ipcRenderer.on(channel, forward)
        return () => ipcRenderer.off(channel, forward)
      }
    ])
  )
})

forwardPorts()

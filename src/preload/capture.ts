import { contextBridge, ipcRenderer } from 'electron'
import { CAPTURE_CHANNELS } from '@shared/ipc/channels'
import { forwardPorts } from './ports'

/** The capture window's bridge: one function for each of its calls. Main parses every input. */
contextBridge.exposeInMainWorld('depthdeckCapture', {
  calls: Object.fromEntries(
    CAPTURE_CHANNELS.map((channel) => [channel, (input?: unknown) => ipcRenderer.invoke(channel, input)])
  )
})
forwardPorts()

import { ipcRenderer } from 'electron'
import { PORT_CHANNEL } from '@shared/ipc/channels'

/** A MessagePort can't cross the context bridge; window.postMessage transfers it into the page's world. */
export function forwardPorts(): void {
  ipcRenderer.on(PORT_CHANNEL, (event, name: unknown) => {
    window.postMessage({ type: PORT_CHANNEL, name }, window.location.origin, event.ports)
  })
}

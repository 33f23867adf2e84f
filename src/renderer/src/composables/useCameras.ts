import type { UiToCapture } from '@shared/ipc/capture'
import { inject, type InjectionKey } from 'vue'
import type { Client } from '../client/client'
import { useMessagesStore } from '../stores/messages'

/** Tells the capture window something about camera devices. */
export type TellCameras = (message: UiToCapture) => void

export function createCameras(client: Client, nowMs: () => number): TellCameras {
  const messages = useMessagesStore()
  return (message) => {
    if (!client.sendCapture(message))
      messages.addRefusal(message.type, 'The window that holds the cameras is not connected.', nowMs())
  }
}

export const camerasKey: InjectionKey<TellCameras> = Symbol('cameras')

export function useCameras(): TellCameras {
  const tell = inject(camerasKey)
  if (tell === undefined) throw new Error('useCameras: nothing is provided')
  return tell
}

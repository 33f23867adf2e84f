import type { CamerasView, CameraView } from '@shared/domain/camera'
import type { CaptureToUi } from '@shared/ipc/capture'
import type { CameraImage } from '@shared/ipc/ports'
import { defineStore } from 'pinia'
import { shallowReadonly, shallowRef } from 'vue'

/** Camera devices as the capture window tells them. */
export const useCamerasStore = defineStore('cameras', () => {
  const view = shallowRef<CamerasView | null>(null)
  /** As the policy sees them, by name. */
  const previews = shallowRef<ReadonlyMap<string, CameraImage>>(new Map())

  return {
    view: shallowReadonly(view),
    previews: shallowReadonly(previews),
    camera: (name: string): CameraView | null =>
      view.value?.cameras.find(({ assignment }) => assignment.name === name) ?? null,
    receive(message: CaptureToUi) {
      if (message.type === 'cameras') view.value = message.view
      else previews.value = new Map([...previews.value, [message.image.name, message.image]])
    },
    linked() {
      view.value = null
      previews.value = new Map()
    }
  }
})

import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { RecorderAnswer, RecorderStatus, RecorderToUi } from '@shared/ipc/recording'
import { defineStore } from 'pinia'
import { ref, shallowReadonly, shallowRef } from 'vue'

export type RecorderResult = Result<RecorderAnswer, Fault>

const GONE: Fault = {
  severity: 'medium',
  source: 'ui',
  code: 'recorderUnreachable',
  message: 'The recorder process is not connected',
  tip: 'It restarts by itself: try again when it is back.'
}

/** What the recorder says of itself, and who waits for its answers. */
export const useRecordingStore = defineStore('recording', () => {
  const status = shallowRef<RecorderStatus | null>(null)
  /** Counts what changed in the library: lists follow it. */
  const changes = ref(0)
  const exportProgress = shallowRef<Extract<RecorderToUi, { type: 'exportProgress' }> | null>(null)
  const importProgress = shallowRef<Extract<RecorderToUi, { type: 'importProgress' }> | null>(null)
  const waiting = new Map<number, (result: RecorderResult) => void>()
  let requests = 0

  return {
    status: shallowReadonly(status),
    changes,
    exportProgress: shallowReadonly(exportProgress),
    importProgress: shallowReadonly(importProgress),
    /** `send` is given the request's number; false when it went nowhere. */
    ask: (send: (request: number) => boolean): Promise<RecorderResult> =>
      new Promise((resolve) => {
        const request = ++requests
        waiting.set(request, resolve)
        if (send(request)) return
        waiting.delete(request)
        resolve(err(GONE))
      }),
    receive(message: RecorderToUi) {
      switch (message.type) {
        case 'status':
          status.value = message.status
          return
        case 'exportProgress':
          exportProgress.value = message
          return
        case 'importProgress':
          importProgress.value = message
          return
        case 'changed':
          changes.value += 1
          return
        case 'answer':
          waiting.get(message.request)?.(
            message.result.ok ? ok(message.result.value) : err(message.result.error)
          )
          waiting.delete(message.request)
      }
    },
    /** A fresh port: whoever was asked before answers no more. */
    linked() {
      status.value = null
      changes.value += 1
      for (const resolve of waiting.values()) resolve(err(GONE))
      waiting.clear()
    }
  }
})

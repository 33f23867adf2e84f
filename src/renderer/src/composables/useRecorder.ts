import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { ImportKind } from '@shared/ipc/contract'
import type { RecorderAnswer, RecorderCommand, RecordingSettings } from '@shared/ipc/recording'
import { inject, type InjectionKey } from 'vue'
import type { Client } from '../client/client'
import { useRecordingStore } from '../stores/recording'

type AnswerTo<T extends RecorderCommand['type']> = Extract<RecorderAnswer, { type: T }>

/** What a window may ask of the recorder. */
export interface RecorderCalls {
  ask<C extends RecorderCommand>(command: C): Promise<Result<AnswerTo<C['type']>, Fault>>
  configure(settings: RecordingSettings): void
  /** Lets the operator choose where exports go. */
  chooseExport(): Promise<string | null>
  /** Lets the operator choose what is imported; how many files or folders. */
  chooseImport(kind: ImportKind): Promise<number>
}

export function createRecorderCalls(client: Client): RecorderCalls {
  const recording = useRecordingStore()
  return {
    async ask(command) {
      const result = await recording.ask((request) => client.sendRecorder({ type: 'ask', request, command }))
      if (!result.ok) return result
      if (isAnswerTo(command, result.value)) return ok(result.value)
      return err({
        severity: 'medium',
        source: 'ui',
        code: 'recorderAnswer',
        message: `The recorder answered ${result.value.type} when it was asked for ${command.type}`,
        tip: 'Restart Depthdeck; please report this.'
      })
    },
    chooseExport: client.chooseExport,
    chooseImport: client.chooseImport,
    configure(settings) {
      client.sendRecorder({ type: 'settings', settings })
    }
  }
}

const isAnswerTo = <C extends RecorderCommand>(
  command: C,
  answer: RecorderAnswer
): answer is AnswerTo<C['type']> => answer.type === command.type

export const recorderKey: InjectionKey<RecorderCalls> = Symbol('recorder')

export function useRecorder(): RecorderCalls {
  const calls = inject(recorderKey)
  if (calls === undefined) throw new Error('useRecorder: nothing is provided')
  return calls
}

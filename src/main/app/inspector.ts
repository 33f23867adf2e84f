import type { Comparison, Examination, ExaminationProgress, Precision } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import { err, type Result } from '@shared/domain/result'
import type { InspectorMessage, InspectorTask, TrialLost } from '@shared/ipc/hosts'
import { createProviderWatch } from './providerWatch'

/** A process that examines bundles, as the inspector needs it. */
export interface InspectorProcess {
  send(task: InspectorTask): void
  /** Ends it at once; `onGone` is still called. */
  kill(): void
}

export interface InspectorOptions {
  readonly fork: (on: {
    readonly message: (message: InspectorMessage) => void
    readonly gone: (reason: string) => void
  }) => InspectorProcess
  readonly later: (milliseconds: number, callback: () => void) => () => void
  /** Longest trial of one execution provider. */
  readonly limitMs: number
  readonly onProgress: (progress: ExaminationProgress) => void
}

/**
 * Examines and compares bundles, each task in a process of its own. A provider that hangs or takes the process
 * with it costs that process: the task is begun again without it, and the result says what happened.
 */
export interface Inspector {
  examine(path: string, providers: 'cpu' | 'all'): Promise<Result<Examination, Fault>>
  compare(first: string, second: string): Promise<Result<Comparison, Fault>>
  cancel(): void
}

export const inspectionFault = (code: string, message: string, tip: string): Fault => ({
  severity: 'medium',
  source: 'main',
  code,
  message,
  tip
})

type Task =
  | { readonly type: 'examine'; readonly path: string; readonly providers: 'cpu' | 'all' }
  | { readonly type: 'compare'; readonly first: string; readonly second: string }

export function createInspector(options: InspectorOptions): Inspector {
  let stopCurrent: ((fault: Fault) => void) | null = null

  function run<T>(
    task: Task,
    resultOf: (message: InspectorMessage) => Result<T, Fault> | null
  ): Promise<Result<T, Fault>> {
    stopCurrent?.(
      inspectionFault('inspectionReplaced', 'Another examination was begun.', 'Open the bundle again.')
    )
    return new Promise((resolve) => {
      const lost: TrialLost[] = []
      let trying: { readonly provider: string; readonly precision: Precision } | null = null
      let doing = 'reading the bundle'
      let process: InspectorProcess | null = null
      const watch = createProviderWatch<string>({
        limitMs: options.limitMs,
        later: options.later,
        onHung: (provider) => {
          lost.push({
            provider,
            precision: null,
            reason: `it did not answer for ${options.limitMs / 1000} s`
          })
          trying = null
          process?.kill()
        }
      })
      const settle = (result: Result<T, Fault>): void => {
        stopCurrent = null
        const ended = process
        process = null
        watch.ended()
        ended?.kill()
        resolve(result)
      }
      const begin = (): void => {
        const lostBefore = lost.length
        const own = options.fork({
          message(message) {
            if (process !== own) return
            if (message.type === 'ready') own.send(withLost(task, lost))
            else if (message.type === 'progress') {
              doing = message.progress.what
              options.onProgress(message.progress)
            } else if (message.type === 'trying') {
              trying = message
              watch.trying(message.provider)
            } else {
              const result = resultOf(message)
              if (result !== null) settle(result)
            }
          },
          gone(reason) {
            if (process !== own) return
            watch.ended()
            if (trying !== null) lost.push({ ...pick(trying), reason: `its process ended (${reason})` })
            trying = null
            if (lost.length > lostBefore && task.type === 'examine') return begin()
            settle(
              err(
                inspectionFault(
                  'inspectionEnded',
                  `${lost.at(-1)?.reason ?? `The process ended (${reason})`}, at: ${doing}`,
                  'Try once more. If it stays, don’t use this bundle: it ends the process that loads it; export it again.'
                )
              )
            )
          }
        })
        process = own
      }
      stopCurrent = (fault) => settle(err(fault))
      begin()
    })
  }

  return {
    examine: (path, providers) =>
      run<Examination>({ type: 'examine', path, providers }, (message) =>
        message.type === 'examined' ? message.result : null
      ),
    compare: (first, second) =>
      run<Comparison>({ type: 'compare', first, second }, (message) =>
        message.type === 'compared' ? message.result : null
      ),
    cancel() {
      stopCurrent?.(
        inspectionFault('inspectionCancelled', 'The examination was cancelled.', 'Open the bundle again.')
      )
    }
  }
}

const pick = ({ provider, precision }: Omit<TrialLost, 'reason'>): Omit<TrialLost, 'reason'> => ({
  provider,
  precision
})

const withLost = (task: Task, lost: readonly TrialLost[]): InspectorTask =>
  task.type === 'examine' ? { ...task, lost: [...lost] } : task

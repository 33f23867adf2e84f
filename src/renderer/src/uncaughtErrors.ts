import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import type { Release } from './client/listeners'

/** One loop that throws in every frame must bury neither the messages nor main's log. */
const MAX_REPORTED = 20
const MAX_TEXT = 300
/** Chrome's note that an observer was served a frame later: no error, and nothing anyone could do. */
const BENIGN = /^ResizeObserver loop/

/** Makes a fault of every error that nothing else handles, each once. The console still shows it with its stack. */
export function watchUncaught(target: Window, report: (fault: Fault) => void): Release {
  const reported = new Set<string>()

  const tell = (text: string): void => {
    if (BENIGN.test(text) || reported.has(text) || reported.size >= MAX_REPORTED) return
    reported.add(text)
    report({
      severity: 'medium',
      source: 'ui',
      code: 'uncaught',
      message: `Unexpected error in this window: ${text.slice(0, MAX_TEXT)}`,
      tip: 'Stop works all the same. If the window shows nonsense, restart Depthdeck; please report this.'
    })
  }
  const onError = (event: ErrorEvent): void => tell(event.message)
  const onRejection = (event: PromiseRejectionEvent): void => tell(errorText(event.reason))

  target.addEventListener('error', onError)
  target.addEventListener('unhandledrejection', onRejection)
  return () => {
    target.removeEventListener('error', onError)
    target.removeEventListener('unhandledrejection', onRejection)
  }
}

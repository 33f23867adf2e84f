import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, type Result } from '@shared/domain/result'
import { inject, type InjectionKey } from 'vue'
import type { BundleKind } from '../client/bundleCalls'
import type { Client } from '../client/client'
import type { BundleJob, ProviderChoice } from '../model/bundleJob'
import { whyBusy } from '../model/bundleUse'
import { useBundlesStore } from '../stores/bundles'
import { useMessagesStore } from '../stores/messages'
import { useUiStore } from '../stores/ui'

/** Everything an operator can ask for about bundles. What makes no sense now is answered with the reason. */
export interface BundleDesk {
  /** Asks main for the recent bundles anew. */
  refresh(): Promise<void>
  /** Lets the operator choose a bundle and examines it. */
  open(kind: BundleKind): Promise<void>
  examine(path: string, providers?: ProviderChoice): Promise<void>
  compare(first: string, second: string): Promise<void>
  cancel(): Promise<void>
  forget(path: string): Promise<void>
  /** Replaces the policy in use by the chosen trial of the examined bundle. */
  use(): Promise<void>
}

type Work = Exclude<BundleJob, { kind: 'use' }>

export function createBundleDesk({ bundles: calls }: Client, nowMs: () => number): BundleDesk {
  const store = useBundlesStore()
  const messages = useMessagesStore()
  const ui = useUiStore()
  /** Main does one thing at a time: the next is asked for when the one given up has been told so. */
  let cancelled: Promise<void> = Promise.resolve()
  let choosing = false

  /** Main's answer, or a fault of our own where it gave none that can be read. */
  const answered = async <T>(call: Promise<Result<T, Fault>>): Promise<Result<T, Fault>> => {
    try {
      return await call
    } catch (error) {
      return err(unanswered(error))
    }
  }
  /** For calls whose answer is no `Result`: what went wrong goes to the messages. */
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act()
    } catch (error) {
      messages.addFault(unanswered(error), nowMs())
    }
  }

  const refresh = (): Promise<void> => attempt(async () => store.setRecent(await calls.recent()))

  const giveUp = (): void => {
    if (store.job === null || store.job.kind === 'use') return
    store.drop()
    const before = cancelled
    cancelled = attempt(async () => {
      await before
      await calls.cancel()
    })
  }

  /** A new request takes the place of what is under way, except of a replacement, which ends by itself. */
  const begin = async (job: Work): Promise<boolean> => {
    if (store.job?.kind === 'use') {
      messages.addRefusal(job.kind, whyBusy(store.job) ?? '', nowMs())
      return false
    }
    giveUp()
    store.begin(job)
    await cancelled
    return store.ask(job)
  }

  const examine = async (path: string, providers = store.providers): Promise<void> => {
    ui.policyPage = 'examined'
    const job = { kind: 'examine', path, providers } as const
    if (!(await begin(job))) return
    store.examineAnswered(job, await answered(calls.examine({ path, providers })))
    await refresh()
  }

  return {
    refresh,
    async open(kind) {
      if (choosing) return
      choosing = true
      await attempt(async () => {
        const path = await calls.choose(kind)
        if (path !== null) await examine(path)
      })
      choosing = false
    },
    examine,
    async compare(first, second) {
      const job = { kind: 'compare', first, second } as const
      if (await begin(job)) store.compareAnswered(job, await answered(calls.compare({ first, second })))
    },
    async cancel() {
      giveUp()
      await cancelled
    },
    forget: (path) => attempt(async () => store.forgot(path, await calls.forget(path))),
    async use() {
      const { examination, trial, examined } = store
      if (examination === null || trial === null || examined === null || store.job !== null) return
      const { provider, precision } = trial
      const { path } = examined.job
      const job = { kind: 'use', path, name: examination.bundle.name, provider, precision } as const
      store.begin(job)
      store.useAnswered(job, await answered(calls.use({ path, provider, precision })))
    }
  }
}

const unanswered = (error: unknown): Fault => ({
  severity: 'medium',
  source: 'ui',
  code: 'bundle-unanswered',
  message: `The main process gave no answer about a bundle: ${errorText(error)}`,
  tip: 'Try again. If this stays, restart Depthdeck; the policy in use is not touched by that.'
})

export const bundleDeskKey: InjectionKey<BundleDesk> = Symbol('bundleDesk')

export function useBundleDesk(): BundleDesk {
  const desk = inject(bundleDeskKey)
  if (desk === undefined) throw new Error('useBundleDesk: no desk is provided')
  return desk
}

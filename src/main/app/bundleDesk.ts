import { resolve } from 'node:path'
import type { Comparison, Examination, Precision, RecentBundle } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { OpenedPolicy } from '@shared/ipc/hosts'
import { inspectionFault, type Inspector } from './inspector'
import type { PolicySwitch } from './policySwitch'
import type { RecentBundles } from './recentBundles'

/** What the Policy view asks main for. The window opens nothing by path that a person has not chosen here before. */
export interface BundleDesk {
  choose(kind: 'folder' | 'zip'): Promise<string | null>
  recent(): RecentBundle[]
  forget(path: string): RecentBundle[]
  examine(path: string, providers: 'cpu' | 'all'): Promise<Result<Examination, Fault>>
  compare(first: string, second: string): Promise<Result<Comparison, Fault>>
  cancel(): void
  use(path: string, provider: string, precision: Precision): Promise<Result<OpenedPolicy, Fault>>
}

export interface BundleDeskOptions {
  readonly policy: Pick<PolicySwitch, 'use' | 'inUse'>
  readonly inspector: Inspector
  readonly recents: RecentBundles
  /** The bundle that travels with the app. */
  readonly builtIn: string
  /** Shows the system's dialog; null when it was closed. */
  readonly ask: (kind: 'folder' | 'zip') => Promise<string | null>
  readonly nowMs: () => number
}

export function createBundleDesk(options: BundleDeskOptions): BundleDesk {
  const { policy, inspector, recents } = options
  const builtIn = resolve(options.builtIn)
  const chosen = new Set<string>()

  /** The path that is checked is the one that is opened and remembered. */
  function known(given: string): Result<string, Fault> {
    const path = resolve(given)
    const openable = [builtIn, policy.inUse().bundlePath, ...chosen, ...recents.list().map((r) => r.path)]
    if (openable.some((candidate) => resolve(candidate) === path)) return ok(path)
    return err(
      inspectionFault(
        'bundleNotChosen',
        `${path} was not chosen in this app`,
        'Open it with “Open folder…” or “Open zip…”.'
      )
    )
  }

  return {
    async choose(kind) {
      const path = await options.ask(kind)
      if (path !== null) chosen.add(resolve(path))
      return path
    },
    recent: () => recents.list(),
    forget(path) {
      recents.forget(path)
      return recents.list()
    },
    async examine(given, providers) {
      const path = known(given)
      if (!path.ok) return path
      const result = await inspector.examine(path.value, providers)
      if (result.ok && path.value !== builtIn) {
        const { name, version } = result.value.bundle
        recents.add({ path: path.value, name, version, openedAt: options.nowMs() })
      }
      return result
    },
    async compare(first, second) {
      const a = known(first)
      if (!a.ok) return a
      const b = known(second)
      return b.ok ? inspector.compare(a.value, b.value) : b
    },
    cancel: () => inspector.cancel(),
    async use(given, provider, precision) {
      const path = known(given)
      if (!path.ok) return path
      // What is replaced now may be wanted back.
      chosen.add(resolve(policy.inUse().bundlePath))
      return policy.use({ bundlePath: path.value, providers: [provider], precision })
    }
  }
}

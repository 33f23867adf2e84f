import { resolve } from 'node:path'
import type { Comparison, Examination, Precision, RecentBundle } from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import { err, type Result } from '@shared/domain/result'
import type { OpenedPolicy } from '@shared/ipc/hosts'
import type { Hosts } from './hosts'
import { inspectionFault, type Inspector } from './inspector'
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
  readonly hosts: Pick<Hosts, 'usePolicy' | 'policyInUse'>
  readonly inspector: Inspector
  readonly recents: RecentBundles
  /** The bundle that travels with the app. */
  readonly builtIn: string
  /** Shows the system's dialog; null when it was closed. */
  readonly ask: (kind: 'folder' | 'zip') => Promise<string | null>
  readonly nowMs: () => number
}

export function createBundleDesk(options: BundleDeskOptions): BundleDesk {
  const { hosts, inspector, recents, builtIn } = options
  const chosen = new Set<string>()

  /** A fault for a path that nobody has chosen; null for one that may be opened. */
  function stranger(path: string): Fault | null {
    const known = [builtIn, hosts.policyInUse().bundlePath, ...chosen, ...recents.list().map((r) => r.path)]
    if (known.some((candidate) => resolve(candidate) === resolve(path))) return null
    return inspectionFault(
      'bundleNotChosen',
      `${path} was not chosen in this app`,
      'Open it with “Open folder…” or “Open zip…”.'
    )
  }

  return {
    async choose(kind) {
      const path = await options.ask(kind)
      if (path !== null) chosen.add(path)
      return path
    },
    recent: () => recents.list(),
    forget(path) {
      recents.forget(path)
      return recents.list()
    },
    async examine(path, providers) {
      const refused = stranger(path)
      if (refused !== null) return err(refused)
      const result = await inspector.examine(path, providers)
      if (result.ok && resolve(path) !== resolve(builtIn)) {
        const { name, version } = result.value.bundle
        recents.add({ path, name, version, openedAt: options.nowMs() })
      }
      return result
    },
    async compare(first, second) {
      const refused = stranger(first) ?? stranger(second)
      return refused === null ? inspector.compare(first, second) : err(refused)
    },
    cancel: () => inspector.cancel(),
    async use(path, provider, precision) {
      const refused = stranger(path)
      if (refused !== null) return err(refused)
      // What is replaced now may be wanted back.
      chosen.add(hosts.policyInUse().bundlePath)
      return hosts.usePolicy({ bundlePath: path, providers: [provider], precision })
    }
  }
}

import type { RecentBundle } from '@shared/domain/examination'
import { invokeContract, type InvokeInput, type InvokeOutput } from '@shared/ipc/contract'

export type BundleKind = InvokeInput<'bundle:choose'>['kind']

/** Calls about bundles. Each rejects only where main doesn't answer or answers something else. */
export interface BundleCalls {
  /** Asks the operator; null when nothing was chosen. */
  choose(kind: BundleKind): Promise<string | null>
  recent(): Promise<RecentBundle[]>
  /** What is left of the recent ones. */
  forget(path: string): Promise<RecentBundle[]>
  examine(input: InvokeInput<'bundle:examine'>): Promise<InvokeOutput<'bundle:examine'>>
  compare(input: InvokeInput<'bundle:compare'>): Promise<InvokeOutput<'bundle:compare'>>
  /** Ends the examination or comparison that is under way. */
  cancel(): Promise<void>
  use(input: InvokeInput<'bundle:use'>): Promise<InvokeOutput<'bundle:use'>>
}

export function createBundleCalls({ calls }: DepthdeckBridge): BundleCalls {
  return {
    choose: async (kind) =>
      invokeContract['bundle:choose'].output.parse(await calls['bundle:choose']({ kind })),
    recent: async () => invokeContract['bundle:recent'].output.parse(await calls['bundle:recent']()),
    forget: async (path) =>
      invokeContract['bundle:forget'].output.parse(await calls['bundle:forget']({ path })),
    examine: async (input) =>
      invokeContract['bundle:examine'].output.parse(await calls['bundle:examine'](input)),
    compare: async (input) =>
      invokeContract['bundle:compare'].output.parse(await calls['bundle:compare'](input)),
    async cancel() {
      await calls['bundle:cancel']()
    },
    use: async (input) => invokeContract['bundle:use'].output.parse(await calls['bundle:use'](input))
  }
}

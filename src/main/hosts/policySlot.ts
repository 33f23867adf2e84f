import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import type { OpenedPolicy, PolicyHostConfig } from '@shared/ipc/hosts'
import type { PolicyBackend } from '../policy/backend'

/** The one place for a loaded policy. Loads are done one after another; a swap happens whole or not at all. */
export interface PolicySlot {
  /** The policy this process starts with. */
  load(config: PolicyHostConfig): Promise<Result<OpenedPolicy, Fault>>
  /** Another one in its place, unless a run is under way before or after it was loaded. */
  replace(config: PolicyHostConfig): Promise<Result<OpenedPolicy, Fault>>
}

export interface PolicySlotOptions {
  readonly open: (config: PolicyHostConfig) => Promise<Result<PolicyBackend, Fault>>
  /** Whether the robot is engaged, or will be by itself. */
  readonly runUnderWay: () => boolean
  /** From now on this backend is the policy; the one before gets nothing more to do. */
  readonly take: (backend: PolicyBackend, config: PolicyHostConfig) => void
}

export function createPolicySlot({ open, runUnderWay, take }: PolicySlotOptions): PolicySlot {
  let current: PolicyBackend | null = null
  let last: Promise<unknown> = Promise.resolve()

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }

  async function put(backend: PolicyBackend, config: PolicyHostConfig): Promise<Result<OpenedPolicy, Fault>> {
    const before = current
    current = backend
    take(backend, config)
    await before?.dispose()
    return ok({ name: backend.info.name, version: backend.info.version })
  }

  return {
    load: (config) =>
      inTurn(async () => {
        const opened = await open(config)
        return opened.ok ? put(opened.value, config) : opened
      }),
    replace: (config) =>
      inTurn(async () => {
        if (runUnderWay()) return err(underWayFault())
        const opened = await open(config)
        if (!opened.ok) return opened
        if (!runUnderWay()) return put(opened.value, config)
        await opened.value.dispose()
        return err(underWayFault())
      })
  }
}

const underWayFault = (): Fault => ({
  severity: 'medium',
  source: 'policy',
  code: 'policyEngaged',
  message: 'A run is under way: its policy can’t be replaced',
  tip: 'Stop the robot or end the run, then use the other bundle.'
})

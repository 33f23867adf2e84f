import { inject, type InjectionKey } from 'vue'
import type { Fault } from '@shared/domain/fault'
import type { InvokeInput } from '@shared/ipc/contract'
import type { Client } from '../client/client'
import { useAppStore } from '../stores/app'
import { useMessagesStore } from '../stores/messages'
import { useRefinementStore } from '../stores/refinement'

/** Where pictures of charts go, and what is said under them. */
export interface ChartSaving {
  save(picture: InvokeInput<'chart:save'>): Promise<void>
  /** `Depthdeck 0.1.0 · policy 1.0.0 · 2026-…`; `source`: what it is of instead of the policy in use. */
  caption(at: Date, source?: string): string
  say(title: string, tip: string): void
}

export function createChartSaving(client: Pick<Client, 'saveChart'>, nowMs: () => number): ChartSaving {
  const app = useAppStore()
  const refinement = useRefinementStore()
  const messages = useMessagesStore()
  const fail = (fault: Fault): void => messages.addFault(fault, nowMs())
  return {
    async save(picture) {
      const saved = await client.saveChart(picture)
      if (!saved.ok) return fail(saved.error)
      if (saved.value.path !== null)
        messages.addNotice('chart-saved', 'The chart was saved', saved.value.path, nowMs())
    },
    caption(at, source) {
      const { info } = refinement
      const of = source ?? (info ? `${info.name} ${info.version}` : null)
      return [
        `Depthdeck ${app.info?.version ?? ''}`.trim(),
        ...(of === null ? [] : [of]),
        at.toISOString()
      ].join(' · ')
    },
    say: (title, tip) => messages.addNotice('chart-unsaved', title, tip, nowMs())
  }
}

export const chartSavingKey: InjectionKey<ChartSaving> = Symbol('chartSaving')

export function useSaveChart(): ChartSaving {
  const saving = inject(chartSavingKey)
  if (saving === undefined) throw new Error('useSaveChart: nothing is provided')
  return saving
}

import { hasInjectionContext, inject, type InjectionKey } from 'vue'

/**
 * When charts may be drawn anew: each costs tens of milliseconds, and where pictures are waited for these come first.
 * Live, charts never wait.
 */
export type ChartTurn = () => Promise<void>
export const chartTurnKey: InjectionKey<ChartTurn> = Symbol('chartTurn')
export const useChartTurn = (): ChartTurn | null =>
  hasInjectionContext() ? inject(chartTurnKey, null) : null

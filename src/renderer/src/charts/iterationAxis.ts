import type { Palette } from '../composables/usePalette'
import { labelledEvery } from '../model/axisExtents'
import { NUMBER_FONT } from './echarts'

/** How numbers at axes are written. */
export const axisLabelStyle = (palette: Palette) => ({
  color: palette.dim,
  fontFamily: NUMBER_FONT,
  fontSize: 11
})

/** The x axis of curves over k = 1…endK: a grid line's place for each k, a number where there is room. */
export function iterationAxis(endK: number, palette: Palette, firstLabel: string) {
  const every = labelledEvery(endK)
  return {
    type: 'value' as const,
    min: 1,
    max: endK,
    interval: 1,
    axisLine: { onZero: false, lineStyle: { color: palette.line } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      ...axisLabelStyle(palette),
      hideOverlap: false,
      formatter: (k: number) => (k === 1 ? firstLabel : k % every === 0 ? String(k) : '')
    }
  }
}

import type { Palette } from '../composables/usePalette'
import type { DecadeExtent } from '../model/axisExtents'
import type { ScopeCurve, ScopePoint } from '../model/scopeModel'
import { curveStyle } from './curveStyle'
import type { ChartOption } from './echarts'
import { axisLabelStyle, iterationAxis } from './iterationAxis'
import { SCOPE_MARGIN } from './scopeLayout'

export interface ScopeData {
  readonly curves: readonly ScopeCurve[]
  /** The ruled signal of earlier predictions, oldest first. */
  readonly ghosts: readonly (readonly ScopePoint[])[]
  readonly endK: number
  readonly decades: DecadeExtent
  readonly stop: ScopePoint | null
}

const exponentText = (value: number): string => `1e${Math.round(Math.log10(value))}`

/** Data in, chart out: log y over whole decades, x = k. */
export function scopeOption(data: ScopeData, palette: Palette): ChartOption {
  const label = axisLabelStyle(palette)
  return {
    animation: false,
    grid: { ...SCOPE_MARGIN, outerBoundsMode: 'none' },
    xAxis: iterationAxis(data.endK, palette, 'k 1'),
    yAxis: {
      type: 'log',
      min: 10 ** data.decades.minExponent,
      max: 10 ** data.decades.maxExponent,
      axisLabel: { ...label, formatter: exponentText },
      splitLine: { lineStyle: { color: palette.grid } }
    },
    series: [
      ...data.ghosts.map((points, index) => {
        const opacity = 0.14 + (0.3 * (index + 1)) / data.ghosts.length
        return {
          type: 'line' as const,
          data: points.map(([k, value]) => [k, value]),
          // A prediction that stopped at k = 2 has one signal: no line, but it was there.
          symbol: points.length === 1 ? 'circle' : 'none',
          symbolSize: 4,
          silent: true,
          lineStyle: { color: palette.dim, width: 1.2, opacity },
          itemStyle: { color: palette.dim, opacity },
          z: 1
        }
      }),
      ...data.curves.map((curve) => {
        const style = curveStyle(curve.signal)
        const main = curve.signal === 'actionMse'
        return {
          type: 'line' as const,
          data: curve.points.map(([k, value]) => [k, value]),
          symbol: style.symbol,
          symbolSize: main ? 7 : 6,
          showAllSymbol: true,
          silent: true,
          lineStyle: { color: palette[style.colour], width: main ? 2.4 : 1.8, type: style.dash },
          itemStyle: { color: palette[style.colour] },
          z: main ? 4 : 3
        }
      }),
      {
        type: 'scatter' as const,
        data: data.stop === null ? [] : [[data.stop[0], data.stop[1]]],
        symbol: 'circle',
        symbolSize: 15,
        silent: true,
        itemStyle: { color: 'transparent', borderColor: palette.text, borderWidth: 2 },
        z: 5
      }
    ]
  }
}

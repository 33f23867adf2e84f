import type { Palette } from '../composables/usePalette'
import { iterationAxisEnd } from '../model/axisExtents'
import type { DepthCurve } from '../model/comparisonText'
import type { CurveStyle } from './curveStyle'
import type { ChartOption } from './echarts'
import { axisLabelStyle, iterationAxis } from './iterationAxis'

/** First and second bundle, and what lies between them: never told apart by colour alone. */
export const FIRST_STYLE: CurveStyle = { colour: 'action', dash: 'solid', symbol: 'circle' }
export const SECOND_STYLE: CurveStyle = { colour: 'latent', dash: [6, 4], symbol: 'rect' }
export const BETWEEN_STYLE: CurveStyle = { colour: 'third', dash: [2, 3], symbol: 'triangle' }

export interface StyledCurve extends DepthCurve {
  readonly style: CurveStyle
}

export interface DepthData {
  readonly curves: readonly StyledCurve[]
  /** What is measured, with its unit: stands at the y axis. */
  readonly measure: string
}

const MARGIN = { left: 52, right: 16, top: 30, bottom: 40 } as const

/** Data in, chart out: linear y from 0, because differences may vanish; x = k. */
export function depthOption({ curves, measure }: DepthData, palette: Palette): ChartOption {
  const label = axisLabelStyle(palette)
  const endK = iterationAxisEnd(Math.max(1, ...curves.map(({ values }) => values.length)))
  return {
    animation: false,
    grid: { ...MARGIN, outerBoundsMode: 'none' },
    xAxis: {
      ...iterationAxis(endK, palette, '1'),
      name: 'iterations k',
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: label
    },
    yAxis: {
      type: 'value',
      min: 0,
      splitNumber: 4,
      name: measure,
      nameLocation: 'end',
      nameGap: 12,
      nameTextStyle: { ...label, align: 'left', padding: [0, 0, 0, 8 - MARGIN.left] },
      axisLabel: label,
      splitLine: { lineStyle: { color: palette.grid } }
    },
    series: [
      ...curves.map(({ values, style }) => ({
        type: 'line' as const,
        data: values.map((value, index) => [index + 1, value]),
        symbol: style.symbol,
        symbolSize: 6,
        showAllSymbol: true,
        silent: true,
        lineStyle: { color: palette[style.colour], width: 2, type: style.dash },
        itemStyle: { color: palette[style.colour] },
        z: 3
      })),
      {
        type: 'scatter' as const,
        data: curves.flatMap(({ values, medianK }) => {
          const value = medianK === null ? undefined : values[medianK - 1]
          return medianK === null || value === undefined ? [] : [[medianK, value]]
        }),
        symbol: 'circle',
        symbolSize: 15,
        silent: true,
        itemStyle: { color: 'transparent', borderColor: palette.text, borderWidth: 2 },
        z: 5
      }
    ]
  }
}

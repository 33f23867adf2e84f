import { LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, MarkAreaComponent } from 'echarts/components'
import { use, type ComposeOption } from 'echarts/core'
import type { LineSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import type {
  GridComponentOption,
  MarkAreaComponentOption,
  MarkLineComponentOption
} from 'echarts/components'
import { CanvasRenderer } from 'echarts/renderers'

/** The only parts of ECharts that Depthdeck ships. Its HTML tooltip is left out: it writes inline styles. */
use([CanvasRenderer, LineChart, ScatterChart, GridComponent, MarkLineComponent, MarkAreaComponent])

export type ChartOption = ComposeOption<
  | LineSeriesOption
  | ScatterSeriesOption
  | GridComponentOption
  | MarkLineComponentOption
  | MarkAreaComponentOption
>
/** A chart takes tens of milliseconds to lay out and draw, and the window's thread has a stop button to serve. */
export const CHART_EVERY_MS = 120

export const NUMBER_FONT = "'JetBrains Mono Variable', monospace"

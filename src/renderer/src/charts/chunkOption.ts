import type { Palette } from '../composables/usePalette'
import { toDisplay, type ActionAxis } from '../model/actionDims'
import { dimensionValues } from '../model/chunkEdit'
import { NUMBER_FONT, type ChartOption } from './echarts'
import type { ChunkCell } from './chunkLayout'

export interface ChunkData {
  readonly axes: readonly ActionAxis[]
  readonly steps: number
  /** Normalised T×A chunk on show; null while none is decoded. */
  readonly chunk: Float32Array | null
  /** The same as a person edited it. */
  readonly edited: Float32Array | null
  /** Chunks of earlier iterations, oldest first. */
  readonly ghosts: readonly Float32Array[]
  /** Actions that will be executed, and that were already; null while undecided. */
  readonly horizon: number | null
  readonly executed: number | null
}

/** Axis end padding, so that a point at ±1 isn't cut in half. */
const PAD = 0.09

/** Display-unit range a cell spans. */
export function cellRange(axis: ActionAxis): { min: number; max: number } {
  const pad = (axis.max - axis.min) * PAD
  return { min: axis.min - pad, max: axis.max + pad }
}

/** Position of a normalised value on a cell's axis, 0…1. */
export function cellFraction(axis: ActionAxis, normalised: number): number {
  const { min, max } = cellRange(axis)
  return (toDisplay(axis, normalised) - min) / (max - min)
}

const tick = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1)

/** Small multiples, one per action dimension, in the bundle's units. */
export function chunkOption(data: ChunkData, cells: readonly ChunkCell[], palette: Palette): ChartOption {
  const { axes, steps } = data
  const label = { color: palette.faint, fontFamily: NUMBER_FONT, fontSize: 10 }
  const line = (chunk: Float32Array, dim: number): [number, number][] => {
    const axis = axes[dim]
    if (axis === undefined) return []
    return dimensionValues(chunk, axes.length, dim).map((value, step) => [step + 1, toDisplay(axis, value)])
  }
  const series: ChartOption['series'] = axes.flatMap((axis, dim) => {
    const base = {
      type: 'line' as const,
      xAxisIndex: dim,
      yAxisIndex: dim,
      silent: true,
      step: axis.gripper ? ('end' as const) : (false as const)
    }
    return [
      ...data.ghosts.map((ghost, index) => ({
        ...base,
        data: line(ghost, dim),
        symbol: 'none',
        lineStyle: {
          color: palette.action,
          width: 1.3,
          opacity: 0.25 + (0.25 * index) / Math.max(1, data.ghosts.length - 1)
        },
        z: 2
      })),
      {
        ...base,
        data: data.chunk === null ? [] : line(data.chunk, dim),
        symbol: 'circle',
        showAllSymbol: true,
        symbolSize: 6,
        itemStyle: { color: palette.panel, borderColor: palette.action, borderWidth: 1.6 },
        lineStyle: { color: palette.action, width: 2.1, opacity: data.edited === null ? 1 : 0.45 },
        z: 3,
        ...marks(data, palette)
      },
      {
        ...base,
        data:
          data.edited === null
            ? []
            : editedPoints(line(data.edited, dim), line(data.chunk ?? data.edited, dim)),
        showAllSymbol: true,
        symbolSize: 10,
        itemStyle: { color: palette.human },
        lineStyle: { color: palette.human, width: 2, type: [5, 3] },
        z: 4
      }
    ]
  })
  const numbered = numberedSteps(cells[0]?.width ?? 0, steps)
  return {
    animation: false,
    grid: cells.map((cell) => ({
      ...cell,
      outerBoundsMode: 'none' as const,
      show: true,
      borderColor: palette.grid,
      backgroundColor: 'transparent'
    })),
    xAxis: axes.map((_, dim) => ({
      gridIndex: dim,
      type: 'value' as const,
      min: 0.5,
      max: steps + 0.5,
      interval: 1,
      axisLine: { show: false },
      axisTick: { show: false, customValues: numbered },
      splitLine: { show: false },
      axisLabel: { ...label, margin: 4, customValues: numbered, formatter: (step: number) => String(step) }
    })),
    yAxis: axes.map((axis, dim) => {
      const { min, max } = cellRange(axis)
      return {
        gridIndex: dim,
        type: 'value' as const,
        min,
        max,
        axisLine: { show: false },
        axisTick: { show: false, customValues: [axis.min, axis.offset, axis.max] },
        splitLine: { show: false },
        axisLabel: {
          ...label,
          margin: 5,
          customValues: [axis.min, axis.offset, axis.max],
          formatter: (value: number) => tick(value)
        }
      }
    }),
    series
  }
}

/** Only what a person changed is marked: the rest of the line is the policy's. */
const editedPoints = (edited: [number, number][], before: [number, number][]) =>
  edited.map((value, step) => ({ value, symbol: value[1] === before[step]?.[1] ? 'none' : 'diamond' }))

const MIN_TICK_PIXELS = 16
/** The steps that have room for their number below, from 1 on. */
export function numberedSteps(width: number, steps: number): number[] {
  const every = Math.max(1, Math.ceil((steps * MIN_TICK_PIXELS) / Math.max(1, width)))
  return Array.from({ length: Math.ceil(steps / every) }, (_, index) => 1 + index * every)
}

/** Execution horizon and what was executed so far. */
function marks(data: ChunkData, palette: Palette): object {
  const lines = [
    ...(data.horizon === null || data.horizon >= data.steps ? [] : [{ xAxis: data.horizon + 0.5 }])
  ]
  const done = data.executed ?? 0
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      label: { show: false },
      lineStyle: { color: palette.dim, type: [4, 3], width: 1.2 },
      data: lines
    },
    markArea: {
      silent: true,
      animation: false,
      itemStyle: { color: palette.ok, opacity: 0.14 },
      data: done > 0 ? [[{ xAxis: 0.5 }, { xAxis: done + 0.5 }]] : []
    }
  }
}

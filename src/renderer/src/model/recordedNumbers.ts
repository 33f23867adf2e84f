import type { NumberFrame } from './replayTimeline'

/** One number of every frame: what was measured, and what was asked for. */
export interface TraceRow {
  readonly name: string
  readonly state: readonly number[] | null
  readonly action: readonly number[] | null
}

const STATE = 'observation.state'
const ACTION = 'action'

/** State and action of the same joints share a row; every other number has one of its own. */
export function traceRows(frames: readonly NumberFrame[]): TraceRow[] {
  const [first] = frames
  if (!first) return []
  const names = new Map(
    first.numbers.map(({ feature, names, values }) => [feature, namesOf(feature, names, values)])
  )
  const series = (feature: string, index: number): number[] =>
    frames.map(({ numbers }) => numbers.find((each) => each.feature === feature)?.values[index] ?? NaN)
  const states = names.get(STATE) ?? []
  const actions = names.get(ACTION) ?? []
  const arePairs = states.length === actions.length
  const rows: TraceRow[] = states.map((name, index) => ({
    name: short(name),
    state: series(STATE, index),
    action: arePairs ? series(ACTION, index) : null
  }))
  if (!arePairs)
    rows.push(
      ...actions.map((name, index) => ({
        name: `action ${short(name)}`,
        state: null,
        action: series(ACTION, index)
      }))
    )
  for (const [feature, listed] of names) {
    if (feature === STATE || feature === ACTION) continue
    rows.push(...listed.map((name, index) => ({ name, state: series(feature, index), action: null })))
  }
  return rows
}

const namesOf = (feature: string, names: readonly string[], values: readonly number[]): string[] =>
  values.map((_, index) => names[index] ?? (values.length === 1 ? feature : `${feature}[${index}]`))

/** LeRobot's joints are called `shoulder_pan.pos`. */
const short = (name: string): string => name.replace(/\.pos$/, '').replace('observation.', '')

/** No screen has more places for them. */
const MAX_POINTS = 300

/** Points of SVG polylines on one common scale, `null` for a series that isn't there. */
export function sparkline(
  series: readonly (readonly number[] | null)[],
  width: number,
  height: number
): (string | null)[] {
  const finite = series.flatMap((values) => (values ?? []).filter(Number.isFinite))
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity)
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity)
  const span = high > low ? high - low : 1
  return series.map((values) => {
    if (!values || values.length === 0) return null
    const step = Math.max(1, Math.ceil(values.length / MAX_POINTS))
    return values
      .flatMap((value, index) => {
        if (index % step !== 0 || !Number.isFinite(value)) return []
        const x = (index / Math.max(1, values.length - 1)) * width
        const y = height - 1 - ((value - low) / span) * (height - 2)
        return [`${x.toFixed(1)},${y.toFixed(1)}`]
      })
      .join(' ')
  })
}

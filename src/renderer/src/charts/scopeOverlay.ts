import type { Palette } from '../composables/usePalette'
import type { ScopeCurve, ScopePoint } from '../model/scopeModel'
import { escaped } from './chartPicture'
import { curveStyle } from './curveStyle'
import {
  SCOPE_MARGIN,
  xOfIteration,
  yOfValue,
  type ScopeFrame,
  type ScopeMark,
  type ScopeThresholdData
} from './scopeLayout'

/** What the page draws over the scope, for a picture of it: the threshold, and why refinement stopped. */
export function scopeOverlay(
  frame: ScopeFrame,
  shown: {
    readonly threshold: ScopeThresholdData | null
    readonly stop: ScopePoint | null
    readonly stopText: string | null
    readonly marks: readonly ScopeMark[]
    readonly curves: readonly Pick<ScopeCurve, 'label' | 'signal'>[]
  },
  palette: Palette
): string {
  const text = (x: number, y: number, words: string): string =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-family="monospace" font-size="11" fill="${palette.text}">${escaped(words)}</text>`
  const { threshold, stop, stopText, marks, curves } = shown
  const parts = curves.map(({ label, signal }, index) => {
    const colour = palette[curveStyle(signal).colour]
    const y = SCOPE_MARGIN.top + 12 + 16 * index
    return `<text x="${frame.width - SCOPE_MARGIN.right - 6}" y="${y}" text-anchor="end" font-family="monospace" font-size="11" font-weight="600" fill="${colour}">${escaped(label)}</text>`
  })
  if (threshold) {
    const y = yOfValue(frame, threshold.value)
    parts.push(
      `<line x1="${SCOPE_MARGIN.left}" x2="${frame.width - SCOPE_MARGIN.right}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" stroke="${palette.dim}" stroke-dasharray="4 3"/>`,
      text(SCOPE_MARGIN.left + 6, y - 5, `${threshold.signal} < ${threshold.value.toExponential(1)}`)
    )
  }
  if (stop && stopText !== null) {
    const x = xOfIteration(frame, stop[0])
    parts.push(
      `<line x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="${SCOPE_MARGIN.top}" y2="${frame.height - SCOPE_MARGIN.bottom}" stroke="${palette.text}"/>`,
      text(x + 6, SCOPE_MARGIN.top + 11, `K = ${stop[0]} · ${stopText}`)
    )
  }
  for (const { k, held } of marks) {
    const [x, y] = [xOfIteration(frame, k).toFixed(1), frame.height - SCOPE_MARGIN.bottom - 26]
    parts.push(
      `<text x="${x}" y="${y}" text-anchor="middle" font-size="13" fill="${palette.human}">${held ? '◆' : '◇'}</text>`
    )
  }
  return parts.join('')
}

/** One bar of the strip as the chart needs it; `id` null is the prediction in progress. */
export interface StripBar {
  readonly id: number | null
  readonly k: number
  /** Fraction of the chunk that is executed, 0…1; null while undecided. */
  readonly horizonShare: number | null
  readonly human: boolean
  readonly rejected: boolean
  /** The first bar of an episode starts a new group. */
  readonly startsEpisode: boolean
  readonly episode: number
  readonly index: number
  /** Inference stages, milliseconds, in the order of STAGE_STYLES; empty while undecided. */
  readonly inferenceMs: readonly number[]
  /** Queue and execution, milliseconds; null while unknown. */
  readonly motionMs: readonly [queue: number, execute: number] | null
}

export const BAR_PITCH = 22
export const BAR_WIDTH = 16

/** Index of the bar under a horizontal position in the scrolled content; null between and beyond bars. */
export function barAt(contentX: number, count: number): number | null {
  const index = Math.floor(contentX / BAR_PITCH)
  return index >= 0 && index < count ? index : null
}

/** Bars that are at least partly visible, as a half-open range. */
export function visibleBars(
  scrollLeft: number,
  width: number,
  count: number
): readonly [from: number, to: number] {
  return [
    Math.max(0, Math.floor(scrollLeft / BAR_PITCH)),
    Math.min(count, Math.ceil((scrollLeft + width) / BAR_PITCH))
  ]
}

/** Top of the K scale: round, and never so low that ordinary predictions fill it. */
export function kScaleEnd(largestK: number): number {
  return [8, 12, 16, 24, 32].find((end) => largestK <= end) ?? 32
}

/** Milliseconds that fill the stage bars' height: nine of ten fit, so that one slow start doesn't flatten the rest. */
export function stageScale(totalsMs: readonly number[]): number {
  const sorted = totalsMs.filter((ms) => ms > 0).sort((a, b) => a - b)
  return sorted[Math.ceil(0.9 * sorted.length) - 1] ?? 1
}

/** Where to scroll so that a bar is wholly in view; the present place where it is already. */
export function scrollToBar(index: number, scrollLeft: number, width: number): number {
  const left = index * BAR_PITCH
  if (left < scrollLeft) return left
  return Math.max(scrollLeft, left + BAR_PITCH - width)
}

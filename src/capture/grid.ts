/** A camera's constant grid on the main side's clock: which places are due, so that none is left out. */
export interface Grid {
  readonly periodNanos: number
  /** Places since the last call, oldest first; a stall longer than `MAX_FILLED` is a hole. */
  due(nowNanos: number): { readonly places: readonly number[]; readonly hole: boolean }
}

/** A second of pictures may be repeated after a stall; more would keep the machine busy with the past. */
const MAX_FILLED_SECONDS = 1

export function createGrid(framesPerSecond: number): Grid {
  const periodNanos = Math.round(1e9 / framesPerSecond)
  const maxFilled = Math.ceil(MAX_FILLED_SECONDS * framesPerSecond)
  let last: number | null = null
  return {
    periodNanos,
    due(nowNanos) {
      const now = Math.floor(nowNanos / periodNanos)
      const first = last === null ? now : last + 1
      const from = Math.max(first, now - maxFilled + 1)
      if (last === null || now > last) last = now
      const places = Array.from(
        { length: Math.max(0, now - from + 1) },
        (_, index) => (from + index) * periodNanos
      )
      return { places, hole: from > first }
    }
  }
}

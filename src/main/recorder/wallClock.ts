/** Wall-clock time of instants on the main side's monotonic clock, from one reading of both. */
export interface WallClock {
  readonly wallNanos: bigint
  readonly nanos: number
  toWall(nanos: number): bigint
}

export const wallClock = (wallNanos: bigint, nanos: number): WallClock => ({
  wallNanos,
  nanos,
  toWall: (instant) => wallNanos + BigInt(Math.round(instant - nanos))
})

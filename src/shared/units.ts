/** Radians, seconds and metres inside; these are the only conversions, for people and for file formats. */
export const NANOS_PER_MILLI = 1_000_000
export const NANOS_PER_SECOND = 1_000_000_000

export const radiansToDegrees = (radians: number): number => (radians * 180) / Math.PI
export const nanosToMillis = (nanos: number): number => nanos / NANOS_PER_MILLI
export const millisToNanos = (millis: number): number => millis * NANOS_PER_MILLI
export const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))

/** The main side's one monotonic clock, nanoseconds; the same in every process of this machine. */
export const hostNanos = (): number => Number(process.hrtime.bigint())

/** For stage latencies, milliseconds. */
export const hostMillis = (): number => hostNanos() / 1e6

import type { InputLatency } from '../domain/teleop'
export interface LatencyStats { add(inputNanos: number, commandNanos: number): void; view(): InputLatency | null }
export const createLatencyStats = (): LatencyStats => ({ add: () => undefined, view: () => null })

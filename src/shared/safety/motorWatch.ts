import type { MotionCause } from '../domain/robot'
export interface MotorWatch {
  observe(
    motors: readonly unknown[],
    nowNanos: number
  ): { hold: MotionCause | null; warnings: readonly string[] }
  reset(): void
}
export const createMotorWatch = (_: unknown): MotorWatch => ({
  observe: () => ({ hold: null, warnings: [] }),
  reset: () => undefined
})

import type { Client } from '../client/client'
import { useAppStore } from '../stores/app'
import { useAnimationFrame } from './useAnimationFrame'

const INTERVAL_MS = 1000

/** Tells main how many frames were drawn each second, while a headless run measures them. */
export function useFrameReport(client: Client): void {
  const app = useAppStore()
  let frames = 0
  let startedMs: number | null = null

  useAnimationFrame((nowMs) => {
    startedMs ??= nowMs
    frames++
    const elapsed = nowMs - startedMs
    if (elapsed < INTERVAL_MS) return
    if (app.info?.headless === true) client.reportFrames(frames - 1, elapsed)
    frames = 1
    startedMs = nowMs
  })
}

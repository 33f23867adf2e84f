import { onScopeDispose } from 'vue'

/** Calls `draw` with `performance.now` before every repaint until the scope ends. */
export function useAnimationFrame(draw: (nowMs: number) => void): void {
  let handle = requestAnimationFrame(function frame() {
    handle = requestAnimationFrame(frame)
    draw(performance.now())
  })
  onScopeDispose(() => cancelAnimationFrame(handle))
}

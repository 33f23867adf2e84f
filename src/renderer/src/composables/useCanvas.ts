import { onMounted, onScopeDispose, shallowRef, type Ref } from 'vue'

export interface CanvasSurface {
  readonly context: CanvasRenderingContext2D
  /** CSS pixels; the context is scaled to device pixels already. */
  readonly width: number
  readonly height: number
}

/** Keeps a canvas as sharp as the display: its backing store follows its CSS size and devicePixelRatio. */
export function useCanvas(
  canvas: Ref<HTMLCanvasElement | null>,
  onResize?: () => void
): () => CanvasSurface | null {
  const size = shallowRef({ width: 0, height: 0 })
  let observer: ResizeObserver | null = null

  onMounted(() => {
    const element = canvas.value
    if (element === null) return
    observer = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight }
      onResize?.()
    })
    observer.observe(element)
    size.value = { width: element.clientWidth, height: element.clientHeight }
  })
  onScopeDispose(() => observer?.disconnect())

  return () => {
    const element = canvas.value
    const { width, height } = size.value
    const context = element?.getContext('2d') ?? null
    if (element === null || context === null || width === 0 || height === 0) return null
    const ratio = window.devicePixelRatio
    const deviceWidth = Math.round(width * ratio)
    const deviceHeight = Math.round(height * ratio)
    if (element.width !== deviceWidth || element.height !== deviceHeight) {
      element.width = deviceWidth
      element.height = deviceHeight
    }
    context.setTransform(deviceWidth / width, 0, 0, deviceHeight / height, 0, 0)
    return { context, width, height }
  }
}

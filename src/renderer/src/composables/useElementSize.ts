import { onMounted, onScopeDispose, shallowReadonly, shallowRef, type Ref } from 'vue'

/** CSS size of an element, followed while the scope lives. */
export function useElementSize(
  element: Ref<HTMLElement | null>
): Readonly<Ref<{ width: number; height: number }>> {
  const size = shallowRef({ width: 0, height: 0 })
  const observer = new ResizeObserver(() => {
    if (element.value === null) return
    size.value = { width: element.value.clientWidth, height: element.value.clientHeight }
  })
  onMounted(() => {
    if (element.value !== null) observer.observe(element.value)
  })
  onScopeDispose(() => observer.disconnect())
  return shallowReadonly(size)
}

import { watch } from 'vue'
import { useUiStore } from '../stores/ui'

/**
 * A popover or menu that Ctrl+. closes (Esc belongs to the robot). Closed like that it must not hand the focus
 * to its trigger: Enter would open it again where people mean Resume.
 */
export function useLayer(isOpen: () => boolean, close: () => void): (event: Event) => void {
  const ui = useUiStore()
  let closedByKey = false
  watch(
    () => ui.layersClosed,
    () => {
      closedByKey = isOpen()
      if (closedByKey) close()
    }
  )
  return (event) => {
    if (!closedByKey) return
    closedByKey = false
    event.preventDefault()
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  }
}

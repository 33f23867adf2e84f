import type { WebContents } from 'electron'

/** Keys that stop the robot, always and everywhere. */
const STOP_KEYS: readonly string[] = ['Escape', 'F12']

export interface StopControls {
  /** The page says so: a press tells main no place in every Electron (25 has none). */
  pointerOverStop(over: boolean): void
}

/**
 * The stop keys and presses of the stop button, heard before the page hears them: they stop the robot while the window's
 * own thread hangs or draws. The page stops by them too; two stops are one. A window that hangs can't tell that the pointer
 * has left the button: then any press stops, which errs on the right side.
 */
export function listenForStops(
  contents: Pick<WebContents, 'on'>,
  stop: (reason: string) => void
): StopControls {
  let overStop = false
  contents.on('before-input-event', (_event, { type, key, isAutoRepeat }) => {
    if (type === 'keyDown' && !isAutoRepeat && STOP_KEYS.includes(key)) stop(`by the operator (${key})`)
  })
  contents.on('input-event', (_event, { type }) => {
    if (type === 'mouseDown' && overStop) stop('by the operator')
  })
  // A new page knows of no pointer before it moves.
  contents.on('did-start-loading', () => {
    overStop = false
  })
  return {
    pointerOverStop(over) {
      overStop = over
    }
  }
}

import type { WebContents } from 'electron'

/**
 * The stop keys, heard before the page is: they stop the robot while the window's own thread hangs or draws. The page
 * stops by them too; two stops are one.
 */
const STOP_KEYS: readonly string[] = ['Escape', 'F12']

export function listenForStopKeys(contents: Pick<WebContents, 'on'>, stop: (reason: string) => void): void {
  contents.on('before-input-event', (_event, { type, key, isAutoRepeat }) => {
    if (type === 'keyDown' && !isAutoRepeat && STOP_KEYS.includes(key)) stop(`by the operator (${key})`)
  })
}

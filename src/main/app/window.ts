import { setPriority } from 'node:os'
import { join } from 'node:path'
import { BrowserWindow, Menu } from 'electron'
import { CAPTURE_PAGE, pageUrl, UI_PAGE } from './uiScheme'

const UI_NICENESS = 5

export interface WindowOptions {
  /** Folder of the built preloads: only an entry knows where it lies. */
  readonly preloads: string
  /** Vite's address in `npm run dev`; otherwise the built UI is shown. */
  readonly devUrl: string | undefined
  readonly onGone: (reason: string) => void
}

/** Every window of ours: sandboxed, isolated, without Node, and never throttled. */
const webPreferences = (preload: string): Electron.WebPreferences => ({
  preload,
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  spellcheck: false,
  backgroundThrottling: false
})

/** Raising niceness is open to everyone: a picture may be late, the robot's loop may not. */
function comesAfterTheRobot({ webContents }: BrowserWindow): void {
  webContents.on('did-finish-load', () => {
    try {
      setPriority(webContents.getOSProcessId(), UI_NICENESS)
    } catch {
      // Where the system refuses, the loop's measured period error shows what it costs.
    }
  })
}

/** The operator's window; its heartbeat keeps the robot moving. */
export function createOperatorWindow({ preloads, devUrl, onGone }: WindowOptions): BrowserWindow {
  Menu.setApplicationMenu(null)
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1100,
    minHeight: 700,
    useContentSize: true,
    show: false,
    backgroundColor: '#17191c',
    title: 'Depthdeck',
    webPreferences: webPreferences(join(preloads, 'index.cjs'))
  })
  window.once('ready-to-show', () => window.show())
  comesAfterTheRobot(window)
  window.webContents.on('render-process-gone', (_event, details) => onGone(details.reason))
  void window.loadURL(pageUrl(UI_PAGE, devUrl))
  return window
}

export interface CaptureWindowOptions {
  readonly preloads: string
  readonly devUrl: string | undefined
  /** The page is there (again): it wants its ports. */
  readonly onLoaded: () => void
  readonly onGone: (reason: string) => void
}

/** The hidden window that cameras are captured and encoded in. */
export function createCaptureWindow({
  preloads,
  devUrl,
  onLoaded,
  onGone
}: CaptureWindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    show: false,
    width: 320,
    height: 240,
    skipTaskbar: true,
    title: 'Depthdeck cameras',
    webPreferences: webPreferences(join(preloads, 'capture.cjs'))
  })
  comesAfterTheRobot(window)
  window.webContents.on('did-finish-load', onLoaded)
  window.webContents.on('render-process-gone', (_event, details) => onGone(details.reason))
  void window.loadURL(pageUrl(CAPTURE_PAGE, devUrl))
  return window
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, dialog, session, type BrowserWindow } from 'electron'
import { cameraAssignments } from '@shared/domain/camera'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { PORT_CHANNEL, type EventChannel } from '@shared/ipc/channels'
import type { EventPayload } from '@shared/ipc/contract'
import { openKeptFile } from '../files/keptFile'
import { handle, type TrustedSender } from '../ipc/handle'
import { parseCommandLine, type CommandLine } from './commandLine'
import { createFaultLog } from './faultLog'
import { runHeadless } from './headless'
import { createBundleDesk } from './bundleDesk'
import { askForBundle, askForFolder, askForImport, askWhereToSave } from './openDialogs'
import { builtInBundle, PROVIDER_LIMIT_MS, startHosts } from './hosts'
import { createInspector } from './inspector'
import { forkInspector } from './inspectorProcess'
import { later } from './later'
import { openRecentBundles } from './recentBundles'
import { createGapMeter } from './report'
import { createRestartBudget } from './restartBudget'
import { denyByDefault, guardWebContents } from './security'
import { saveChart } from './saveChart'
import { listenForStops } from './stopControls'
import { isUiUrl, registerUiScheme, serveUi } from './uiScheme'
import { createCaptureWindow, createOperatorWindow } from './window'

/** Closing a window takes milliseconds. */
const QUIT_GRACE_MS = 3000

/** A page that crashes this often within a minute would crash again. */
const MAX_RELOADS_PER_MINUTE = 6

const PRELOADS = join(__dirname, '../preload')

const log = (line: string): void => console.error(`[depthdeck] ${line}`)

/** Vite's address in `npm run dev`; packaged apps have none, whatever the environment says. */
const devUrl = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL
const isOwnUrl = (url: string): boolean =>
  isUiUrl(url) || (devUrl !== undefined && new URL(url).origin === new URL(devUrl).origin)

function start(commandLine: CommandLine): void {
  const standIn = process.env.DEPTHDECK_STAND_IN === '1'
  const faults = createFaultLog(log)
  const gap = commandLine.headless ? createGapMeter(() => performance.now()) : null
  const reloads = createRestartBudget(MAX_RELOADS_PER_MINUTE, () => performance.now())
  const captureReloads = createRestartBudget(MAX_RELOADS_PER_MINUTE, () => performance.now())
  let window: BrowserWindow | null = null
  let captureWindow: BrowserWindow | null = null
  let quitting = false
  let frames = 0
  let frameMs = 0
  let onRunFinished = (): void => undefined

  const announce = <C extends EventChannel>(channel: C, payload: EventPayload<C>): void => {
    if (window && !window.isDestroyed()) window.webContents.send(channel, payload)
  }
  const fault = (next: Fault): void => {
    faults.add(next)
    announce('app:fault', next)
  }

  denyByDefault(session.defaultSession, isOwnUrl)
  serveUi(session.defaultSession, join(__dirname, '../renderer'))

  const hosts = startHosts({
    commandLine,
    log,
    giveUi: (name, port) => {
      if (window && !window.isDestroyed()) window.webContents.postMessage(PORT_CHANNEL, name, [port])
    },
    giveCapture: (name, port) => {
      if (captureWindow && !captureWindow.isDestroyed())
        captureWindow.webContents.postMessage(PORT_CHANNEL, name, [port])
    },
    onStatus: (status) => announce('hosts:status', status),
    onFault: fault,
    onHostGone: faults.add,
    onRunFinished: () => onRunFinished()
  })

  const inspector = createInspector({
    fork: forkInspector(log),
    later,
    limitMs: PROVIDER_LIMIT_MS,
    onProgress: (progress) => announce('bundle:progress', progress)
  })

  const sender: TrustedSender = { webContents: () => window?.webContents ?? null, isOwnUrl }
  handle('app:info', sender, () => ({
    version: app.getVersion(),
    electron: process.versions.electron ?? '',
    chrome: process.versions.chrome ?? '',
    node: process.versions.node,
    standIn,
    headless: commandLine.headless,
    autostart: commandLine.headless
      ? { level: commandLine.level, seedBase: commandLine.seedBase, episodes: commandLine.episodes }
      : null,
    hosts: hosts.statuses(),
    faults: faults.forUi()
  }))
  handle('ports:connect', sender, () => hosts.broker.connectUi())
  handle('ui:frames', sender, (input) => {
    frames += input.frames
    frameMs += input.milliseconds
  })
  // The window shows its own faults already.
  handle('ui:fault', sender, faults.add)

  const captureSender: TrustedSender = { webContents: () => captureWindow?.webContents ?? null, isOwnUrl }
  const cameras = openKeptFile({
    file: join(app.getPath('userData'), 'cameras.json'),
    schema: cameraAssignments,
    empty: [],
    what: 'The list of cameras',
    onProblem: (message) =>
      fault({ severity: 'low', source: 'main', code: 'cameras', message, tip: 'Assign the cameras again.' })
  })
  handle('capture:load', captureSender, cameras.value)
  handle('capture:keep', captureSender, cameras.keep)
  handle('capture:fault', captureSender, fault)

  const askForDataset = askForFolder(() => window)
  handle('export:choose', sender, async () => {
    const path = await askForDataset()
    if (path !== null) hosts.exportInto(path)
    return path
  })

  const askForPlace = askWhereToSave(() => window)
  handle('chart:save', sender, (picture) => saveChart(picture, { ask: askForPlace }))

  const askWhatToImport = askForImport(() => window)
  handle('import:choose', sender, async ({ kind }) => {
    const paths = await askWhatToImport(kind)
    if (paths.length > 0) hosts.importFrom(paths)
    return paths.length
  })

  const desk = createBundleDesk({
    policy: hosts.policy,
    inspector,
    recents: openRecentBundles(join(app.getPath('userData'), 'recent-bundles.json'), (message) =>
      fault({
        severity: 'low',
        source: 'main',
        code: 'recentBundles',
        message,
        tip: 'Open the bundles again; nothing else is lost.'
      })
    ),
    builtIn: builtInBundle(),
    ask: askForBundle(() => window),
    nowMs: Date.now
  })
  handle('bundle:choose', sender, ({ kind }) => desk.choose(kind))
  handle('bundle:recent', sender, desk.recent)
  handle('bundle:forget', sender, ({ path }) => desk.forget(path))
  handle('bundle:examine', sender, ({ path, providers }) => desk.examine(path, providers))
  handle('bundle:compare', sender, ({ first, second }) => desk.compare(first, second))
  handle('bundle:cancel', sender, desk.cancel)
  handle('bundle:use', sender, ({ path, provider, precision }) => desk.use(path, provider, precision))

  window = createOperatorWindow({
    preloads: PRELOADS,
    devUrl,
    onGone: (reason) => {
      hosts.broker.uiGone()
      const comesBack = reloads.take()
      fault({
        severity: 'high',
        source: 'main',
        code: 'uiGone',
        message: `The operator window's process ended (${reason}); the robot holds`,
        tip: comesBack
          ? 'The window reloads by itself; resume when you see the robot again.'
          : 'It ended too often to be reloaded again: restart Depthdeck.'
      })
      if (!quitting && comesBack) window?.webContents.reload()
    }
  })
  /** After the operator's: what people see comes first. */
  const openCapture = (): void => {
    captureWindow ??= createCaptureWindow({
      preloads: PRELOADS,
      devUrl,
      onLoaded: () => hosts.broker.connectCapture(),
      onGone: (reason) => {
        hosts.broker.captureGone()
        const comesBack = captureReloads.take()
        fault({
          severity: 'medium',
          source: 'main',
          code: 'captureGone',
          message: `The process that encodes camera images ended (${reason}): video has a gap`,
          tip: comesBack ? 'It comes back by itself.' : 'It ended too often: restart Depthdeck.'
        })
        if (!quitting && comesBack) captureWindow?.webContents.reload()
      }
    })
  }
  window.webContents.once('did-finish-load', openCapture)
  const stops = listenForStops(window.webContents, hosts.stop)
  handle('ui:pointerOverStop', sender, stops.pointerOverStop)
  // Committed navigations only: one that was refused leaves the page, and its ports, as they are.
  window.webContents.on('did-navigate', () => hosts.broker.uiGone())
  // Closed only when arms are where they may be left: until then its stop button is needed.
  window.on('close', (event) => {
    if (quitting) return
    event.preventDefault()
    app.quit()
  })
  window.on('closed', () => {
    if (captureWindow && !captureWindow.isDestroyed()) captureWindow.destroy()
    app.quit()
  })
  let leaving = false
  app.on('before-quit', (event) => {
    if (quitting) return
    // Who asks again doesn't want to wait.
    if (!leaving && !commandLine.headless) {
      event.preventDefault()
      leaving = true
      void hosts.leave().then((note) => {
        if (note !== null) log(note)
        app.quit()
      })
      return
    }
    quitting = true
    inspector.cancel()
    hosts.dispose()
    gap?.dispose()
    if (captureWindow && !captureWindow.isDestroyed()) captureWindow.destroy()
    // Without its hosts the console shows nothing true: a window that will not close must not keep it open.
    setTimeout(() => {
      log('the window did not close in time; ending without it')
      app.exit(commandLine.headless ? 1 : 0)
    }, QUIT_GRACE_MS)
  })
  endHosts = hosts.dispose
  if (!gap) return

  const exit = (code: number): void => {
    quitting = true
    void hosts.endRecording().then(() => {
      hosts.dispose()
      app.exit(code)
    })
  }
  // Whoever closes the window of a headless run ends it without its report: that is no success.
  app.on('will-quit', () => app.exit(1))
  runHeadless({
    commandLine,
    standIn,
    window,
    hosts,
    gap,
    errors: faults.all,
    fps: () => (frameMs > 0 ? (frames * 1000) / frameMs : null),
    whenRunFinished: (callback) => {
      onRunFinished = callback
    },
    log
  }).then(exit, (error: unknown) => {
    log(`the run could not be reported: ${errorText(error)}`)
    exit(1)
  })
}

let endHosts = (): void => undefined

/**
 * An error nobody expected: end rather than go on in an unknown state. The hosts go first: a box that waits for
 * somebody to read it must not leave an arm moving.
 */
function giveUp(error: unknown, quietly: boolean): void {
  endHosts()
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  log(`unexpected error in main: ${text}`)
  if (!quietly) dialog.showErrorBox('Depthdeck: unexpected error', text)
  app.exit(1)
}

function boot(commandLine: CommandLine): void {
  process.on('uncaughtException', (error) => giveUp(error, commandLine.headless))
  process.on('unhandledRejection', (error) => giveUp(error, commandLine.headless))
  registerUiScheme()
  guardWebContents(isOwnUrl, log)
  // Command-line runs neither see nor disturb what an operator has set up.
  const fresh = commandLine.headless ? mkdtempSync(join(tmpdir(), 'depthdeck-')) : null
  const userData = commandLine.userData ?? fresh
  if (userData) app.setPath('userData', userData)
  if (fresh) app.on('quit', () => rmSync(fresh, { recursive: true, force: true }))
  if (!app.requestSingleInstanceLock()) {
    log('Depthdeck is running already; two of them must not drive the same robot.')
    app.exit(1)
    return
  }
  void app.whenReady().then(() => start(commandLine))
}

const parsed = parseCommandLine(process.argv.slice(1), process.cwd(), process.env)
if (parsed.ok) boot(parsed.value)
else {
  console.error(parsed.error)
  app.exit(2)
}

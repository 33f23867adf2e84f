import { join } from 'node:path'
import { app, ipcMain, MessageChannelMain, session, utilityProcess, type MessagePortMain } from 'electron'
import type { CameraAssignment } from '@shared/domain/camera'
import { PORT_CHANNEL } from '@shared/ipc/channels'
import type { HostPeer, MainToHost } from '@shared/ipc/hosts'
import { denyByDefault } from '../../../src/main/app/security'
import { isUiUrl, registerUiScheme, serveUi } from '../../../src/main/app/uiScheme'
import { createCaptureWindow } from '../../../src/main/app/window'
import { createLoad } from './load'

/**
 * The app's own recorder process and capture window, with three fake cameras, under a robot and a policy that say more
 * than the built-in ones: `npm run bench:recorder` runs and kills it.
 */
const folder = process.env.DEPTHDECK_BENCH_FOLDER ?? ''
const OUT = __dirname

const assignments: CameraAssignment[] = [0, 1, 2].map((index) => ({
  name: `camera${index}`,
  // Found by its label: ids differ from run to run.
  device: { deviceId: `none-${index}`, label: `fake_device_${index}` },
  width: 640,
  height: 480,
  framesPerSecond: 30,
  crop: { x: 0, y: 0, width: 1, height: 1 },
  controls: {}
}))

function start(): void {
  denyByDefault(session.defaultSession, isUiUrl)
  serveUi(session.defaultSession, join(OUT, '../renderer'))
  ipcMain.handle('capture:load', () => assignments)
  ipcMain.handle('capture:keep', () => undefined)
  ipcMain.handle('capture:fault', (_event, fault) => console.error('capture', JSON.stringify(fault)))

  const recorder = utilityProcess.fork(join(OUT, 'recorder.cjs'), [], {
    serviceName: 'depthdeck-recorder',
    stdio: 'inherit'
  })
  const give = (peer: HostPeer, port: MessagePortMain): void => {
    const message: MainToHost = { type: 'port', peer }
    recorder.postMessage(message, [port])
  }
  const config: MainToHost = {
    type: 'configureRecorder',
    config: {
      appVersion: 'bench',
      folder: join(folder, 'episodes'),
      settingsFile: join(folder, 'recording.json'),
      mayRecord: true
    }
  }
  recorder.on('spawn', () => recorder.postMessage(config))
  recorder.on('message', (message: { type: string; fault?: unknown }) => {
    if (message.type === 'fault') console.error('recorder', JSON.stringify(message.fault))
    if (message.type === 'left') app.exit(0)
    if (message.type === 'ready') connect()
  })

  const window = createCaptureWindow({
    preloads: join(OUT, '../preload'),
    devUrl: undefined,
    onLoaded: () => {
      const { port1, port2 } = new MessageChannelMain()
      give('capture', port1)
      window.webContents.postMessage(PORT_CHANNEL, 'recorder', [port2])
    },
    onGone: (reason) => console.error('capture window', reason)
  })

  function connect(): void {
    const [robot, policy] = [new MessageChannelMain(), new MessageChannelMain()]
    give('robot', robot.port1)
    give('policy', policy.port1)
    createLoad({
      toRobotPort: (message) => robot.port2.postMessage(message),
      toPolicyPort: (message) => policy.port2.postMessage(message)
    })
    console.log(
      JSON.stringify({
        recorderPid: recorder.pid,
        mainPid: process.pid,
        capturePid: window.webContents.getOSProcessId()
      })
    )
  }
  process.stdin.on('data', () => recorder.postMessage({ type: 'leave' } satisfies MainToHost))
}

registerUiScheme()
app.setPath('userData', join(folder, 'user-data'))
void app.whenReady().then(start)

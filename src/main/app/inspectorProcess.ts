import { join } from 'node:path'
import { app, utilityProcess } from 'electron'
import { inspectorMessage } from '@shared/ipc/hosts'
import type { InspectorOptions } from './inspector'

const SERVICE_NAME = 'depthdeck-inspector'

/** Forks the process that examines bundles. A crash is learnt from `child-process-gone`, a plain end from `exit`. */
export const forkInspector =
  (log: (line: string) => void): InspectorOptions['fork'] =>
  (on) => {
    const child = utilityProcess.fork(join(__dirname, 'inspect.cjs'), [], {
      serviceName: SERVICE_NAME,
      stdio: 'inherit'
    })
    let over = false
    const gone = (reason: string): void => {
      if (over) return
      over = true
      app.off('child-process-gone', onChildGone)
      on.gone(reason)
    }
    const onChildGone = (_event: unknown, details: Electron.Details): void => {
      if (details.type === 'Utility' && details.name === SERVICE_NAME) gone(details.reason)
    }
    app.on('child-process-gone', onChildGone)
    child.on('message', (raw: unknown) => {
      const parsed = inspectorMessage.safeParse(raw)
      if (parsed.success) on.message(parsed.data)
      else log(`the inspector sent a malformed message: ${parsed.error.message}`)
    })
    child.on('exit', (code) => setTimeout(() => gone(`exited with code ${code}`), 50))
    return {
      send: (task) => child.postMessage(task),
      kill: () => {
        if (!over && child.pid !== undefined) {
          try {
            // One that hangs in native code heeds nothing else.
            process.kill(child.pid, 'SIGKILL')
          } catch {
            // It went by itself meanwhile.
          }
        }
      }
    }
  }

import { join } from 'node:path'
import { app, utilityProcess } from 'electron'
import { inspectorMessage } from '@shared/ipc/hosts'
import type { InspectorOptions } from './inspector'

let forks = 0

/** Forks the process that examines bundles. A crash is learnt from `child-process-gone`, a plain end from `exit`. */
export const forkInspector =
  (log: (line: string) => void): InspectorOptions['fork'] =>
  (on) => {
    // A name of its own: the end of its predecessor may be announced later than its own start.
    const serviceName = `depthdeck-inspector-${++forks}`
    const child = utilityProcess.fork(join(__dirname, 'inspect.cjs'), [], {
      serviceName,
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
      if (details.type === 'Utility' && details.name === serviceName) gone(details.reason)
    }
    let killed = false
    const kill = (): void => {
      killed = true
      if (child.pid === undefined) return
      try {
        // One that hangs in native code heeds nothing else.
        process.kill(child.pid, 'SIGKILL')
      } catch {
        // It went by itself meanwhile.
      }
    }
    app.on('child-process-gone', onChildGone)
    child.on('spawn', () => {
      if (killed) kill()
    })
    child.on('message', (raw: unknown) => {
      const parsed = inspectorMessage.safeParse(raw)
      if (parsed.success) on.message(parsed.data)
      else {
        log(`the inspector sent a malformed message: ${parsed.error.message}`)
        kill()
        gone('what it answered can’t be read')
      }
    })
    child.on('exit', (code) => setTimeout(() => gone(`exited with code ${code}`), 50))
    return { send: (task) => child.postMessage(task), kill }
  }

import type { ExaminationProgress } from '@shared/domain/examination'
import type { InvokeInput } from '@shared/ipc/contract'
import type { PolicyToUi, RobotToUi, UiToPolicy, UiToRobot } from '@shared/ipc/ports'
import { createFakeBench } from './fakeBench'
import { createFakeBundles } from './fakeBundles'

const STEP_MS = 200
const SLOW_STEP_MS = 3000

/** Stands in for the preload and main: the same bridge, and ports that arrive as window messages. */
export function installFakeBridge(): void {
  const failing = new URLSearchParams(location.search).has('failed')
  const bench = createFakeBench(() => performance.now() * 1e6 + 5e12, !failing)

  let announceProgress: (progress: ExaminationProgress) => void = () => undefined
  const bundles = createFakeBundles(
    (progress) => announceProgress(progress),
    bench.adopt,
    new URLSearchParams(location.search).has('slow') ? SLOW_STEP_MS : STEP_MS
  )

  const connect = (): void => {
    const robot = new MessageChannel()
    const policy = new MessageChannel()
    window.postMessage({ type: 'depthdeck:port', name: 'robot' }, '*', [robot.port2])
    window.postMessage({ type: 'depthdeck:port', name: 'policy' }, '*', [policy.port2])
    const toRobotUi = (message: RobotToUi): void => robot.port1.postMessage(message)
    const toPolicyUi = (message: PolicyToUi): void => policy.port1.postMessage(message)
    robot.port1.onmessage = ({ data }: MessageEvent<UiToRobot>) => bench.robot(data)
    policy.port1.onmessage = ({ data }: MessageEvent<UiToPolicy>) => bench.policy(data)
    bench.connect(toRobotUi, toPolicyUi)
  }

  const host = { restarts: 0, lastExit: null, pid: 100 }
  const bridge: DepthdeckBridge = {
    calls: {
      'ports:connect': async () => connect(),
      'ui:frames': async () => undefined,
      'ui:fault': async () => undefined,
      'ui:pointerOverStop': async () => undefined,
      // What the client's own types hold; only this side of the bridge takes them on trust.
      'export:choose': async () => null,
      'import:choose': async () => 0,
      'chart:save': async () => ({ ok: true, value: { path: null } }),
      'bundle:choose': async (input) => bundles.choose(input as InvokeInput<'bundle:choose'>),
      'bundle:recent': async () => bundles.recent(),
      'bundle:forget': async (input) => bundles.forget(input as InvokeInput<'bundle:forget'>),
      'bundle:examine': (input) => bundles.examine(input as InvokeInput<'bundle:examine'>),
      'bundle:compare': (input) => bundles.compare(input as InvokeInput<'bundle:compare'>),
      'bundle:cancel': async () => bundles.cancel(),
      'bundle:use': (input) => bundles.use(input as InvokeInput<'bundle:use'>),
      'app:info': async () => ({
        version: '0.1.0',
        electron: '45.4.1',
        chrome: '114',
        node: '20',
        standIn: false,
        headless: false,
        autostart: null,
        hosts: [
          { name: 'robot', state: 'running', ...host },
          { name: 'policy', state: 'running', ...host }
        ],
        faults: failing
          ? [
              {
                severity: 'high',
                source: 'policy',
                code: 'bundle-hash',
                message: 'traypick-demo/step.onnx differs from what the manifest says (sha256 a3f0…)',
                tip: 'Copy or download the bundle again: a file differs from what was exported.'
              }
            ]
          : []
      })
    },
    events: {
      'bundle:progress'(listener) {
        announceProgress = listener
        return () => undefined
      },
      'app:fault': () => () => undefined,
      'hosts:status'(listener) {
        const restarting = { name: 'policy', state: 'restarting', restarts: 1, pid: null }
        if (new URLSearchParams(location.search).has('restarting')) {
          setTimeout(() => listener({ ...restarting, lastExit: 'killed (SIGKILL)' }), 2500)
        }
        return () => undefined
      }
    }
  }
  Object.defineProperty(window, 'depthdeck', { value: bridge })
}

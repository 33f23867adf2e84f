import type {
  BundleDescription,
  Comparison,
  Examination,
  ExaminationProgress,
  RecentBundle,
  StageMedians,
  Trial
} from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import type { PolicyInfo } from '@shared/domain/policy'
import type { InvokeInput, InvokeOutput } from '@shared/ipc/contract'
import { INFO } from './fakeBench'

const HOUR_MS = 3_600_000
const NEXT = '/home/operator/policies/traypick-next'
const LIBERO = '/home/operator/downloads/libero-spatial.zip'
const BROKEN = '/media/usb/traypick-half-copied'

const next: BundleDescription = {
  origin: NEXT,
  hash: 'c41d9e07'.repeat(8),
  bytes: 4_812_345,
  name: 'traypick-next',
  version: '0.3.0',
  description: 'Trained on visited states with truncated backpropagation; no process supervision.',
  provenance: [
    ['checkpoint', 'runs/visited-states/step-08231.pt'],
    ['trainedBy', 'python3 -m depthdeck_training train'],
    ['demonstrations', '200,000 states, seed 7'],
    ['headWeights', 'd7cc006198cf74ce226901fb114cd44b65084d51340351a1b82adbc1c670af06'],
    ['backboneWeights', 'd771a216c63e8bf3a9c02c91f54533f87ecd638afdd525fcfa9c81cd861f5577'],
    ['torch', '1.13.0a0'],
    ['opset', '17'],
    ['parameters', '463113']
  ],
  robot: 'tray-arm',
  actionDims: INFO.actionDims,
  proprioDims: [
    { name: 'x', unit: 'm' },
    { name: 'y', unit: 'm' },
    { name: 'z', unit: 'm' },
    { name: 'gripper', unit: 'opening' }
  ],
  chunkLength: 8,
  latentShape: [8, 96],
  controlRateHz: 10,
  cameras: INFO.cameras,
  tasks: ['put the {blockColour} block in the {binColour} bin'],
  defaults: INFO.defaults,
  variants: [
    { precision: 'float32', maxActionError: 2.4e-6 },
    { precision: 'int8', maxActionError: 0.0143 }
  ]
}
const libero: BundleDescription = {
  ...next,
  origin: LIBERO,
  hash: '5b7f20aa'.repeat(8),
  bytes: 2_914_512_006,
  name: 'libero-spatial',
  version: '1.0.0',
  description: 'Released recurrent-depth checkpoint for LIBERO-Spatial with its vision-language backbone.',
  provenance: [
    ['released', 'action_head--150000_checkpoint.pt'],
    ['backbone', 'my_adapter:make']
  ],
  robot: 'franka-panda',
  actionDims: ['dx', 'dy', 'dz', 'droll', 'dpitch', 'dyaw', 'gripper'].map((name, index) => ({
    name,
    unit: index < 3 ? 'm' : index < 6 ? 'rad' : 'opening'
  })),
  latentShape: [8, 896],
  controlRateHz: 20,
  cameras: [
    { name: 'agentview', width: 224, height: 224 },
    { name: 'wrist', width: 224, height: 224 }
  ],
  tasks: [],
  defaults: { ...INFO.defaults, stopping: { kind: 'fixed', iterations: 12 } },
  variants: [{ precision: 'float32', maxActionError: 8.1e-6 }]
}

const accepted = (provider: string, precision: Trial['precision'], stages: StageMedians): Trial => ({
  provider,
  precision,
  outcome: {
    ok: true,
    stages,
    selfTest:
      precision === 'int8'
        ? { maxStateError: 0.021, maxActionError: 0.0118, tolerance: 0.0286, judgesStates: false }
        : { maxStateError: 3.6e-7, maxActionError: 1.9e-7, tolerance: 1e-4, judgesStates: true }
  }
})
const refused = (provider: string, precision: Trial['precision'], reason: string): Trial => ({
  provider,
  precision,
  outcome: { ok: false, reason }
})
const OTHERS: readonly Trial[] = [
  refused('webgpu', 'float32', 'no adapter found'),
  refused(
    'openvino',
    'float32',
    'the self-test differs: largest action error 4.1e-3 exceeds the tolerance 1.0e-4'
  )
]

const examinations: Readonly<Record<string, Examination>> = {
  [NEXT]: {
    bundle: next,
    undrivable: null,
    trials: [
      accepted('cpu', 'float32', { encode: 3.9, prelude: 0.52, step: 0.61, coda: 0.21 }),
      accepted('cpu', 'int8', { encode: 3.9, prelude: 0.52, step: 0.44, coda: 0.17 })
    ]
  },
  [LIBERO]: {
    bundle: libero,
    undrivable: 'The policy libero-spatial drives franka-panda; the arm here is tray-arm',
    trials: [accepted('cpu', 'float32', { encode: 1840, prelude: 96, step: 41, coda: 6.2 })]
  }
}
const brokenFault: Fault = {
  severity: 'medium',
  source: 'main',
  code: 'bundleHash',
  message: `${BROKEN}/step.onnx differs from what the manifest says (sha256 a3f0…)`,
  tip: 'Copy or download the bundle again: a file differs from what was exported.'
}
const cancelledFault: Fault = {
  severity: 'low',
  source: 'main',
  code: 'bundleCancelled',
  message: 'It was cancelled',
  tip: 'Try again.'
}

const K_DEMO = [4, 5, 5, 6, 6, 6, 7, 8, 8, 9, 11, 14]
const K_NEXT = [3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7, 9]
const curve = (start: number, end: number, rate: number): number[] =>
  Array.from({ length: 16 }, (_, index) => end + (start - end) * rate ** index)
const comparison: Comparison = {
  observations: { source: 'bench', count: 240 },
  actionDims: INFO.actionDims,
  bundles: [
    {
      name: INFO.name,
      version: INFO.version,
      hash: INFO.bundleHash,
      stages: { encode: 3.8, prelude: 0.5, step: 0.58, coda: 0.2 },
      decidedK: K_DEMO,
      expertError: curve(0.41, 0.082, 0.66)
    },
    {
      name: next.name,
      version: next.version,
      hash: next.hash,
      stages: { encode: 3.9, prelude: 0.52, step: 0.61, coda: 0.21 },
      decidedK: K_NEXT,
      expertError: curve(0.36, 0.061, 0.58)
    }
  ],
  difference: curve(0.28, 0.047, 0.62),
  decided: [
    { mean: 0.051, largest: 0.62 },
    { mean: 0.047, largest: 0.58 },
    { mean: 0.033, largest: 0.41 },
    { mean: 0.0004, largest: 1.98 }
  ]
}

const STEPS = [
  'checking hashes',
  'cpu float32: loading',
  'cpu float32: self-test',
  'cpu float32: measuring',
  'cpu int8: measuring'
]

/** Main's side of bundles: believable answers after believable waits. */
export function createFakeBundles(
  announce: (progress: ExaminationProgress) => void,
  adopt: (info: PolicyInfo) => string | null,
  stepMs: number
) {
  let recent: RecentBundle[] = [
    { path: BROKEN, name: 'traypick-half-copied', version: '0.3.0', openedAt: Date.now() - 26 * HOUR_MS },
    { path: LIBERO, name: libero.name, version: libero.version, openedAt: Date.now() - 75 * HOUR_MS }
  ]
  /** Counts up with every cancellation. */
  let cancellations = 0

  /** False: it was cancelled meanwhile. */
  const work = async (steps: readonly string[]): Promise<boolean> => {
    const before = cancellations
    for (const [done, what] of steps.entries()) {
      announce({ what, done, total: steps.length })
      await new Promise((resolve) => setTimeout(resolve, stepMs))
      if (cancellations !== before) return false
    }
    return true
  }

  return {
    choose: ({ kind }: InvokeInput<'bundle:choose'>): string => (kind === 'folder' ? NEXT : LIBERO),
    recent: () => recent,
    forget({ path }: InvokeInput<'bundle:forget'>): RecentBundle[] {
      recent = recent.filter((bundle) => bundle.path !== path)
      return recent
    },
    async examine({
      path,
      providers
    }: InvokeInput<'bundle:examine'>): Promise<InvokeOutput<'bundle:examine'>> {
      if (!(await work(STEPS))) return { ok: false, error: cancelledFault }
      const found = examinations[path]
      if (path === BROKEN || found === undefined) return { ok: false, error: brokenFault }
      const { name, version } = found.bundle
      recent = [
        { path, name, version, openedAt: Date.now() },
        ...recent.filter((bundle) => bundle.path !== path)
      ]
      const trials = providers === 'all' ? [...OTHERS, ...found.trials] : found.trials
      return { ok: true, value: { ...found, trials } }
    },
    async compare({ first, second }: InvokeInput<'bundle:compare'>): Promise<InvokeOutput<'bundle:compare'>> {
      if (!(await work(STEPS))) return { ok: false, error: cancelledFault }
      if (first === LIBERO || second === LIBERO) {
        return {
          ok: false,
          error: {
            severity: 'medium',
            source: 'main',
            code: 'compareActions',
            message: 'traypick-demo commands 4 actions, libero-spatial 7',
            tip: 'Compare bundles of the same robot.'
          }
        }
      }
      return { ok: true, value: comparison }
    },
    cancel() {
      cancellations++
    },
    async use({ path, provider, precision }: InvokeInput<'bundle:use'>): Promise<InvokeOutput<'bundle:use'>> {
      await new Promise((resolve) => setTimeout(resolve, stepMs))
      const bundle = examinations[path]?.bundle
      if (bundle === undefined) return { ok: false, error: brokenFault }
      const { name, version, description, provenance } = bundle
      const refusal = adopt({
        ...INFO,
        ...{ name, version, description, provenance, provider, precision },
        origin: path,
        bundleHash: bundle.hash,
        refusedProviders: []
      })
      if (refusal === null) return { ok: true, value: { name } }
      return {
        ok: false,
        error: {
          severity: 'medium',
          source: 'main',
          code: 'bundleRunning',
          message: refusal,
          tip: 'End the run.'
        }
      }
    }
  }
}

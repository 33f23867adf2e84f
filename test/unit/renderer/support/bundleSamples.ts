import type {
  BundleDescription,
  ComparedBundle,
  Comparison,
  Examination,
  RecentBundle,
  StageMedians,
  Trial
} from '@shared/domain/examination'
import type { Fault } from '@shared/domain/fault'
import { settings } from './samples'

export const stages = (change: Partial<StageMedians> = {}): StageMedians => ({
  encode: 4,
  prelude: 1,
  step: 0.5,
  coda: 0.25,
  ...change
})

export const accepted = (
  change: Partial<Pick<Trial, 'provider' | 'precision'>> = {},
  medians: StageMedians = stages()
): Trial => ({
  provider: 'cpu',
  precision: 'float32',
  outcome: {
    ok: true,
    stages: medians,
    selfTest: { maxStateError: 1e-6, maxActionError: 1e-7, tolerance: 1e-4, judgesStates: true }
  },
  ...change
})

export const refused = (change: Partial<Pick<Trial, 'provider' | 'precision'>> = {}): Trial => ({
  provider: 'webgpu',
  precision: 'float32',
  outcome: { ok: false, reason: 'no adapter found' },
  ...change
})

export const description = (change: Partial<BundleDescription> = {}): BundleDescription => ({
  origin: '/bundles/next',
  hash: 'b'.repeat(64),
  bytes: 3_000_000,
  name: 'next',
  version: '2',
  description: 'The next one.',
  provenance: [['trainedBy', 'somebody']],
  robot: 'tray-arm',
  actionDims: ['x', 'y', 'z', 'gripper'].map((name) => ({
    name,
    unit: name === 'gripper' ? 'opening' : 'm'
  })),
  proprioDims: [{ name: 'x', unit: 'm' }],
  chunkLength: 8,
  latentShape: [8, 96],
  controlRateHz: 10,
  cameras: [{ name: 'top', width: 64, height: 64 }],
  tasks: ['put the red block in the blue bin'],
  defaults: settings(),
  variants: [
    { precision: 'float32', maxActionError: 2e-6 },
    { precision: 'int8', maxActionError: 0.012 }
  ],
  ...change
})

export const examination = (change: Partial<Examination> = {}): Examination => ({
  bundle: description(),
  undrivable: null,
  trials: [refused(), accepted(), accepted({ precision: 'int8' })],
  ...change
})

export const compared = (change: Partial<ComparedBundle> = {}): ComparedBundle => ({
  name: 'demo',
  version: '1',
  hash: 'a'.repeat(64),
  stages: stages(),
  decidedK: [4, 5, 6, 9],
  expertError: [0.4, 0.2, 0.1],
  ...change
})

export const comparison = (change: Partial<Comparison> = {}): Comparison => ({
  observations: { source: 'bench', count: 4 },
  actionDims: description().actionDims,
  bundles: [compared(), compared({ name: 'next', version: '2', hash: 'b'.repeat(64) })],
  difference: [0.3, 0.1, 0.05],
  decided: description().actionDims.map(() => ({ mean: 0.05, largest: 0.4 })),
  ...change
})

export const recentBundle = (change: Partial<RecentBundle> = {}): RecentBundle => ({
  path: '/bundles/next',
  name: 'next',
  version: '2',
  openedAt: 1_700_000_000_000,
  ...change
})

export const bundleFault = (change: Partial<Fault> = {}): Fault => ({
  severity: 'medium',
  source: 'main',
  code: 'bundleHash',
  message: 'step.onnx differs from what the manifest says',
  tip: 'Copy the bundle again.',
  ...change
})

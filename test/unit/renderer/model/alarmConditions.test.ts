import { describe, expect, it } from 'vitest'
import type { CameraView } from '@shared/domain/camera'
import type { PredictionRecord } from '@shared/domain/policy'
import {
  alarmConditions,
  predictionConditions,
  type Surroundings
} from '../../../../src/renderer/src/model/alarmConditions'

const CALM: Surroundings = {
  motion: { kind: 'executing' },
  question: null,
  breakpoint: null,
  hosts: { robot: { name: 'robot', state: 'running', restarts: 0, lastExit: null, pid: 1 } },
  recordingFailure: null,
  cameras: []
}
type Known = Partial<Surroundings> & { readonly predictions?: readonly PredictionRecord[] }
const conditions = ({ predictions = [], ...around }: Known) => [
  ...alarmConditions({ ...CALM, ...around }),
  ...predictionConditions(predictions)
]
const ids = (around: Known): string[] => conditions(around).map(({ id, priority }) => `${priority} ${id}`)

const prediction = (over: Partial<PredictionRecord> & { millis?: number }): PredictionRecord =>
  ({
    index: 3,
    k: 4,
    stopReason: 'rule',
    rule: { kind: 'actionMse', threshold: 1e-4, minIterations: 2, patience: 1 },
    stages: { observe: 0, encode: 0, prelude: 0, step: over.millis ?? 40, coda: 0 },
    ...over
  }) as PredictionRecord
const camera = (state: CameraView['state']): CameraView =>
  ({ assignment: { name: 'top' }, state, reason: 'no picture for 2 s' }) as CameraView

describe('what is abnormal', () => {
  it.each<[string, Known, string[]]>([
    ['nothing', {}, []],
    ['no robot yet', { motion: null }, []],
    ['a hold', { motion: { kind: 'held', cause: { code: 'staleCamera', message: 'x' } } }, ['high held']],
    [
      'a watchdog’s stop',
      { motion: { kind: 'stopped', cause: { code: 'restarted', message: 'x' } } },
      ['high stopped']
    ],
    ['a person’s stop', { motion: { kind: 'stopped', cause: { code: 'operator', message: 'x' } } }, []],
    ['the guard’s question', { question: 'K trend ×2.1' }, ['high guard']],
    ['a breakpoint', { breakpoint: 'k == 3' }, ['medium breakpoint']],
    ['a pause', { motion: { kind: 'paused' } }, []],
    [
      'a process that keeps ending',
      { hosts: { policy: { name: 'policy', state: 'failed', restarts: 6, lastExit: 'SIGKILL', pid: null } } },
      ['high host-policy']
    ],
    [
      'one that comes back by itself',
      { hosts: { policy: { name: 'policy', state: 'restarting', restarts: 1, lastExit: 'x', pid: null } } },
      []
    ],
    ['a frozen camera', { cameras: [camera('frozen')] }, ['high camera-top']],
    ['one that opens', { cameras: [camera('opening')] }, []],
    [
      'no convergence',
      { predictions: [prediction({ stopReason: 'maxIterations' })] },
      ['medium maxIterations']
    ],
    [
      'a fixed depth, which is meant to end there',
      { predictions: [prediction({ stopReason: 'maxIterations', rule: { kind: 'fixed', iterations: 32 } })] },
      []
    ],
    [
      'one that was not the last',
      { predictions: [prediction({ stopReason: 'maxIterations' }), prediction({})] },
      []
    ],
    [
      'slower and slower',
      { predictions: Array.from({ length: 30 }, (_, index) => prediction({ millis: index < 15 ? 40 : 90 })) },
      ['low latencyDrift']
    ],
    [
      'slower because it thinks deeper',
      {
        predictions: Array.from({ length: 30 }, (_, index) =>
          prediction(index < 15 ? { millis: 40, k: 4 } : { millis: 160, k: 16 })
        )
      },
      []
    ]
  ])('%s', (_, around, expected) => expect(ids(around)).toEqual(expected))

  it('always comes with something to do', () => {
    const all = conditions({
      motion: { kind: 'held', cause: { code: 'x', message: 'y' } },
      question: 'K trend',
      hosts: { robot: { name: 'robot', state: 'failed', restarts: 6, lastExit: null, pid: null } },
      recordingFailure: {
        severity: 'high',
        source: 'recorder',
        code: 'full',
        message: 'The disk is full',
        tip: 'Free some.'
      },
      cameras: (['frozen', 'silent', 'away', 'refused'] as const).map(camera),
      predictions: [prediction({ stopReason: 'maxIterations' })]
    })
    expect(all).toHaveLength(9)
    for (const { action } of all) expect(action).toMatch(/^[A-Z].*\.$/)
  })
})

import { describe, expect, test } from 'vitest'
import type { RefinementCommand, RefinementPhase } from '@shared/domain/policy'
import { CHUNK_SIZE } from './fakeHost'
import { AT, phase, type Where } from './phases'

const edited = Array.from({ length: CHUNK_SIZE }, (_, i) => i / CHUNK_SIZE)

const COMMANDS = {
  pause: { type: 'pause' },
  resume: { type: 'resume' },
  step: { type: 'step', count: 1 },
  converge: { type: 'runToConvergence' },
  halt: { type: 'haltNow' },
  beyond: { type: 'goBeyond', count: 2 },
  rewind: { type: 'rewind', k: 1 },
  reseed: { type: 'reseed', seed: 9 },
  override: { type: 'override', chunk: edited },
  reject: { type: 'reject' },
  settings: { type: 'settings', settings: { paceMs: 5 } }
} as const satisfies Record<string, RefinementCommand>

/** Phase right after the command, `paused 3 converged` style; `refused: …` with a part of the reason. */
const TABLE: Record<keyof typeof COMMANDS, Record<Where, string>> = {
  pause: {
    idle: 'refused: No prediction',
    observing: 'observing',
    encoding: 'encoding',
    'refining 0': 'paused 0 operator',
    'refining 2': 'paused 2 operator',
    'paused 0': 'paused 0 operator',
    'paused 2': 'paused 2 stepped',
    converged: 'paused 3 converged',
    decided: 'decided 3',
    held: 'refused: held (the provider gave up)'
  },
  resume: {
    idle: 'idle',
    observing: 'observing',
    encoding: 'encoding',
    'refining 0': 'refining 0',
    'refining 2': 'refining 2',
    'paused 0': 'refining 0',
    'paused 2': 'refining 2',
    converged: 'decided 3',
    decided: 'decided 3',
    held: 'refused: held (the provider gave up)'
  },
  step: {
    idle: 'refused: No prediction',
    observing: 'refused: waiting for an observation',
    encoding: 'encoding',
    'refining 0': 'refining 0',
    'refining 2': 'refining 2',
    'paused 0': 'refining 0',
    'paused 2': 'refining 2',
    converged: 'refining 3',
    decided: 'refused: decided already',
    held: 'refused: held (the provider gave up)'
  },
  converge: {
    idle: 'refused: No prediction',
    observing: 'refused: waiting for an observation',
    encoding: 'encoding',
    'refining 0': 'refining 0',
    'refining 2': 'refining 2',
    'paused 0': 'refining 0',
    'paused 2': 'refining 2',
    converged: 'refused: fired already, at k = 3',
    decided: 'refused: decided already',
    held: 'refused: held (the provider gave up)'
  },
  halt: {
    idle: 'refused: No prediction',
    observing: 'refused: waiting for an observation',
    encoding: 'refused: being encoded',
    'refining 0': 'refused: no decoded chunk',
    'refining 2': 'decided 2',
    'paused 0': 'refused: no decoded chunk',
    'paused 2': 'decided 2',
    converged: 'decided 3',
    decided: 'refused: decided already',
    held: 'refused: held (the provider gave up)'
  },
  beyond: {
    idle: 'refused: No prediction',
    observing: 'refused: waiting for an observation',
    encoding: 'refused: being encoded',
    'refining 0': 'refused: No rule has fired yet',
    'refining 2': 'refused: No rule has fired yet',
    'paused 0': 'refused: No rule has fired yet',
    'paused 2': 'refused: No rule has fired yet',
    converged: 'refining 3',
    decided: 'refused: decided already',
    held: 'refused: held (the provider gave up)'
  },
  rewind: {
    idle: 'refused: No prediction',
    observing: 'refused: waiting for an observation',
    encoding: 'refused: being encoded',
    'refining 0': "refused: Iteration 1 doesn't exist yet",
    'refining 2': 'paused 1 rewound',
    'paused 0': "refused: Iteration 1 doesn't exist yet",
    'paused 2': 'paused 1 rewound',
    converged: 'paused 1 rewound',
    decided: 'refused: decided already',
    held: 'refused: held (the provider gave up)'
  },
  reseed: {
    idle: 'refused: No prediction',
    observing: 'refused: waiting for an observation',
    encoding: 'encoding',
    'refining 0': 'refining 0',
    'refining 2': 'refining 0',
    'paused 0': 'paused 0 operator',
    'paused 2': 'paused 0 operator',
    converged: 'paused 0 operator',
    decided: 'refused: decided already',
    held: 'refused: held (the provider gave up)'
  },
  override: {
    idle: 'refused: No prediction',
    observing: 'refused: waiting for an observation',
    encoding: 'refused: being encoded',
    'refining 0': 'decided 0',
    'refining 2': 'decided 2',
    'paused 0': 'decided 0',
    'paused 2': 'decided 2',
    converged: 'decided 3',
    decided: 'refused: decided already',
    held: 'refused: held (the provider gave up)'
  },
  reject: {
    idle: 'refused: No prediction',
    observing: 'refused: waiting for an observation',
    encoding: 'observing',
    'refining 0': 'observing',
    'refining 2': 'observing',
    'paused 0': 'observing',
    'paused 2': 'observing',
    converged: 'observing',
    decided: 'refused: decided already',
    held: 'observing'
  },
  settings: {
    idle: 'idle',
    observing: 'observing',
    encoding: 'encoding',
    'refining 0': 'refining 0',
    'refining 2': 'refining 2',
    'paused 0': 'paused 0 operator',
    'paused 2': 'paused 2 stepped',
    converged: 'paused 3 converged',
    decided: 'decided 3',
    held: 'held 2'
  }
}

const inWords = (at: RefinementPhase): string =>
  [at.kind, 'k' in at ? at.k : '', 'reason' in at ? at.reason : ''].filter((part) => part !== '').join(' ')

const cells = Object.entries(TABLE).flatMap(([name, row]) =>
  Object.entries(row).map(([where, outcome]) => ({
    name: name as keyof typeof COMMANDS,
    where: where as keyof typeof row,
    outcome
  }))
)

describe('every command in every phase', () => {
  test.each(cells)('$name in $where → $outcome', ({ name, where, outcome }) => {
    const host = AT[where]()
    const before = host.state()
    const effects = host.command(COMMANDS[name])
    const refused = effects.find((effect) => effect.type === 'refused')
    if (outcome.startsWith('refused: ')) {
      expect(refused).toMatchObject({ command: COMMANDS[name].type })
      expect(refused?.reason).toContain(outcome.slice('refused: '.length))
      expect(effects).toHaveLength(1)
      expect(host.state()).toBe(before)
    } else {
      expect(refused).toBeUndefined()
      expect(inWords(phase(host))).toBe(outcome)
    }
  })
})

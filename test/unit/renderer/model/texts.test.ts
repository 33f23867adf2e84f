import { describe, expect, test } from 'vitest'
import {
  commandTitle,
  duration,
  scientific,
  seedText,
  successText
} from '../../../../src/renderer/src/model/format'
import { jointFraction, jointText, verdictText } from '../../../../src/renderer/src/model/jointText'
import { startText } from '../../../../src/renderer/src/model/startText'
import { runLine } from '../../../../src/renderer/src/model/runText'
import { announcement, phaseSummary } from '../../../../src/renderer/src/model/phaseText'
import {
  horizonOfKind,
  HORIZON_KINDS,
  horizonText,
  ruleThreshold,
  stoppingOfKind,
  STOPPING_KINDS,
  stoppingText,
  withThreshold
} from '../../../../src/renderer/src/model/ruleText'
import { horizonRule, stoppingRule, type RefinementPhase } from '@shared/domain/policy'
import type { EpisodeOutcome } from '@shared/domain/run'
import type { RobotSnapshot } from '@shared/ipc/ports'
import { robotSnapshot } from '../support/samples'

const running = { phase: { kind: 'running' as const } }
const at = (change: Partial<RobotSnapshot>, run: Partial<RobotSnapshot['run']> = running): RobotSnapshot => {
  const base = robotSnapshot({ engaged: true })
  return { ...base, ...change, run: { ...base.run, ...run } }
}
const cause = { code: 'x', message: 'the arm left its limits' }
const outcome: EpisodeOutcome = { success: true, reason: 'placed', message: 'block placed', judge: 'bench' }

const well = { silent: false, policyFailure: null }

describe('phase', () => {
  test.each<[RobotSnapshot | null, RefinementPhase | null, string, string]>([
    [null, null, 'connecting to the robot', 'waiting'],
    [at({}, { phase: { kind: 'ready' } }), { kind: 'idle' }, 'ready', 'calm'],
    [at({ policyConnected: false }, { phase: { kind: 'ready' } }), null, 'waiting for the policy', 'calm'],
    [at({}), { kind: 'refining', k: 7 }, 'refining k = 7', 'active'],
    [
      at({ motion: { kind: 'paused' } }),
      { kind: 'paused', k: 5, reason: 'operator' },
      'paused at k = 5',
      'waiting'
    ],
    [
      at({ motion: { kind: 'executing' }, queue: { prediction: 0, action: 2, horizon: 8 } }),
      { kind: 'decided', k: 4 },
      'executing 3 of 8',
      'active'
    ],
    [at({ motion: { kind: 'held', cause } }), { kind: 'idle' }, 'held: the arm left its limits', 'attention'],
    [
      at({ motion: { kind: 'stopped', cause } }),
      { kind: 'paused', k: 1, reason: 'operator' },
      'stopped: the arm left its limits',
      'stopped'
    ],
    [at({}), { kind: 'held', k: 2, cause: 'non-finite state' }, 'held: non-finite state', 'attention'],
    [at({ engaged: false }), { kind: 'idle' }, 'waiting: resume to go on', 'waiting'],
    [at({}, { phase: { kind: 'ended', outcome } }), { kind: 'idle' }, 'episode ended: block placed', 'good'],
    [
      at({}, { phase: { kind: 'ended', outcome: { ...outcome, success: false, message: 'jammed' } } }),
      null,
      'episode ended: jammed',
      'attention'
    ],
    [
      at({}, { phase: { kind: 'ended', outcome: { ...outcome, success: false, judge: 'operator' } } }),
      null,
      'episode ended: failure',
      'calm'
    ]
  ])('%#: %s', (robot, refinement, text, tone) =>
    expect(phaseSummary(robot, refinement, well)).toEqual({ text, tone })
  )

  test.each([
    ['refining k = 7', 'active', 'running'],
    ['executing 3 of 8', 'active', 'running'],
    ['homing', 'active', 'homing'],
    ['paused at k = 5 (stepped)', 'waiting', 'paused (stepped)'],
    ['paused at action 3 of 8', 'waiting', 'paused'],
    ['held: the arm left its limits', 'attention', 'held: the arm left its limits']
  ] as const)('%s is announced without its counters', (text, tone, said) =>
    expect(announcement({ text, tone })).toBe(said)
  )

  const unloaded = { ...well, policyFailure: 'no such folder' }
  test.each([
    [
      'ready',
      at({ policyConnected: false }, { phase: { kind: 'ready' } }),
      /could not be loaded: no such folder/
    ],
    ['running', at({ policyConnected: false }), /could not be loaded: no such folder/],
    ['stopped', at({ policyConnected: false, motion: { kind: 'stopped', cause } }), /^stopped/],
    ['connected', at({}, { phase: { kind: 'ready' } }), /^ready$/]
  ])('a policy that was not loaded is said where it matters: %s', (_, robot, text) =>
    expect(phaseSummary(robot, null, unloaded).text).toMatch(text)
  )
  test('silence hides what was last known, and ends with the next snapshot', () => {
    const text = (silent: boolean) =>
      phaseSummary(at({}), { kind: 'refining', k: 7 }, { ...well, silent }).text
    expect([text(true), text(false)]).toEqual(['no word from the robot process', 'refining k = 7'])
  })
})

describe('rules', () => {
  test.each([
    [{ kind: 'actionMse', threshold: 3e-5, minIterations: 2, patience: 1 }, 'Action MSE < 3.0e-5'],
    [{ kind: 'kl', threshold: 1e-3, minIterations: 4, patience: 2 }, 'KL < 1.0e-3, k ≥ 4, 2× in a row'],
    [{ kind: 'fixed', iterations: 12 }, 'K = 12'],
    [{ kind: 'deadline', milliseconds: 80, minIterations: 2, patience: 1 }, '80 ms']
  ] as const)('%j', (rule, text) => expect(stoppingText(rule)).toBe(text))

  test.each(STOPPING_KINDS)('a fresh %s rule is valid whatever came before', (kind) => {
    for (const from of STOPPING_KINDS.map((other) =>
      stoppingOfKind(other, { kind: 'fixed', iterations: 3 })
    )) {
      expect(stoppingRule.safeParse(stoppingOfKind(kind, from)).success).toBe(true)
    }
  })
  test.each(HORIZON_KINDS)('a fresh %s horizon is valid for any chunk', (kind) => {
    for (const length of [1, 8, 25])
      expect(horizonRule.safeParse(horizonOfKind(kind, length)).success).toBe(true)
  })
  test('the two directions of a threshold horizon read differently', () => {
    const rule = { kind: 'threshold', kStar: 8, short: 4, long: 8 } as const
    expect(horizonText({ ...rule, direction: 'paper' })).toBe('K > 8 → 4, else 8')
    expect(horizonText({ ...rule, direction: 'reference-code' })).toBe('K > 8 → 8, else 4')
  })
  test('thresholds: only rules that have one', () => {
    const rule = { kind: 'latentDelta', threshold: 1e-2, minIterations: 2, patience: 1 } as const
    expect(ruleThreshold(rule)).toEqual({ signal: 'latentDelta', threshold: 1e-2 })
    expect(withThreshold(rule, 5e-3)).toEqual({ ...rule, threshold: 5e-3 })
    expect(ruleThreshold({ kind: 'fixed', iterations: 3 })).toBeNull()
  })
})

describe('commands', () => {
  test.each([
    ['haltNow', 'Halt now'],
    ['runToConvergence', 'Run to convergence'],
    ['home', 'Home']
  ])('%s → %s', (command, title) => expect(commandTitle(command)).toBe(title))

  const { run } = robotSnapshot()
  const ended = { ...run, phase: { kind: 'ended', outcome } } as const
  test.each([
    ['ready', run, { level: 'all', seedBase: 1 }, /this scene/],
    ['no robot yet', null, { level: 'all', seedBase: 1 }, /this scene/],
    ['ended', ended, { level: 'all', seedBase: 1 }, /next scene/],
    ['another seed', run, { level: 'all', seedBase: 2 }, /first scene/],
    ['ended, another level', ended, { level: 'easy', seedBase: 1 }, /first scene/]
  ] as const)('what Start does: %s', (_, view, next, text) => expect(startText(view, next)).toMatch(text))
})

describe('the episode in one line', () => {
  const { run } = robotSnapshot()
  const ended = (change: Partial<EpisodeOutcome>) =>
    ({ ...run, phase: { kind: 'ended', outcome: { ...outcome, ...change } } }) as const
  test.each([
    [null, 'Waiting for the robot', 'idle'],
    [run, 'Ready · level all · seed 1', 'idle'],
    [{ ...run, ...running }, 'Running · level all · seed 1', 'running'],
    [ended({}), 'Success · block placed', 'success'],
    [ended({ success: false }), 'Failure · block placed', 'failure'],
    [ended({ success: false, judge: 'operator' }), 'Failure · judged by operator', 'judged'],
    [ended({ judge: 'operator' }), 'Success · judged by operator', 'success']
  ] as const)('%#', (view, text, kind) => expect(runLine(view)).toEqual({ text, kind }))
})

describe('numbers', () => {
  test.each([
    [3e-5, '3.0e-5'],
    [0, '0'],
    [12, '1.2e1']
  ])('%d → %s', (value, text) => expect(scientific(value)).toBe(text))
  test.each([
    [0.48, '0.48 ms'],
    [61.4, '61 ms'],
    [1400, '1.4 s']
  ])('%d ms → %s', (ms, text) => expect(duration(ms)).toBe(text))
  test('seeds read back', () => expect(Number(seedText(0xdeadbeef))).toBe(0xdeadbeef))
  test('success', () => {
    expect(successText(0, 0)).toBe('–')
    expect(successText(7, 9)).toBe('7 of 9 (78 %)')
  })
})

describe('joints', () => {
  const base = {
    name: 'base',
    maxVelocityPerSec: 1,
    maxAccelerationPerSec2: 1,
    maxJump: 1,
    home: 0,
    min: -1,
    max: 1
  }
  test('degrees and per cent', () => {
    expect(jointText({ ...base, kind: 'revolute' }, Math.PI / 6)).toBe('30.0°')
    expect(jointText({ ...base, kind: 'revolute' }, -1e-6)).toBe('0.0°')
    expect(jointText({ ...base, kind: 'gripper' }, 0.63)).toBe('63 %')
    expect(jointFraction({ ...base, kind: 'revolute' }, 5)).toBe(1)
  })
  test('the gate names what it clamped', () => {
    expect(verdictText({ kind: 'clamp', joints: [{ joint: 'elbow', limit: 'velocity' }] })).toBe(
      'clamped: elbow (velocity)'
    )
    expect(verdictText({ kind: 'reject', cause })).toBe('rejected: the arm left its limits')
  })
})

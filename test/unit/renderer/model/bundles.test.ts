import type { RobotSnapshot } from '@shared/ipc/ports'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BundleJob } from '../../../../src/renderer/src/model/bundleJob'
import {
  bundleRows,
  bytesText,
  dimensionsText,
  pairNames,
  pathEnd,
  policyRows,
  sentence,
  whenText
} from '../../../../src/renderer/src/model/bundleText'
import { whyBusy, whyNotUsable, type UseSituation } from '../../../../src/renderer/src/model/bundleUse'
import {
  compareChoices,
  comparePair,
  onlyUsedBefore,
  whyNotComparable
} from '../../../../src/renderer/src/model/compareChoices'
import {
  bestTrial,
  estimateK,
  estimateMs,
  selfTestPassed,
  trialKey,
  trialRows,
  trialTitle
} from '../../../../src/renderer/src/model/trials'
import { accepted, description, examination, recentBundle, refused, stages } from '../support/bundleSamples'
import { policyInfo, robotSnapshot, settings } from '../support/samples'

describe('texts', () => {
  test.each([
    [0, '0 B'],
    [812, '812 B'],
    [1024, '1.0 KiB'],
    [3_565_158, '3.4 MiB'],
    [200 * 1024 * 1024, '200 MiB'],
    [2_914_512_006, '2.7 GiB'],
    [5 * 1024 ** 4, '5120 GiB']
  ])('%d bytes: %s', (bytes, text) => expect(bytesText(bytes)).toBe(text))
  test.each([
    ['/home/op/policies/demo', '…/policies/demo'],
    ['C:\\policies\\new\\demo.zip', '…/new/demo.zip'],
    ['/policies/demo/', '/policies/demo/'],
    ['demo.zip', 'demo.zip']
  ])('%s ends %s', (path, end) => expect(pathEnd(path)).toBe(end))
  test.each([
    [new Date(2026, 10, 24, 9, 5), 'today 09:05'],
    [new Date(2026, 10, 23, 23, 59), '2026-11-23 23:59'],
    [new Date(2025, 10, 24, 9, 5), '2025-11-24 09:05']
  ])('%s: %s', (at, text) =>
    expect(whenText(at.getTime(), new Date(2026, 10, 24, 18, 0).getTime())).toBe(text)
  )
  test.each([
    ['no adapter found', 'no adapter found.'],
    ['No adapter found.', 'No adapter found.']
  ])('%s → %s', (text, whole) => expect(sentence(text)).toBe(whole))
  test('neighbours share their unit', () => {
    expect(dimensionsText(description().actionDims)).toBe('x, y, z (m), gripper (opening)')
    expect(dimensionsText([])).toBe('')
  })
  test('bundles of one name and version are told apart by their hashes', () => {
    const named = { name: 'demo', version: '1', hash: 'a'.repeat(64) }
    expect(pairNames([named, { ...named, version: '2' }])).toEqual(['demo 1', 'demo 2'])
    expect(pairNames([named, { ...named, hash: 'b'.repeat(64) }])).toEqual([
      'demo 1 (aaaaaaaa)',
      'demo 1 (bbbbbbbb)'
    ])
  })
  test('rows say size, rule, horizon and where it was opened from', () => {
    const rows = new Map(bundleRows(description()))
    expect(rows.get('Chunk')).toBe('8 × 4')
    expect(rows.get('Cameras')).toBe('top 64×64')
    expect(rows.get('Default rule')).toBe('Action MSE < 3.0e-5')
    expect(rows.get('Default horizon')).toBe('8 actions')
    expect(rows.get('Size')).toBe('2.9 MiB')
    expect(rows.get('Opened from')).toBe('/bundles/next')
    const inUse = new Map(policyRows(policyInfo()))
    expect(inUse.get('Opened from')).toBe('/policies/example')
    expect(inUse.get('Cameras')).toBe('none')
  })
})

describe('trials', () => {
  test.each([
    [{ kind: 'fixed', iterations: 12 }, 32, 12],
    [{ kind: 'fixed', iterations: 12 }, 10, 10],
    [settings().stopping, 32, 8],
    [settings().stopping, 6, 6],
    [{ kind: 'deadline', milliseconds: 50, minIterations: 2, patience: 1 }, 32, 8]
  ] as const)('%j, at most %d: estimated at K = %d', (stopping, maxIterations, k) =>
    expect(estimateK({ ...settings(), stopping, maxIterations })).toBe(k)
  )
  test('an estimate grows by step and coda with every iteration', () => {
    expect(estimateMs(stages(), 8)).toBe(4 + 1 + 8 * 0.75)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 31 }), (k) => {
        expect(estimateMs(stages(), k + 1) - estimateMs(stages(), k)).toBeCloseTo(0.75, 9)
      })
    )
  })
  test('what is offered first is the first that was accepted', () => {
    const fast = accepted({ precision: 'int8' })
    expect(bestTrial([refused(), accepted(), fast])).toEqual(accepted())
    expect(bestTrial([refused(), fast, accepted()])).toBe(fast)
    expect(bestTrial([refused()])).toBeNull()
    expect(bestTrial([])).toBeNull()
  })
  test('names', () => {
    expect(trialKey(accepted())).not.toBe(trialKey(accepted({ precision: 'int8' })))
    expect(trialTitle(refused())).toBe('WEBGPU, float32')
  })
  test.each([
    [1e-6, 1e-7, true, true],
    [1e-4, 1e-4, true, true],
    [2e-4, 0, true, false],
    [0, 2e-4, true, false],
    [2e-4, 1e-4, false, true],
    [0, 2e-4, false, false]
  ])('state error %d, action error %d, states judged %s: passed %s', (state, action, judgesStates, passed) =>
    expect(
      selfTestPassed({ maxStateError: state, maxActionError: action, tolerance: 1e-4, judgesStates })
    ).toBe(passed)
  )
  test('rows: refused ones have no estimate, the fastest of several is marked, errors are the precision’s', () => {
    const fast = accepted({ precision: 'int8' }, stages({ step: 0.25 }))
    const rows = trialRows([refused(), accepted(), fast], description())
    expect(rows.map(({ estimateMs: ms, fastest }) => [ms, fastest])).toEqual([
      [null, false],
      [11, false],
      [9, true]
    ])
    expect(rows.map(({ actionError }) => actionError)).toEqual([2e-6, 2e-6, 0.012])
  })
  test('one accepted trial is not called the fastest', () => {
    expect(trialRows([refused(), accepted()], description()).some(({ fastest }) => fastest)).toBe(false)
  })
  test('a precision the bundle does not list has no error', () => {
    const bundle = description({ variants: [{ precision: 'float32', maxActionError: 0 }] })
    expect(trialRows([accepted({ precision: 'int8' })], bundle)[0]?.actionError).toBeNull()
  })
})

const JOBS = {
  examine: { kind: 'examine', path: '/b', providers: 'cpu' },
  compare: { kind: 'compare', first: '/a', second: '/b' },
  use: { kind: 'use', path: '/b', name: 'b', provider: 'cpu', precision: 'float32' }
} as const satisfies Record<string, BundleJob>

describe('using a bundle', () => {
  const situation = (change: Partial<UseSituation> = {}): UseSituation => ({
    examination: examination(),
    trial: accepted(),
    info: policyInfo(),
    robot: robotSnapshot(),
    job: null,
    ...change
  })
  const running = (change: Partial<RobotSnapshot> = {}): RobotSnapshot => {
    const base = robotSnapshot({ engaged: true, ...change })
    return { ...base, run: { ...base.run, phase: { kind: 'running' } } }
  }
  test.each<[string, Partial<UseSituation>, RegExp | null]>([
    ['nothing in the way', {}, null],
    ['no policy loaded', { info: null }, null],
    ['no robot', { robot: null }, null],
    ['another arm', { examination: examination({ undrivable: '7 actions' }) }, /can’t drive/],
    ['nothing accepted', { trial: null }, /No provider/],
    ['a refused trial', { trial: refused() }, /refused: choose another/],
    ['a run', { robot: running() }, /^Stop or end the run first$/],
    ['a stopped run', { robot: running({ engaged: false }) }, null],
    ['engaged between two episodes', { robot: robotSnapshot({ engaged: true }) }, /run first/],
    ['an examination', { job: JOBS.examine }, /examined/],
    ['a comparison', { job: JOBS.compare }, /compared/],
    ['a replacement', { job: JOBS.use }, /replaced/],
    ['another arm, while running', { examination: examination({ undrivable: 'x' }), robot: running() }, /arm/]
  ])('%s', (_, change, reason) => {
    const answer = whyNotUsable(situation(change))
    if (reason === null) expect(answer).toBeNull()
    else expect(answer).toMatch(reason)
  })
  test('what is in use already: same files, provider and precision', () => {
    const info = { ...policyInfo(), bundleHash: examination().bundle.hash }
    expect(whyNotUsable(situation({ info }))).toBe('This is the policy in use')
    expect(whyNotUsable(situation({ info: { ...info, precision: 'int8' } }))).toBeNull()
    expect(whyNotUsable(situation({ info: { ...info, provider: 'webgpu' } }))).toBeNull()
  })
  test('nothing under way keeps nobody waiting', () => expect(whyBusy(null)).toBeNull())
})

describe('what can be compared', () => {
  const paths = (choices: ReturnType<typeof compareChoices>) => choices.map(({ value }) => value)
  test('in use, examined, recent; each once', () => {
    const recent = [
      recentBundle(),
      recentBundle({ path: '/policies/example' }),
      recentBundle({ path: '/bundles/old' })
    ]
    const choices = compareChoices(policyInfo(), description(), recent, [
      recentBundle({ path: '/app/demo' }),
      recentBundle()
    ])
    expect(paths(choices)).toEqual(['/policies/example', '/bundles/next', '/bundles/old', '/app/demo'])
    expect(choices.map(({ help }) => help.split(' · ')[0])).toEqual([
      'in use',
      'examined',
      'recent',
      'in use before'
    ])
    expect(compareChoices(null, null, [], [])).toEqual([])
  })

  test('the way back: what was in use before and is in no other list', () => {
    const pathsOf = (list: readonly { path: string }[]) => list.map(({ path }) => path)
    const before = ['/policies/example', '/app/demo', '/bundles/next'].map((path) => recentBundle({ path }))
    expect(pathsOf(onlyUsedBefore(before, [recentBundle()], policyInfo()))).toEqual(['/app/demo'])
    expect(pathsOf(onlyUsedBefore(before, [], null))).toEqual(pathsOf(before))
  })

  const three = compareChoices(policyInfo(), description(), [recentBundle({ path: '/bundles/old' })], [])
  const one = compareChoices(policyInfo(), null, [], [])
  test.each([
    ['in use against examined', three, [null, null], ['/policies/example', '/bundles/next']],
    ['what was chosen', three, ['/bundles/old', '/policies/example'], ['/bundles/old', '/policies/example']],
    ['second chosen alone', three, [null, '/policies/example'], ['/bundles/next', '/policies/example']],
    ['forgotten meanwhile', three, ['/gone', '/gone'], ['/policies/example', '/bundles/next']],
    [
      'twice the same is the operator’s',
      three,
      ['/bundles/old', '/bundles/old'],
      ['/bundles/old', '/bundles/old']
    ],
    ['one bundle', one, [null, null], ['/policies/example', null]],
    ['none', [], [null, null], [null, null]]
  ] as const)('%s', (_, choices, chosen, pair) => expect(comparePair(choices, chosen)).toEqual(pair))

  test.each([
    [['/a', '/b'], null],
    [['/a', '/a'], /different/],
    [['/a', null], /second bundle/],
    [[null, null], /second bundle/]
  ] as const)('%j', (pair, reason) => {
    const answer = whyNotComparable(pair)
    if (reason === null) expect(answer).toBeNull()
    else expect(answer).toMatch(reason)
  })
})

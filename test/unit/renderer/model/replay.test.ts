import { describe, expect, test } from 'vitest'
import { heatSign } from '@shared/domain/episode'
import type { ReplayEntry } from '@shared/ipc/recording'
import {
  bytesText,
  clockText,
  flagsOf,
  outcomeText,
  titleOf
} from '../../../../src/renderer/src/model/episodeText'
import {
  countUntil,
  createReplayTimeline,
  frameStep,
  neighbour,
  predictionAt
} from '../../../../src/renderer/src/model/replayTimeline'
import { robotSnapshot } from '../support/samples'

const snapshotAt = (nanos: number): ReplayEntry => ({
  nanos,
  robot: { type: 'snapshot', snapshot: robotSnapshot({ nanos }) }
})
const framesAt = (nanos: number): ReplayEntry => ({ nanos, robot: { type: 'frames', images: [] } })
const MARKS = [
  { index: 0, fromNanos: 10, decidedNanos: 30, iterations: [15, 20, 28] },
  { index: 1, fromNanos: 100, decidedNanos: 120, iterations: [110, 118] }
]

describe('the timeline', () => {
  const timeline = createReplayTimeline()
  timeline.append([snapshotAt(1), framesAt(2), snapshotAt(3), snapshotAt(3), snapshotAt(5)])
  timeline.append([{ nanos: 6, event: { kind: 'mark', name: 'moment', detail: '' } }])

  test.each([
    [0, []],
    [1, [1]],
    [4, [2, 3]],
    [9, [2, 5]]
  ])('what holds at %i', (nanos, found) =>
    expect(timeline.stateAt(nanos).map((entry) => entry.nanos)).toEqual(found)
  )
  test.each([
    [1, 3, [2, 3, 3]],
    [0, 1, [1]],
    [6, 9, []]
  ])('between %i and %i', (after, until, found) =>
    expect(timeline.between(after, until).map((entry) => entry.nanos)).toEqual(found)
  )
  test('events keep their time', () =>
    expect(timeline.events()).toEqual([{ nanos: 6, kind: 'mark', name: 'moment', detail: '' }]))
  test('counting', () =>
    expect([0, 1, 4, 9].map((at) => countUntil([snapshotAt(1), snapshotAt(4)], at))).toEqual([0, 1, 2, 2]))
})

test.each([
  [5, null],
  [10, { place: 0, k: 0 }],
  [20, { place: 0, k: 2 }],
  [99, { place: 0, k: 3 }],
  [112, { place: 1, k: 1 }]
])('the prediction at %i', (nanos, found) => expect(predictionAt(MARKS, nanos)).toEqual(found))

test.each([
  [20, 1, 30],
  [20, -1, 10],
  [30, 1, null],
  [10, -1, null],
  [15, 1, 20]
] as const)('from %i by %i', (nanos, direction, found) =>
  expect(neighbour([10, 20, 30], nanos, direction)).toBe(found)
)

describe('words', () => {
  test.each([
    [7, '0:07'],
    [750.9, '12:30'],
    [3750, '1:02:30']
  ])('%d s', (seconds, text) => expect(clockText(seconds)).toBe(text))
  test.each([
    [512, '512 B'],
    [2048, '2.0 KiB'],
    [60 * 1024 * 1024, '60 MiB']
  ])('%i bytes', (bytes, text) => expect(bytesText(bytes)).toBe(text))
  test('who said so', () => {
    expect(outcomeText({ success: true, judge: 'bench' })).toBe('success, says the bench')
    expect(outcomeText({ success: null, judge: null })).toBe('undecided')
  })
  test('moments', () =>
    expect(titleOf({ instruction: 'put it there', trigger: 'mark' })).toBe('Marked moment: put it there'))
  test('flags', () =>
    expect(
      flagsOf({ takeovers: 1, holds: 2, repaired: 'x', drops: 3 } as unknown as Parameters<typeof flagsOf>[0])
    ).toEqual(['takeover', '2 holds', 'repaired', '3 dropped']))
  test.each([
    [null, '.'],
    [0, '.'],
    [1e-9, '0'],
    [1e-2, '4'],
    [0.5, '7'],
    [100, '9']
  ])('heat of %d', (signal, sign) => expect(heatSign(signal)).toBe(sign))
})

test('a step by one picture goes to the next one, and over a hole in tenths of a second', () => {
  const pictures = [1e9, 1.1e9, 1.2e9]
  expect(frameStep(pictures, 1.1e9, 1)).toBe(1.2e9)
  expect(frameStep(pictures, 1.1e9, -1)).toBe(1e9)
  expect(frameStep(pictures, 1.2e9, 1)).toBeCloseTo(1.3e9)
  expect(frameStep([], 5e9, -1)).toBeCloseTo(4.9e9)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Breakpoint } from '@shared/domain/breakpoint'
import { phaseOf, predictionOf } from '@shared/engine/snapshot'
import { createFakeHost, type FakeHost } from './fakeHost'

const breakpoint = (expression: string, change: Partial<Breakpoint> = {}): Breakpoint => ({
  id: expression,
  expression,
  on: true,
  action: 'hold',
  once: false,
  every: 1,
  ...change
})
const fixed = { stopping: { kind: 'fixed', iterations: 6 } } as const

function started(...breakpoints: Breakpoint[]): FakeHost {
  const host = createFakeHost({ ...fixed, breakpoints })
  host.engage()
  host.observe()
  host.settle()
  return host
}
const held = (host: FakeHost) => phaseOf(host.state())
const settings = (host: FakeHost) => host.state().settings.breakpoints

describe('a breakpoint that is hit', () => {
  test('holds refinement and the robot at its iteration, and says why', () => {
    const host = started(breakpoint('k == 3'))
    expect(held(host)).toEqual({ kind: 'paused', k: 3, reason: 'breakpoint', breakpoint: 'k == 3' })
    expect(host.robot).toMatchObject({ motion: 'paused', queue: null })
    expect(host.commits()).toEqual([])
  })
  test('lets go on from there when the operator resumes, and is asked anew by the next prediction', () => {
    const host = started(breakpoint('k == 3'))
    host.resumeMotion()
    host.command({ type: 'resume' })
    host.settle()
    expect(host.commits()).toMatchObject([{ k: 6, breakpointHits: [{ k: 3, held: true }] }])
    host.finishChunk()
    host.observe()
    host.settle()
    expect(held(host)).toMatchObject({ kind: 'paused', k: 3, reason: 'breakpoint' })
    expect(host.state().breakpointCounts).toEqual({ 'k == 3': 2 })
  })
  test('can be stepped over, and comes again after a rewind', () => {
    const host = started(breakpoint('k == 3'))
    host.command({ type: 'step', count: 2 })
    host.settle()
    expect(held(host)).toMatchObject({ k: 5, reason: 'stepped' })
    host.command({ type: 'rewind', k: 2 })
    expect(predictionOf(host.state())?.breakpointHits).toEqual([])
    host.command({ type: 'step', count: 3 })
    host.settle()
    expect(held(host)).toMatchObject({ k: 3, reason: 'breakpoint' })
  })
  test('comes before the decision of the same iteration', () => {
    const host = started(breakpoint('converged'))
    expect(held(host)).toMatchObject({ kind: 'paused', k: 6, reason: 'breakpoint' })
    expect(host.commits()).toEqual([])
  })
  test('once: is off afterwards', () => {
    const host = started(breakpoint('k >= 2', { once: true }))
    expect(held(host)).toMatchObject({ k: 2, reason: 'breakpoint' })
    expect(settings(host)).toMatchObject([{ on: false }])
    host.resumeMotion()
    host.command({ type: 'resume' })
    host.settle()
    expect(host.commits()).toMatchObject([{ k: 6 }])
  })
  test('every nth time: counts what it lets pass', () => {
    const host = started(breakpoint('k >= 2', { every: 3 }))
    expect(held(host)).toMatchObject({ k: 4, reason: 'breakpoint' })
    expect(host.state().breakpointCounts).toEqual({ 'k >= 2': 3 })
  })
  test('only logs: nothing is held, and the record says where', () => {
    const host = started(breakpoint('k >= 5', { action: 'log' }))
    expect(host.commits()).toMatchObject([
      { breakpointHits: [{ k: 5, held: false, expression: 'k >= 5' }, { k: 6 }] }
    ])
  })
  test('off: is not asked', () => {
    expect(started(breakpoint('k >= 2', { on: false })).commits()).toHaveLength(1)
  })
  test('the next prediction of a rejected one is asked by the breakpoint itself', () => {
    const host = started(breakpoint('k == 3'))
    host.command({ type: 'reject' })
    host.resumeMotion()
    host.observe()
    host.settle()
    expect(held(host)).toMatchObject({ k: 3, reason: 'breakpoint' })
  })
})

describe('breakpoints as settings', () => {
  test('what is not valid is refused by name, and changes nothing', () => {
    const host = started()
    const given = [breakpoint('k > 1'), breakpoint('kk > 1')]
    expect(host.command({ type: 'settings', settings: { breakpoints: given } })).toMatchObject([
      { type: 'refused', reason: 'The breakpoint "kk > 1" is not valid: there is no kk' }
    ])
    expect(settings(host)).toEqual([])
  })
  test('a condition that is written anew counts anew, others go on counting', () => {
    const [first, second] = [breakpoint('k == 3', { action: 'log' }), breakpoint('k == 4', { action: 'log' })]
    const host = started(first, second)
    const changed = { ...second, expression: 'k == 5' }
    host.command({ type: 'settings', settings: { breakpoints: [first, changed] } })
    expect(host.state().breakpointCounts).toEqual({ 'k == 3': 1 })
  })
})

test('nothing is committed past an iteration at which one holds, until somebody answers', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 3 }),
      (k, stopsAt, every) => {
        const host = createFakeHost({
          stopping: { kind: 'fixed', iterations: stopsAt },
          breakpoints: [breakpoint(`k == ${k}`, { every })]
        })
        host.engage()
        for (let prediction = 0; prediction < 4; prediction++) {
          host.observe()
          host.settle()
          host.finishChunk()
        }
        const reached = k <= stopsAt
        expect(host.commits()).toHaveLength(reached ? Math.min(4, every - 1) : 4)
      }
    )
  )
})

import { describe, expect, test } from 'vitest'
import type { Breakpoint } from '@shared/domain/breakpoint'
import {
  breakpointOf,
  breakpointsText,
  newBreakpoint,
  tryBreakpoint,
  valuesText
} from '../../../../src/renderer/src/model/breakpointText'
import { predictionView } from '../support/samples'

const NAMES = ['x', 'y', 'z', 'gripper']
const breakpoint = (change: Partial<Breakpoint> = {}): Breakpoint => ({
  id: 'b1',
  expression: 'k > 3',
  on: true,
  action: 'hold',
  once: false,
  every: 1,
  ...change
})
/** Action MSE by k: none, 1e-1, 1e-2, 1e-3, 1e-4. */
const five = predictionView({ k: 5, actionMse: [null, 1e-1, 1e-2, 1e-3, 1e-4] })

describe('breakpoints in words', () => {
  test.each<[string, Breakpoint[], Record<string, number>]>([
    ['none', [], {}],
    ['1 on', [breakpoint()], {}],
    ['1 on · hit once', [breakpoint(), breakpoint({ id: 'b2', on: false })], { b2: 1 }],
    ['2 on · hit 4×', [breakpoint(), breakpoint({ id: 'b2' })], { b1: 3, b2: 1, gone: 7 }]
  ])('%s', (text, breakpoints, counts) => {
    expect(breakpointsText(breakpoints, counts)).toBe(text)
  })
  test('a new one has an id of its own', () => {
    expect(newBreakpoint([breakpoint({ id: 'b2' }), breakpoint({ id: 'b3' })]).id).toBe('b4')
    expect(newBreakpoint([breakpoint({ id: 'b2' })]).id).toBe('b3')
  })
  test('which one holds', () => {
    expect(breakpointOf({ kind: 'paused', k: 3, reason: 'breakpoint', breakpoint: 'k == 3' })).toBe('k == 3')
    expect(breakpointOf({ kind: 'paused', k: 3, reason: 'operator' })).toBeNull()
    expect(breakpointOf(null)).toBeNull()
  })
  test('what it saw', () => {
    expect(valuesText('k > 3 && actionMse < 1 && !converged && contrast < 4', five, NAMES)).toEqual([
      'k = 5',
      'actionMse = 1.0e-4',
      'converged = no',
      'contrast = unknown'
    ])
    expect(valuesText('k >', five, NAMES)).toEqual([])
  })
})

describe('a condition tried on what was seen', () => {
  test.each<[string, object]>([
    ['  ', { kind: 'empty' }],
    ['k > kk', { kind: 'wrong', at: 'kk', message: 'there is no kk' }],
    ['k > 3', { kind: 'valid', text: 'Would have been hit in 1 of the last 2 predictions: 2 iterations.' }],
    [
      'actionMse == 0.01',
      { kind: 'valid', text: 'Would have been hit in 1 of the last 2 predictions: 1 iteration.' }
    ],
    ['k > 9', { kind: 'valid', text: 'Would not have been hit in the last 2 predictions.' }]
  ])('%s', (expression, trial) => {
    expect(tryBreakpoint(expression, [predictionView({ k: 2 }), five], NAMES)).toEqual(trial)
  })
  test('on nothing', () => {
    expect(tryBreakpoint('k > 3', [], NAMES)).toEqual({
      kind: 'valid',
      text: 'Valid. No prediction to try it on yet.'
    })
  })
})

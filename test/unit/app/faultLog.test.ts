import { expect, test } from 'vitest'
import type { Fault } from '@shared/domain/fault'
import { createFaultLog } from '../../../src/main/app/faultLog'

const fault = (change: Partial<Fault>): Fault => ({
  severity: 'high',
  source: 'policy',
  code: 'x',
  message: 'm',
  tip: 't',
  ...change
})

test('keeps the first faults, logs all, and tells a window only what it does not know', () => {
  const lines: string[] = []
  const faults = createFaultLog((line) => lines.push(line))
  faults.add(fault({ message: 'bundle' }))
  faults.add(fault({ source: 'ui' }))
  faults.add(fault({ source: 'main', code: 'robotHostGone' }))
  for (let i = 0; i < 500; i++) faults.add(fault({ message: `flood ${i}` }))
  expect(faults.all).toHaveLength(200)
  expect(lines).toHaveLength(503)
  expect(faults.forUi()[0]?.message).toBe('bundle')
  expect(faults.forUi().some(({ source, code }) => source === 'ui' || code === 'robotHostGone')).toBe(false)
})

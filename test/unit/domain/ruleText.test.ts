import { expect, test } from 'vitest'
import { parseRule, ruleText } from '@shared/domain/ruleText'

const patience = { minIterations: 2, patience: 1 }

test.each([
  ['fixed:8', { kind: 'fixed', iterations: 8 }],
  ['actionMse:3e-5', { kind: 'actionMse', threshold: 3e-5, ...patience }],
  ['kl:0.001', { kind: 'kl', threshold: 1e-3, ...patience }],
  ['cosine:1e-3', { kind: 'cosine', threshold: 1e-3, ...patience }],
  ['latentDelta:0.05', { kind: 'latentDelta', threshold: 0.05, ...patience }],
  ['deadline:50', { kind: 'deadline', milliseconds: 50, ...patience }]
])('%s', (text, value) => {
  expect(parseRule(text)).toEqual({ ok: true, value })
})

test.each([
  '',
  'fixed',
  'fixed:',
  'fixed:0',
  'fixed:1.5',
  'fixed:33',
  'actionMse:-1',
  'actionMse:x',
  'often:3'
])('“%s” is refused by name', (text) => {
  expect(parseRule(text)).toMatchObject({ ok: false, error: expect.stringContaining(`“${text}”`) })
})

test.each(['fixed:8', 'actionMse:0.0003', 'kl:0.001', 'latentDelta:0.05', 'deadline:50'])(
  '%s is written as it is read',
  (text) => {
    const rule = parseRule(text)
    expect(rule.ok && ruleText(rule.value)).toBe(text)
  }
)

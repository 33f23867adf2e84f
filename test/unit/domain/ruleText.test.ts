import { expect, test } from 'vitest'
import { horizonRuleText, parseHorizon, parseRule, ruleText } from '@shared/domain/ruleText'

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

test.each([
  ['4', { kind: 'fixed', actions: 4 }],
  ['fixed:4', { kind: 'fixed', actions: 4 }],
  ['linearDecay', { kind: 'linearDecay' }],
  ['threshold:8:4:8:paper', { kind: 'threshold', kStar: 8, short: 4, long: 8, direction: 'paper' }],
  ['bucket:5:reference-code', { kind: 'bucket', warmup: 5, direction: 'reference-code' }]
])('horizon %s', (text, value) => {
  const parsed = parseHorizon(text)
  expect(parsed).toEqual({ ok: true, value })
  if (parsed.ok) expect(parseHorizon(horizonRuleText(parsed.value))).toEqual(parsed)
})

test.each(['', '0', 'bucket', 'threshold:8:4:8:sideways', 'linear', '1.5'])('no horizon: %s', (text) => {
  expect(parseHorizon(text)).toMatchObject({ ok: false, error: expect.stringContaining(`“${text}”`) })
})

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { MAX_ITERATIONS, type StoppingRule } from '@shared/domain/policy'
import { evaluateStopping } from '@shared/engine/stopping'
import { curveOf } from './curves'
import { findStop } from './findStop'

/** Real step logs of the reference implementation (test/fixtures/stepLog/README.md). */
const row = z.object({
  prediction_step: z.int(),
  method: z.literal('kl_divergence'),
  threshold: z.number(),
  K_t: z.int(),
  conv_score_list: z.array(z.number()),
  action_delta_list: z.array(z.number())
})
const file = new URL('../../fixtures/stepLog/rdvla_step_log_sample.jsonl', import.meta.url)
const rows = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => row.parse(JSON.parse(line)))

/** What the reference calls `kl_divergence` is the mean squared difference of successive chunks. */
const ruleOf = ({ threshold }: z.infer<typeof row>): StoppingRule => ({
  kind: 'actionMse',
  threshold,
  minIterations: 2,
  patience: 1
})
const context = { observationNanos: 0, maxIterations: MAX_ITERATIONS }

test('there are rows to test', () => {
  expect(rows).toHaveLength(8)
  expect(new Set(rows.map(({ K_t }) => K_t)).size).toBeGreaterThan(3)
})

describe.each(rows)('prediction $prediction_step', (logged) => {
  const curve = curveOf('actionMse', logged.conv_score_list)

  test('stops at its logged K under its logged threshold, and no earlier', () => {
    expect(curve).toHaveLength(logged.K_t)
    for (let k = 1; k < logged.K_t; k++) {
      expect(evaluateStopping(ruleOf(logged), curve.slice(0, k), context)).toEqual({ stop: false })
    }
    expect(evaluateStopping(ruleOf(logged), curve, context)).toEqual({ stop: true, reason: 'rule' })
    expect(findStop(ruleOf(logged), curve, context)?.k).toBe(logged.K_t)
  })

  test('would not have stopped yet at its last score itself', () => {
    const last = logged.conv_score_list.at(-1) ?? Number.NaN
    expect(findStop(ruleOf({ ...logged, threshold: last }), curve, context)).toBeNull()
  })

  test('actionL2² / (T·A) is its score, to half a unit in the last place of bfloat16', () => {
    expect(logged.action_delta_list).toHaveLength(logged.conv_score_list.length)
    for (const [index, delta] of logged.action_delta_list.entries()) {
      const score = logged.conv_score_list[index] ?? Number.NaN
      expect(Math.abs(delta ** 2 / (8 * 7) / score - 1)).toBeLessThanOrEqual(2 ** -8)
    }
  })
})

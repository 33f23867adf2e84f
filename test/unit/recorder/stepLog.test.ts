import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseStepLog, ruleOf, scoreOf } from '../../../src/main/recorder/import/stepLog'

const SAMPLE = readFileSync(
  resolve(import.meta.dirname, '../../fixtures/stepLog/rdvla_step_log_sample.jsonl'),
  'utf8'
)
const row = (change: object = {}): string =>
  JSON.stringify({
    task_id: 1,
    task_name: 'put it there',
    episode_id: 2,
    prediction_step: 0,
    method: 'kl_divergence',
    threshold: 5e-4,
    fixed_K: null,
    K_t: 3,
    conv_score_list: [0.1, 0.01],
    action_delta_list: [1, 0.5],
    latency_ms: 100,
    success: true,
    ...change
  })

test('real rows are read, all of one episode together', () => {
  const { episodes, refused } = parseStepLog(SAMPLE)
  expect(refused).toEqual([])
  expect(episodes).toHaveLength(1)
  expect(episodes[0]?.rows.map(({ prediction_step: step }) => step)).toEqual([0, 1, 2, 3, 4, 6, 7, 12])
  expect(episodes[0]).toMatchObject({ taskId: 0, episodeId: 0, success: true })
})

test('a last line that was cut off costs itself alone', () => {
  const torn = `${row()}\n${row({ prediction_step: 1 }).slice(0, 40)}`
  expect(parseStepLog(torn)).toMatchObject({
    episodes: [{ rows: [{ prediction_step: 0 }] }],
    refused: [{ line: 2, reason: 'it is no complete JSON' }]
  })
})

test.each([
  ['K and its lists differ', { K_t: 5 }, 'K_t is 5, but a list has 2 entries, not 4'],
  ['no task', { task_id: 'x' }, 'task_id'],
  ['a number that is none', { latency_ms: 'fast' }, 'latency_ms']
])('%s: the line is named', (_, change, reason) => {
  const { refused } = parseStepLog(`${row()}\n\n${row(change)}`)
  expect(refused).toEqual([{ line: 3, reason: expect.stringContaining(reason) }])
})

test('columns of nulls mean that nothing was measured', () => {
  const { episodes, refused } = parseStepLog(
    row({
      conv_score_list: null,
      action_delta_list: [null, null],
      latency_ms: null,
      success: null,
      threshold: null
    })
  )
  expect(refused).toEqual([])
  expect(episodes[0]?.success).toBeNull()
})

describe('rules', () => {
  const first = (change: object) => {
    const [episode] = parseStepLog(row(change)).episodes
    if (!episode?.rows[0]) throw new Error('no row')
    return episode.rows[0]
  }
  test.each([
    [{}, { kind: 'actionMse', threshold: 5e-4, minIterations: 2, patience: 1 }, 'actionMse'],
    [{ fixed_K: 12 }, { kind: 'fixed', iterations: 12 }, 'actionMse'],
    [{ method: 'cosine' }, { kind: 'cosine', threshold: 5e-4, minIterations: 2, patience: 1 }, 'cosine'],
    [{ method: 'oracle' }, null, null]
  ])('%o', (change, rule, score) => {
    expect(ruleOf(first(change))).toEqual(rule)
    expect(scoreOf(first(change))).toBe(score)
  })
})

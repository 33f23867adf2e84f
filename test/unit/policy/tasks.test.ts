import { describe, expect, test } from 'vitest'
import { describeTasks, expandTasks, taskProblem } from '../../../src/main/policy/tasks'

describe('tasks', () => {
  const spec = { template: 'put {a} in {b}', values: { a: ['red', 'blue'], b: ['box', '$&'] } }

  test('are all combinations, in order; values are taken literally', () =>
    expect(expandTasks(spec)).toEqual([
      'put red in box',
      'put red in $&',
      'put blue in box',
      'put blue in $&'
    ]))

  test('are described with their choices', () =>
    expect(describeTasks(spec)).toBe('put {red|blue} in {box|$&}'))

  test('a template without placeholders is one task', () =>
    expect(expandTasks({ template: 'tidy up', values: {} })).toEqual(['tidy up']))

  test.each([
    ['{a} and {a}', { a: ['x'] }, 'twice'],
    ['{a}', {}, 'no values'],
    ['x', { a: ['x'] }, "doesn't use"],
    ['{a}', { a: ['in {b}'] }, 'contains a brace'],
    [
      '{a} {b} {c}',
      { a: Array<string>(64).fill('x'), b: Array<string>(64).fill('x'), c: ['x', 'y'] },
      '8192 tasks; at most 4096'
    ]
  ] as const)('%s is refused', (template, values, message) =>
    expect(taskProblem({ template, values })).toContain(message)
  )
})

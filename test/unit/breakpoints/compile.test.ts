import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileBreakpoint } from '@shared/breakpoints/compile'
import { completeBreakpoint, withCompletion } from '@shared/breakpoints/complete'
import { factsOf, type Judged } from '@shared/breakpoints/facts'
import { vocabulary } from '@shared/breakpoints/vocabulary'
import { computeSignals } from '@shared/engine/signals'

const NAMES = ['x', 'y', 'z', 'gripper']
/** Two actions of four numbers at each k; action MSE falls by a hundred with every k but the last. */
const MSES = [null, 1e-1, 1e-3, 1e-5, 2e-5]
const LAST = Float32Array.from([0.5, -0.25, 0, -1, -0.75, 0.25, 0, 1])

function judged(change: Partial<Judged> = {}): Judged {
  const iterations = MSES.map((actionMse, index) => ({
    k: index + 1,
    signals: {
      ...computeSignals(1, null, null, 4, {
        latentDelta: 0,
        latentL2: 0,
        latentCosine: 0,
        latentAcceleration: null
      }),
      actionMse,
      latentDelta: index === 0 ? null : 0.5
    },
    chunk: LAST,
    stepMs: 1,
    codaMs: 1,
    completedNanos: 40e6
  }))
  return {
    index: 3,
    k: iterations.length,
    iterations,
    converged: null,
    observationNanos: 10e6,
    contrast: null,
    startMetres: [0.1, 0.2, 0.05],
    gripperOpening: 0.25,
    ...change
  }
}

const isHit = (text: string, change: Partial<Judged> = {}): boolean | string => {
  const compiled = compileBreakpoint(text, NAMES)
  return compiled.ok ? compiled.value.isHit(factsOf(judged(change), NAMES.length)) : compiled.error.message
}

describe('a breakpoint', () => {
  test.each([
    ['k >= 5', true],
    ['k > 5', false],
    ['k == 5', true],
    ['k * 2 == 10', true],
    ['k >= 2 && actionMse > 1e-5', true],
    ['k >= 8 && actionMse > 1e-3 && rising(actionMse, 3)', false],
    ['rising(actionMse, 1)', true],
    ['rising(actionMse, 2)', false],
    ['falling(actionMse, 1)', false],
    ['actionMse > before(actionMse)', true],
    ['actionMse == 2 * before(actionMse)', true],
    ['!converged', true],
    ['converged || k == 5', true],
    ['prediction == 3 && ageMs == 30', true],
    ['chunk.largest == 1', true],
    ['chunk.step == 1.25', true],
    ['first(chunk.gripper) < 0 && last(chunk.gripper) > 0', true],
    ['min(chunk.x) == -0.75 && max(chunk.x) == 0.5 && mean(chunk.x) == -0.125', true],
    ['robot.z < 0.06 && robot.gripper < 0.5', true],
    ['abs(min(chunk.x)) > 0.7', true],
    ['-min(chunk.x) > 0.7', true],
    ['(k > 3 ? actionMse : latentDelta) < 1e-4', true],
    ['1 / 0 > 5', true],
    ['true', true]
  ])('%s: %s', (text, expected) => {
    expect(isHit(text)).toBe(expected)
  })

  test.each(['contrast < 4', 'contrast != 4', '!(contrast < 4)', 'kl > 0 && k > 1', 'abs(contrast) >= 0'])(
    'what is not known makes nothing true: %s',
    (text) => {
      expect(isHit(text)).toBe(false)
    }
  )
  test('where what is known decides, it does', () => {
    expect(isHit('contrast < 4 || k > 1')).toBe(true)
  })
  test('says what it looked at', () => {
    const compiled = compileBreakpoint(
      'k > 8 && rising(actionMse, 3) || max(chunk.x) > contrast || k < 2',
      NAMES
    )
    if (!compiled.ok) throw new Error(compiled.error.message)
    expect(compiled.value.values(factsOf(judged(), NAMES.length))).toEqual([
      { name: 'k', value: 5 },
      { name: 'rising(actionMse, 3)', value: false },
      { name: 'max(chunk.x)', value: 0.5 },
      { name: 'contrast', value: null }
    ])
  })
  test('a chunk whose coda was left out is not known', () => {
    const iterations = judged().iterations.map((each) => ({ ...each, chunk: null }))
    expect(isHit('chunk.largest >= 0', { iterations })).toBe(false)
    expect(isHit('max(chunk.x) >= -9', { iterations })).toBe(false)
  })

  test.each<[string, RegExp, string]>([
    ['', /missing at the end/, ''],
    ['k >', /missing at the end/, ''],
    ['k', /this is a number/, 'k'],
    ['k && converged', /&& wants a condition/, 'k'],
    ['converged > 1', /> wants a number/, 'converged'],
    ['actionMze > 1', /there is no actionMze/, 'actionMze'],
    ['rising(k, 3)', /write it as rising\(actionMse, 3\)/, 'rising(k, 3)'],
    ['rising(actionMse)', /write it as rising/, 'rising(actionMse)'],
    ['rising(actionMse, 99)', /from 1 to 31/, 'rising(actionMse, 99)'],
    ['before(actionMse, 2) > 1', /write it as before/, 'before(actionMse, 2)'],
    ['chunk.x > 1', /say first\(chunk\.x\)/, 'chunk.x'],
    ['max(chunk.w) > 1', /one of x, y, z, gripper/, 'max(chunk.w)'],
    ['robot.w > 1', /there is no robot\.w/, 'robot.w'],
    ['boo(1) > 1', /no function boo/, 'boo(1)'],
    ['k % 2 == 0', /numbers, conditions, and the names/, 'k % 2'],
    ['k == "5"', /only numbers and conditions/, '"5"']
  ])('%s is refused: %s', (text, message, where) => {
    const compiled = compileBreakpoint(text, NAMES)
    if (compiled.ok) throw new Error('accepted')
    expect(compiled.error.message).toMatch(message)
    if (where !== '') expect(text.slice(compiled.error.start, compiled.error.end)).toBe(where)
  })
})

describe('a hostile expression', () => {
  test.each([
    'constructor.constructor("return process")()',
    'k.constructor > 1',
    '__proto__ > 1',
    'chunk.__proto__ > 1',
    'toString() > 1',
    'this.process.exit()',
    '"aaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("(a+)+$")',
    '[1, 2].all(a, [1, 2].all(b, [1, 2].all(c, true)))',
    '{"a": 1}.a > 1',
    'has(robot.x)',
    'timestamp("2026-01-01T00:00:00Z") > 1',
    'size("a") > 0',
    'string(k) == "5"',
    'type(k) == double',
    `${'('.repeat(5000)}k${')'.repeat(5000)} > 1`,
    `${'k+'.repeat(5000)}k > 1`,
    `${'!'.repeat(300)}converged`,
    'k > 1 // \n || true)'
  ])('is refused in words: %s', (text) => {
    const compiled = compileBreakpoint(text, NAMES)
    expect(compiled).toMatchObject({ ok: false })
  })

  const token = fc.constantFrom(
    ...vocabulary(NAMES).map(({ text }) => text),
    ...[
      '&&',
      '||',
      '!',
      '(',
      ')',
      '+',
      '-',
      '*',
      '/',
      '<',
      '==',
      '?',
      ':',
      ',',
      '.',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'"
    ],
    ...[
      '0',
      '1',
      '3',
      '1e-3',
      '1e309',
      'true',
      'null',
      'in',
      'map',
      'exists',
      'matches',
      '\\',
      '\n',
      'é',
      '%',
      'u'
    ]
  )
  test('never throws, neither compiling nor evaluating, and says where it is wrong', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), fc.boolean(), (tokens, spaced) => {
        const text = tokens.join(spaced ? ' ' : '')
        const compiled = compileBreakpoint(text, NAMES)
        if (compiled.ok) {
          expect(typeof compiled.value.isHit(factsOf(judged(), NAMES.length))).toBe('boolean')
          return
        }
        const { start, end, message } = compiled.error
        expect(message).not.toBe('')
        expect(0 <= start && start <= end && end <= text.length).toBe(true)
      }),
      { numRuns: 3000 }
    )
  })
  test('nor does any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(() => compileBreakpoint(text, NAMES)).not.toThrow()
      }),
      { numRuns: 2000 }
    )
  })
})

describe('completion', () => {
  test.each<[string, number, readonly string[]]>([
    ['act', 3, ['actionMse', 'actionL2']],
    ['k > 3 && rob', 12, ['robot.x', 'robot.y', 'robot.z', 'robot.gripper']],
    ['k > 3 && RIS', 12, ['rising(actionMse, 3)']],
    ['max(chunk.g', 11, ['chunk.gripper']],
    ['nothing', 7, []]
  ])('%s at %i', (text, caret, expected) => {
    expect(completeBreakpoint(text, caret, NAMES).words.map((word) => word.text)).toEqual(expected)
  })
  test('takes the place of the word at the caret', () => {
    const text = 'k > 3 && act > 1'
    const completion = completeBreakpoint(text, 11, NAMES)
    const [word] = completion.words
    if (!word) throw new Error('no word')
    expect(withCompletion(text, completion, word)).toEqual({ text: 'k > 3 && actionMse > 1', caret: 18 })
  })
  test('everything it offers is valid where its type is wanted', () => {
    for (const { text, type } of vocabulary(NAMES)) {
      const whole = /^chunk\.[xyzg]/.test(text) ? `max(${text}) > 0` : type === 'truth' ? text : `${text} > 0`
      expect([text, compileBreakpoint(whole, NAMES).ok]).toEqual([text, true])
    }
  })
  test('action names that are no words can be written all the same', () => {
    const names = ['left arm/joint 1', 'gripper']
    expect(compileBreakpoint('max(chunk.left_arm_joint_1) > 0', names).ok).toBe(true)
  })
})

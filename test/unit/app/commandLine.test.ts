import { describe, expect, test } from 'vitest'
import { parseCommandLine } from '../../../src/main/app/commandLine'

const HEADLESS = { DEPTHDECK_HEADLESS: '1' }

describe('parseCommandLine', () => {
  test('nothing given: the bench, all levels, until the operator ends it', () => {
    expect(parseCommandLine([], '/work', {})).toMatchObject({
      ok: true,
      value: {
        headless: false,
        seconds: null,
        level: 'all',
        seedBase: 1,
        episodes: null,
        rule: null,
        providers: []
      }
    })
  })

  test('headless runs have an end', () => {
    expect(parseCommandLine([], '/', HEADLESS)).toMatchObject({
      ok: true,
      value: { headless: true, seconds: 30 }
    })
  })

  test('paths are resolved, rules parsed, Chromium flags passed over', () => {
    const args = [
      '--no-sandbox',
      '.',
      '--report',
      'r.json',
      '--rule=actionMse:3e-5',
      '--providers=webgpu,cpu'
    ]
    expect(parseCommandLine(args, '/here', HEADLESS)).toMatchObject({
      ok: true,
      value: {
        report: '/here/r.json',
        rule: { kind: 'actionMse', threshold: 3e-5, minIterations: 2, patience: 1 },
        providers: ['webgpu', 'cpu']
      }
    })
  })

  test.each([
    [['--rule=often'], HEADLESS, 'is not a rule'],
    [['--seconds=soon'], HEADLESS, '--seconds'],
    [['--seconds=99999999'], HEADLESS, '--seconds'],
    [['--episodes=0'], HEADLESS, '--episodes'],
    [['--seed-base=-1'], HEADLESS, '--seed-base'],
    [['--level=impossible'], HEADLESS, '--level'],
    [['--report', '--seconds', '3'], HEADLESS, '--report needs a value'],
    [['--report=r.json'], {}, 'add --headless'],
    [['--episodes=3'], {}, 'add --headless'],
    [['--rules=fixed:8'], HEADLESS, 'no flag --rules; known: --seconds'],
    [['--secnds', '3'], HEADLESS, 'no flag --secnds']
  ])('%j → %s', (args, environment, message) => {
    const parsed = parseCommandLine(args, '/', environment)
    expect(parsed).toMatchObject({ ok: false, error: expect.stringContaining(message) })
  })
})

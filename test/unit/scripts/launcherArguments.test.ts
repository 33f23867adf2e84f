import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitArguments } from '../../../scripts/run/launcherArguments.mjs'

const off = { headless: false, verbose: false, retryElectron: false }

test.each([
  [[], { ...off, app: [] }],
  [
    ['--headless', '--seconds', '30', '--report', 'r.json'],
    { ...off, headless: true, app: ['--seconds', '30', '--report', 'r.json'] }
  ],
  [['--level', 'hard', '--verbose'], { ...off, verbose: true, app: ['--level', 'hard'] }],
  [['--retry-electron'], { ...off, retryElectron: true, app: [] }],
  [['--verbose', '--', '--headless'], { ...off, verbose: true, app: ['--headless'] }]
])('%j', (given, expected) => {
  expect(splitArguments(given)).toEqual(expected)
})

test('what is not the launcher’s reaches the app unchanged and in order', () => {
  const own = fc.constantFrom('--headless', '--verbose', '--retry-electron')
  const foreign = fc
    .string({ minLength: 1 })
    .filter((text) => text !== '--' && !/^--(headless|verbose|retry)/.test(text))
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          own.map((text) => [text, true] as const),
          foreign.map((text) => [text, false] as const)
        )
      ),
      (list) => {
        const { app } = splitArguments(list.map(([text]) => text))
        expect(app).toEqual(list.filter(([, mine]) => !mine).map(([text]) => text))
      }
    )
  )
})

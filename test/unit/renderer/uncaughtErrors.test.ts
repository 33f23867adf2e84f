import type { Fault } from '@shared/domain/fault'
import { expect, test } from 'vitest'
import { watchUncaught } from '../../../src/renderer/src/uncaughtErrors'

function watched() {
  const target = new EventTarget()
  const faults: Fault[] = []
  const release = watchUncaught(target as unknown as Window, (fault) => faults.push(fault))
  return {
    faults,
    release,
    fail: (message: string) => target.dispatchEvent(Object.assign(new Event('error'), { message })),
    reject: (reason: unknown) =>
      target.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason }))
  }
}

test('errors and rejections become faults, each message once', () => {
  const { faults, fail, reject } = watched()
  for (let frame = 0; frame < 3; frame++) fail('Uncaught TypeError: x is null')
  reject(new Error('no answer'))
  reject('plain')
  expect(faults.map(({ message }) => message)).toEqual([
    expect.stringContaining('x is null'),
    expect.stringContaining('no answer'),
    expect.stringContaining('plain')
  ])
  expect(faults[0]).toMatchObject({ source: 'ui', code: 'uncaught' })
})

test('a flood of different messages is bounded', () => {
  const { faults, fail } = watched()
  for (let index = 0; index < 1000; index++) fail(`frame ${index}`)
  expect(faults.length).toBeLessThan(100)
})

test('late resize observers are no errors', () => {
  const { faults, fail } = watched()
  fail('ResizeObserver loop completed with undelivered notifications.')
  expect(faults).toEqual([])
})

test('a released watch hears nothing', () => {
  const { faults, release, fail } = watched()
  release()
  fail('late')
  expect(faults).toEqual([])
})

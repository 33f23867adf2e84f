import type { EventChannel, InvokeChannel } from '@shared/ipc/channels'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createClient } from '../../../../src/renderer/src/client/client'
import { comparison, examination, recentBundle } from '../support/bundleSamples'
import { robotSnapshot } from '../support/samples'

/** A window as far as the client needs one; messages are delivered by hand, their source checked by the client. */
function fakeWindow() {
  const target = new EventTarget()
  const deliver = (data: unknown, ports: readonly MessagePort[], source: unknown = target): void => {
    target.dispatchEvent(Object.assign(new Event('message'), { data, ports, source }))
  }
  return { target: target as unknown as Window, deliver }
}
/** A port with both ends in hand: what the page posts is kept, what it gets is delivered at once. */
function fakePort() {
  const posted: unknown[] = []
  const port = {
    onmessage: null as ((event: { data: unknown }) => void) | null,
    closed: false,
    postMessage: (data: unknown) => posted.push(data),
    close: () => {
      port.closed = true
    }
  }
  return {
    port,
    posted,
    page: port as unknown as MessagePort,
    deliver: (data: unknown) => port.onmessage?.({ data })
  }
}

function setUp(answers: Partial<Record<InvokeChannel, unknown>> = {}) {
  const asked: [InvokeChannel, unknown][] = []
  const answer = (channel: InvokeChannel) => async (input?: unknown) => {
    asked.push([channel, input])
    return answers[channel]
  }
  const faults: unknown[] = []
  const heard: Partial<Record<EventChannel, (payload: unknown) => void>> = {}
  const hear = (channel: EventChannel) => (listener: (payload: unknown) => void) => {
    heard[channel] = listener
    return () => undefined
  }
  const bridge: DepthdeckBridge = {
    calls: {
      'app:info': async () => undefined,
      'ports:connect': async () => undefined,
      'ui:frames': async () => undefined,
      'export:choose': async () => null,
      'import:choose': async () => 0,
      'chart:save': async () => ({ ok: true, value: { path: null } }),
      'ui:fault': async (fault) => faults.push(fault),
      'ui:pointerOverStop': async () => undefined,
      'bundle:choose': answer('bundle:choose'),
      'bundle:recent': answer('bundle:recent'),
      'bundle:forget': answer('bundle:forget'),
      'bundle:examine': answer('bundle:examine'),
      'bundle:compare': answer('bundle:compare'),
      'bundle:cancel': answer('bundle:cancel'),
      'bundle:use': answer('bundle:use')
    },
    events: {
      'hosts:status': hear('hosts:status'),
      'app:fault': hear('app:fault'),
      'bundle:progress': hear('bundle:progress')
    }
  }
  const page = fakeWindow()
  const announce = (channel: EventChannel, payload: unknown): void => heard[channel]?.(payload)
  return { ...page, faults, asked, announce, client: createClient(bridge, page.target) }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('client', () => {
  test('commands go nowhere before a port arrived, and say so', () => {
    const { client } = setUp()
    expect(client.sendRobot({ type: 'stop', reason: 'operator' })).toBe(false)
    client.dispose()
  })

  test('beats to the robot every 100 ms, to the newest port only', () => {
    const { client, deliver } = setUp()
    const [first, second] = [fakePort(), fakePort()]
    deliver({ type: 'depthdeck:port', name: 'robot' }, [first.page])
    vi.advanceTimersByTime(300)
    expect(first.posted).toEqual(Array(3).fill({ type: 'heartbeat' }))
    deliver({ type: 'depthdeck:port', name: 'robot' }, [second.page])
    vi.advanceTimersByTime(100)
    expect(first.port.closed).toBe(true)
    expect(first.posted).toHaveLength(3)
    expect(second.posted).toHaveLength(1)
    client.dispose()
    vi.advanceTimersByTime(500)
    expect(second.posted).toHaveLength(1)
    expect(second.port.closed).toBe(true)
  })

  test.each(['starting', 'restarting', 'failed'] as const)(
    'a host that is %s has no port: sending says so',
    (state) => {
      const { client, deliver, announce } = setUp()
      const [old, policy, fresh] = [fakePort(), fakePort(), fakePort()]
      const status = { name: 'robot', restarts: 1, lastExit: 'crashed', pid: null }
      deliver({ type: 'depthdeck:port', name: 'robot' }, [old.page])
      deliver({ type: 'depthdeck:port', name: 'policy' }, [policy.page])
      announce('hosts:status', { ...status, state: 'running' })
      expect(client.sendRobot({ type: 'pause' })).toBe(true)
      announce('hosts:status', { ...status, state })
      expect(old.port.closed).toBe(true)
      expect(client.sendRobot({ type: 'stop', reason: 'operator' })).toBe(false)
      expect(client.sendPolicy({ type: 'pause' })).toBe(true)
      vi.advanceTimersByTime(300)
      announce('hosts:status', { ...status, state: 'running' })
      deliver({ type: 'depthdeck:port', name: 'robot' }, [fresh.page])
      expect(client.sendRobot({ type: 'reset' })).toBe(true)
      expect([old.posted, fresh.posted]).toEqual([[{ type: 'pause' }], [{ type: 'reset' }]])
      client.dispose()
    }
  )

  test('takes ports from its own window only', () => {
    const { client, deliver } = setUp()
    const port = fakePort()
    deliver({ type: 'depthdeck:port', name: 'robot' }, [port.page], {})
    deliver({ type: 'depthdeck:port', name: 'camera' }, [port.page])
    expect(client.sendRobot({ type: 'pause' })).toBe(false)
    client.dispose()
  })

  test('passes on what parses and reports what does not, once', () => {
    const { client, deliver, faults } = setUp()
    const port = fakePort()
    const heard: string[] = []
    client.onRobot((message) => heard.push(message.type))
    deliver({ type: 'depthdeck:port', name: 'robot' }, [port.page])
    port.deliver({ type: 'snapshot', snapshot: robotSnapshot() })
    port.deliver({ type: 'snapshot', snapshot: { nanos: 'later' } })
    port.deliver({ type: 'nonsense' })
    expect(heard).toEqual(['snapshot'])
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatchObject({ source: 'ui', code: 'unreadable-robot' })
    client.dispose()
  })
})

describe('bundles', () => {
  const refusal = {
    ok: false,
    error: { severity: 'medium', source: 'main', code: 'bundleHash', message: 'm', tip: 't' }
  }

  test('asks for what the contract says and hands on what comes back', async () => {
    const { client, asked } = setUp({
      'bundle:choose': '/b',
      'bundle:recent': [recentBundle()],
      'bundle:forget': [],
      'bundle:examine': { ok: true, value: examination() },
      'bundle:compare': { ok: true, value: comparison() },
      'bundle:use': refusal
    })
    expect(await client.bundles.choose('zip')).toBe('/b')
    expect(await client.bundles.recent()).toEqual([recentBundle()])
    expect(await client.bundles.forget('/b')).toEqual([])
    expect(await client.bundles.examine({ path: '/b', providers: 'all' })).toEqual({
      ok: true,
      value: examination()
    })
    expect(await client.bundles.compare({ first: '/a', second: '/b' })).toEqual({
      ok: true,
      value: comparison()
    })
    await client.bundles.cancel()
    expect(await client.bundles.use({ path: '/b', provider: 'cpu', precision: 'int8' })).toEqual(refusal)
    expect(asked).toEqual([
      ['bundle:choose', { kind: 'zip' }],
      ['bundle:recent', undefined],
      ['bundle:forget', { path: '/b' }],
      ['bundle:examine', { path: '/b', providers: 'all' }],
      ['bundle:compare', { first: '/a', second: '/b' }],
      ['bundle:cancel', undefined],
      ['bundle:use', { path: '/b', provider: 'cpu', precision: 'int8' }]
    ])
    client.dispose()
  })

  test('an answer that is something else is not handed on', async () => {
    const { client } = setUp({ 'bundle:examine': { ok: true, value: { bundle: 'yes' } } })
    await expect(client.bundles.examine({ path: '/b', providers: 'cpu' })).rejects.toThrow()
    client.dispose()
  })

  test('progress is heard until released; what does not parse is reported once', () => {
    const { client, announce, faults } = setUp()
    const heard: number[] = []
    const release = client.onBundleProgress(({ done }) => heard.push(done))
    announce('bundle:progress', { what: 'cpu', done: 1, total: 4 })
    announce('bundle:progress', { what: 'cpu', done: 'two' })
    announce('bundle:progress', { what: 'cpu', done: 'three' })
    release()
    announce('bundle:progress', { what: 'cpu', done: 4, total: 4 })
    expect(heard).toEqual([1])
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatchObject({ code: 'unreadable-progress' })
    client.dispose()
  })
})

import { describe, expect, test } from 'vitest'
import type { Comparison, Examination } from '@shared/domain/examination'
import type { InspectorMessage, InspectorTask } from '@shared/ipc/hosts'
import { createInspector, type InspectorOptions } from '../../../src/main/app/inspector'

/** Processes as the inspector sees them, driven by hand. */
function bench() {
  const processes: {
    say: (message: InspectorMessage) => void
    end: (reason: string) => void
    tasks: InspectorTask[]
    killed: boolean
  }[] = []
  const timers = new Set<() => void>()
  const progress: string[] = []
  const options: InspectorOptions = {
    limitMs: 60_000,
    later: (_, callback) => {
      timers.add(callback)
      return () => timers.delete(callback)
    },
    onProgress: ({ what }) => progress.push(what),
    fork: (on) => {
      const process = { say: on.message, end: on.gone, tasks: [] as InspectorTask[], killed: false }
      processes.push(process)
      return {
        send: (task) => process.tasks.push(task),
        kill: () => {
          process.killed = true
        }
      }
    }
  }
  return {
    inspector: createInspector(options),
    processes,
    progress,
    timers,
    process(index: number) {
      const found = processes[index]
      if (!found) throw new Error(`no process ${index}`)
      return found
    }
  }
}

const EXAMINED = { bundle: { name: 'x' } } as unknown as Examination
const COMPARED = { difference: [0] } as unknown as Comparison
const examined: InspectorMessage = { type: 'examined', result: { ok: true, value: EXAMINED } }

describe('the inspector', () => {
  test('gives the task to a process that is ready, and ends it with the result', async () => {
    const { inspector, process, progress } = bench()
    const result = inspector.examine('/b', 'cpu')
    expect(process(0).tasks).toEqual([])
    process(0).say({ type: 'ready' })
    expect(process(0).tasks).toEqual([{ type: 'examine', path: '/b', providers: 'cpu', lost: [] }])
    process(0).say({ type: 'progress', progress: { what: 'cpu', done: 0, total: 1 } })
    process(0).say(examined)
    expect(await result).toEqual({ ok: true, value: EXAMINED })
    expect(process(0).killed).toBe(true)
    expect(progress).toEqual(['cpu'])
  })

  test('a provider that takes the process with it costs that process only', async () => {
    const { inspector, process } = bench()
    const result = inspector.examine('/b', 'all')
    process(0).say({ type: 'ready' })
    process(0).say({ type: 'trying', provider: 'webgpu', precision: 'float32' })
    process(0).end('crashed')
    process(1).say({ type: 'ready' })
    expect(process(1).tasks).toEqual([
      {
        type: 'examine',
        path: '/b',
        providers: 'all',
        lost: [{ provider: 'webgpu', precision: 'float32', reason: 'its process ended (crashed)' }]
      }
    ])
    process(1).say({ type: 'trying', provider: 'cpu', precision: 'float32' })
    process(1).say(examined)
    expect(await result).toEqual({ ok: true, value: EXAMINED })
  })

  test('a provider that hangs is ended and named', async () => {
    const { inspector, process, timers } = bench()
    const result = inspector.examine('/b', 'all')
    process(0).say({ type: 'ready' })
    process(0).say({ type: 'trying', provider: 'cuda', precision: 'float32' })
    for (const fire of [...timers]) {
      timers.delete(fire)
      fire()
    }
    expect(process(0).killed).toBe(true)
    process(0).end('killed')
    process(1).say({ type: 'ready' })
    expect(process(1).tasks[0]).toMatchObject({
      lost: [{ provider: 'cuda', precision: null, reason: 'it did not answer for 60 s' }]
    })
    process(1).say(examined)
    expect((await result).ok).toBe(true)
    expect(timers.size).toBe(0)
  })

  test('a process that ends without trying anything is not begun again', async () => {
    const { inspector, process, processes } = bench()
    const result = inspector.examine('/b', 'cpu')
    process(0).say({ type: 'ready' })
    process(0).end('oom')
    expect(await result).toMatchObject({ ok: false, error: { code: 'inspectionEnded' } })
    expect(processes).toHaveLength(1)
  })

  test('a comparison that ends its process is refused', async () => {
    const { inspector, process, processes } = bench()
    const result = inspector.compare('/a', '/b')
    process(0).say({ type: 'ready' })
    expect(process(0).tasks).toEqual([{ type: 'compare', first: '/a', second: '/b' }])
    process(0).say({ type: 'progress', progress: { what: 'deep 7.0', done: 3, total: 9 } })
    process(0).say({ type: 'trying', provider: 'cpu', precision: 'float32' })
    process(0).end('crashed')
    expect(await result).toMatchObject({
      ok: false,
      error: { code: 'inspectionEnded', message: 'its process ended (crashed), at: deep 7.0' }
    })
    expect(processes).toHaveLength(1)
  })

  test('cancelling answers at once, and what the process still says counts for nothing', async () => {
    const { inspector, process } = bench()
    const result = inspector.compare('/a', '/b')
    process(0).say({ type: 'ready' })
    inspector.cancel()
    process(0).say({ type: 'compared', result: { ok: true, value: COMPARED } })
    process(0).end('killed')
    expect(await result).toMatchObject({ ok: false, error: { code: 'inspectionCancelled' } })
    expect(process(0).killed).toBe(true)
  })

  test('a new task replaces the one under way', async () => {
    const { inspector, process } = bench()
    const first = inspector.examine('/a', 'cpu')
    const second = inspector.examine('/b', 'cpu')
    expect(await first).toMatchObject({ ok: false, error: { code: 'inspectionReplaced' } })
    process(1).say({ type: 'ready' })
    process(1).say(examined)
    expect(await second).toEqual({ ok: true, value: EXAMINED })
  })
})

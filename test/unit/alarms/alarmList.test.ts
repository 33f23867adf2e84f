import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  acknowledge,
  CLEAR_AFTER_MS,
  FLOOD_RISES,
  isFlood,
  NO_ALARMS,
  shelve,
  unshelve,
  updateAlarms,
  type AlarmCondition,
  type AlarmEvent,
  type AlarmList
} from '@shared/alarms/alarmList'

const condition = (id: string, priority: AlarmCondition['priority'] = 'high'): AlarmCondition => ({
  id,
  priority,
  title: `${id} is wrong`,
  action: `Mend ${id}.`
})
const [A, B] = [condition('a'), condition('b', 'low')]
const shown = ({ alarms }: AlarmList): string[] =>
  alarms.filter(({ shelvedUntilMs }) => shelvedUntilMs === null).map(({ id }) => id)

describe('an alarm', () => {
  it('rises once, stays while its condition holds, and goes when it was seen and the condition is gone', () => {
    const first = updateAlarms(NO_ALARMS, [A], 0)
    expect(first.events).toEqual([{ kind: 'raised', id: 'a', title: 'a is wrong', atMs: 0 }])
    const still = updateAlarms(first.list, [A], 100)
    expect(still.events).toEqual([])
    const seen = acknowledge(still.list, 'a', 200)
    expect(seen.events.map(({ kind }) => kind)).toEqual(['acknowledged'])
    expect(shown(seen.list)).toEqual(['a'])
    const gone = updateAlarms(seen.list, [], 200 + CLEAR_AFTER_MS)
    expect([gone.events.map(({ kind }) => kind), shown(gone.list)]).toEqual([['cleared'], []])
  })

  it('that nobody saw stays after its condition has gone, until somebody does', () => {
    const { list } = updateAlarms(updateAlarms(NO_ALARMS, [A], 0).list, [], CLEAR_AFTER_MS)
    expect(list.alarms[0]).toMatchObject({ id: 'a', isActive: false, isAcknowledged: false })
    expect(acknowledge(list, 'a', 9000).list.alarms).toEqual([])
  })

  it('that flickers is one alarm', () => {
    let list = NO_ALARMS
    const kinds: AlarmEvent['kind'][] = []
    for (let at = 0; at < 20 * CLEAR_AFTER_MS; at += CLEAR_AFTER_MS / 4) {
      const step = updateAlarms(list, (at / (CLEAR_AFTER_MS / 4)) % 3 === 0 ? [A] : [], at)
      list = step.list
      kinds.push(...step.events.map(({ kind }) => kind))
    }
    expect(kinds).toEqual(['raised'])
  })

  it('that comes back is asked about again, and counted', () => {
    const seen = acknowledge(updateAlarms(NO_ALARMS, [A], 0).list, 'a', 1).list
    const unseenGone = updateAlarms(updateAlarms(NO_ALARMS, [A], 0).list, [], CLEAR_AFTER_MS).list
    const back = updateAlarms(unseenGone, [A], 9000).list
    expect(back.alarms[0]).toMatchObject({ isAcknowledged: false, count: 2 })
    expect(updateAlarms(updateAlarms(seen, [], 5000).list, [A], 9000).list.alarms[0]).toMatchObject({
      isAcknowledged: false,
      count: 1
    })
  })

  it('that came first is marked, also when others are more urgent', () => {
    const first = updateAlarms(NO_ALARMS, [B], 0).list
    const both = updateAlarms(first, [A, B], 100).list
    expect(both.alarms.map(({ id, isFirst }) => [id, isFirst])).toEqual([
      ['a', false],
      ['b', true]
    ])
  })
})

describe('a shelf', () => {
  it('hides an alarm for a while, however often it comes, and asks again when the time is over', () => {
    let list = shelve(updateAlarms(NO_ALARMS, [A], 0).list, 'a', 1, 0).list
    expect(shown(list)).toEqual([])
    list = updateAlarms(list, [], 10_000).list
    list = updateAlarms(list, [A], 20_000).list
    expect(shown(list)).toEqual([])
    const due = updateAlarms(list, [A], 60_000)
    expect(due.events.map(({ kind }) => kind)).toEqual(['unshelved'])
    expect(due.list.alarms[0]).toMatchObject({ isAcknowledged: false, shelvedUntilMs: null })
  })

  it('is emptied by hand; what has gone meanwhile is not shown again', () => {
    const shelved = shelve(updateAlarms(NO_ALARMS, [A], 0).list, 'a', 60, 0).list
    expect(shown(unshelve(shelved, 'a', 10).list)).toEqual(['a'])
    const gone = updateAlarms(shelved, [], 10_000).list
    expect(unshelve(gone, 'a', 10_001).list.alarms).toEqual([])
  })
})

const step = fc.oneof(
  fc.record({
    type: fc.constant('update' as const),
    ids: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')),
    after: fc.nat(4000)
  }),
  fc.record({ type: fc.constant('acknowledge' as const), id: fc.constantFrom('a', 'b', 'c', 'd') }),
  fc.record({
    type: fc.constant('shelve' as const),
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    minutes: fc.double({ min: -1, max: 1000, noNaN: true })
  }),
  fc.record({ type: fc.constant('unshelve' as const), id: fc.constantFrom('a', 'b', 'c', 'd') })
)

describe('whatever happens', () => {
  it('no condition is lost, none is listed twice, none rises faster than it can clear', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let list = NO_ALARMS
        let now = 0
        const rises = new Map<string, number>()
        for (const each of steps) {
          if (each.type === 'update') now += each.after
          const { list: next, events } =
            each.type === 'update'
              ? updateAlarms(
                  list,
                  each.ids.map((id) => condition(id)),
                  now
                )
              : each.type === 'shelve'
                ? shelve(list, each.id, each.minutes, now)
                : (each.type === 'acknowledge' ? acknowledge : unshelve)(list, each.id, now)
          list = next
          // Every condition is in the list, active.
          for (const id of each.type === 'update' ? each.ids : [])
            expect(list.alarms.filter((alarm) => alarm.id === id && alarm.isActive)).toHaveLength(1)
          expect(new Set(list.alarms.map(({ id }) => id)).size).toBe(list.alarms.length)
          for (const { kind, id, atMs } of events) {
            if (kind !== 'raised') continue
            const before = rises.get(id)
            if (before !== undefined) expect(atMs - before).toBeGreaterThanOrEqual(CLEAR_AFTER_MS)
            rises.set(id, atMs)
          }
        }
      })
    )
  })

  it('many rises in a minute are called a flood, and no longer after it', () => {
    let list = NO_ALARMS
    for (let index = 0; index < FLOOD_RISES; index++)
      list = updateAlarms(list, [condition(`c${index}`)], index * 100).list
    expect(isFlood(list)).toBe(true)
    expect(isFlood(updateAlarms(list, [], 120_000).list)).toBe(false)
  })
})

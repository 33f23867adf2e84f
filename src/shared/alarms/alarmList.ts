/**
 * The alarm list of ISA-18.2 in small: what is abnormal now, what a person has seen of it, and in which order it came.
 * Pure: conditions and time are handed in. Nothing here moves or resumes anything.
 */

export type AlarmPriority = 'high' | 'medium' | 'low'

/** What is abnormal at this moment. No condition without something for the operator to do. */
export interface AlarmCondition {
  readonly id: string
  readonly priority: AlarmPriority
  /** What, where. */
  readonly title: string
  /** What to do. */
  readonly action: string
}

export interface Alarm extends AlarmCondition {
  /** The condition holds; otherwise it has gone without being seen. */
  readonly isActive: boolean
  readonly isAcknowledged: boolean
  /** It came while nothing else was there: likely the cause of what followed. */
  readonly isFirst: boolean
  /** Hidden until then; null: it isn't. */
  readonly shelvedUntilMs: number | null
  /** Of its newest rise, and of when its condition was last seen. */
  readonly raisedMs: number
  readonly seenMs: number
  /** Rises since it came into the list. */
  readonly count: number
}

/** What became of an alarm, for its history. */
export interface AlarmEvent {
  readonly kind: 'raised' | 'acknowledged' | 'shelved' | 'unshelved' | 'cleared'
  readonly id: string
  readonly title: string
  readonly atMs: number
}

export interface AlarmList {
  /** Most urgent first. */
  readonly alarms: readonly Alarm[]
  /** When alarms rose lately: floods are told apart from single ones. */
  readonly risesMs: readonly number[]
}

export interface AlarmStep {
  readonly list: AlarmList
  readonly events: readonly AlarmEvent[]
}

export const NO_ALARMS: AlarmList = { alarms: [], risesMs: [] }

/** A condition that comes and goes faster than this is one alarm, not several. */
export const CLEAR_AFTER_MS = 2000
const FLOOD_WINDOW_MS = 60_000
/** ISA-18.2 calls more than ten alarms in ten minutes a flood; this many in one can't be read. */
export const FLOOD_RISES = 10
/** Nothing is shelved for longer than a shift. */
export const MAX_SHELF_MINUTES = 8 * 60

const RANK: Readonly<Record<AlarmPriority, number>> = { high: 0, medium: 1, low: 2 }

export function updateAlarms(
  { alarms, risesMs }: AlarmList,
  conditions: readonly AlarmCondition[],
  nowMs: number
): AlarmStep {
  const events: AlarmEvent[] = []
  const tell = (kind: AlarmEvent['kind'], { id, title }: AlarmCondition): void => {
    events.push({ kind, id, title, atMs: nowMs })
  }
  const present = new Map(conditions.map((condition) => [condition.id, condition]))
  const kept: Alarm[] = []
  for (const alarm of alarms) {
    const condition = present.get(alarm.id)
    present.delete(alarm.id)
    const next = unshelvedWhenDue(alarm, nowMs, tell)
    if (condition) {
      if (alarm.isActive) kept.push({ ...next, ...condition, seenMs: nowMs })
      else {
        tell('raised', condition)
        kept.push(risenAgain(next, condition, nowMs))
      }
      continue
    }
    const isActive = alarm.isActive && nowMs - alarm.seenMs < CLEAR_AFTER_MS
    if (alarm.isActive && !isActive) tell('cleared', alarm)
    // What nobody has seen stays, so that somebody does; what is shelved, so that its shelf is kept.
    if (isActive || !alarm.isAcknowledged || next.shelvedUntilMs !== null) kept.push({ ...next, isActive })
  }
  const isQuiet = !kept.some((alarm) => alarm.isActive && alarm.shelvedUntilMs === null)
  for (const [index, condition] of [...present.values()].entries()) {
    tell('raised', condition)
    kept.push({
      ...condition,
      isActive: true,
      isAcknowledged: false,
      isFirst: isQuiet && index === 0,
      shelvedUntilMs: null,
      raisedMs: nowMs,
      seenMs: nowMs,
      count: 1
    })
  }
  const rises = events.filter(({ kind }) => kind === 'raised').map(() => nowMs)
  return {
    list: {
      alarms: kept.sort(byUrgency),
      risesMs: [...risesMs, ...rises].filter((at) => nowMs - at < FLOOD_WINDOW_MS)
    },
    events
  }
}

/** Seen. It stays while its condition holds; the condition, and the robot, are not touched. */
export const acknowledge = (list: AlarmList, id: string, nowMs: number): AlarmStep =>
  changed(
    list,
    id,
    (alarm) => !alarm.isAcknowledged,
    'acknowledged',
    nowMs,
    (alarm) => (alarm.isActive ? { ...alarm, isAcknowledged: true } : null)
  )

/** Out of sight for a while, though its condition holds. */
export function shelve(list: AlarmList, id: string, minutes: number, nowMs: number): AlarmStep {
  const until = nowMs + Math.min(MAX_SHELF_MINUTES, Math.max(0, minutes)) * 60_000
  return changed(
    list,
    id,
    () => true,
    'shelved',
    nowMs,
    (alarm) => ({
      ...alarm,
      isAcknowledged: true,
      shelvedUntilMs: until
    })
  )
}

export const unshelve = (list: AlarmList, id: string, nowMs: number): AlarmStep =>
  changed(
    list,
    id,
    (alarm) => alarm.shelvedUntilMs !== null,
    'unshelved',
    nowMs,
    (alarm) => (alarm.isActive ? { ...alarm, shelvedUntilMs: null, isAcknowledged: false } : null)
  )

/** So many rises that single ones can't be read any more. */
export const isFlood = ({ risesMs }: AlarmList): boolean => risesMs.length >= FLOOD_RISES

function changed(
  list: AlarmList,
  id: string,
  applies: (alarm: Alarm) => boolean,
  kind: AlarmEvent['kind'],
  nowMs: number,
  change: (alarm: Alarm) => Alarm | null
): AlarmStep {
  const alarm = list.alarms.find((each) => each.id === id)
  if (!alarm || !applies(alarm)) return { list, events: [] }
  const next = change(alarm)
  const alarms = list.alarms.flatMap((each) => (each === alarm ? (next ? [next] : []) : [each]))
  return {
    list: { ...list, alarms: alarms.sort(byUrgency) },
    events: [{ kind, id, title: alarm.title, atMs: nowMs }]
  }
}

function unshelvedWhenDue(
  alarm: Alarm,
  nowMs: number,
  tell: (kind: AlarmEvent['kind'], alarm: Alarm) => void
): Alarm {
  if (alarm.shelvedUntilMs === null || nowMs < alarm.shelvedUntilMs) return alarm
  tell('unshelved', alarm)
  // It holds still: it is asked about again.
  return { ...alarm, shelvedUntilMs: null, isAcknowledged: !alarm.isActive }
}

const risenAgain = (alarm: Alarm, condition: AlarmCondition, nowMs: number): Alarm => ({
  ...alarm,
  ...condition,
  isActive: true,
  // A shelf is for just this: it comes and goes, and nobody wants to hear of it.
  isAcknowledged: alarm.shelvedUntilMs !== null,
  isFirst: false,
  raisedMs: nowMs,
  seenMs: nowMs,
  count: alarm.count + 1
})

function byUrgency(a: Alarm, b: Alarm): number {
  const shelved = Number(a.shelvedUntilMs !== null) - Number(b.shelvedUntilMs !== null)
  const unseen = Number(a.isAcknowledged) - Number(b.isAcknowledged)
  return shelved || unseen || RANK[a.priority] - RANK[b.priority] || b.raisedMs - a.raisedMs
}

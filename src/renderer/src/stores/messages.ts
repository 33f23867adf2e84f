import type { Fault } from '@shared/domain/fault'
import { defineStore } from 'pinia'
import { computed, shallowReadonly, shallowRef } from 'vue'
import { commandTitle } from '../model/format'

export interface ConsoleMessage {
  readonly id: number
  readonly kind: 'fault' | 'refusal' | 'notice'
  readonly severity: Fault['severity']
  readonly title: string
  readonly tip: string
  readonly source: string
  readonly code: string
  /** How often it came; repeats are counted, not stacked. */
  readonly count: number
  /** `performance.now` of the newest. */
  readonly atMs: number
}

const MAX_MESSAGES = 40
/** Refusals and notices answer something the operator has just done; they leave by themselves. */
const LIFETIME_MS: Readonly<Record<ConsoleMessage['kind'], number>> = {
  fault: Number.POSITIVE_INFINITY,
  refusal: 6_000,
  notice: 10_000
}
/** The one message that must never be overlooked: the arm may still move. */
export const STOP_UNDELIVERED = 'stop-undelivered'
/** A process that ended is said by what the robot does about it, and by its mark in the top bar. */
const SAID_ELSEWHERE = /HostGone$/
const RANK = { high: 0, medium: 1, low: 2 } as const

/** Faults, refusals and notices, most urgent first. */
export const useMessagesStore = defineStore('messages', () => {
  const messages = shallowRef<readonly ConsoleMessage[]>([])
  let nextId = 0

  const add = (message: Omit<ConsoleMessage, 'id' | 'count'>): void => {
    const same = messages.value.find(({ code, title }) => code === message.code && title === message.title)
    const entry = { ...message, id: same?.id ?? nextId++, count: (same?.count ?? 0) + 1 }
    messages.value = [entry, ...messages.value.filter((other) => other !== same)]
      .sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.atMs - a.atMs)
      .slice(0, MAX_MESSAGES)
  }

  /** Faults that belong before the operator's eyes in every view, the undelivered stop first. */
  const urgent = computed(() => {
    const high = messages.value.filter(
      ({ kind, severity, code }) => kind === 'fault' && severity === 'high' && !SAID_ELSEWHERE.test(code)
    )
    const stop = high.filter(({ code }) => code === STOP_UNDELIVERED)
    return [...stop, ...high.filter(({ code }) => code !== STOP_UNDELIVERED)]
  })

  return {
    messages: shallowReadonly(messages),
    urgent,
    addFault(fault: Fault, atMs: number) {
      const { severity, source, code, message, tip } = fault
      add({ kind: 'fault', severity, source, code, title: message, tip, atMs })
    },
    addRefusal(command: string, reason: string, atMs: number) {
      add({
        kind: 'refusal',
        severity: 'low',
        source: 'ui',
        code: `refused-${command}`,
        title: `${commandTitle(command)} had no effect`,
        tip: reason,
        atMs
      })
    },
    addNotice(code: string, title: string, tip: string, atMs: number) {
      add({ kind: 'notice', severity: 'low', source: 'ui', code, title, tip, atMs })
    },
    dismiss(id: number) {
      messages.value = messages.value.filter((message) => message.id !== id)
    },
    /** Takes away one kind of message whose reason is gone. */
    clear(code: string) {
      if (messages.value.some((message) => message.code === code)) {
        messages.value = messages.value.filter((message) => message.code !== code)
      }
    },
    expire(nowMs: number) {
      const kept = messages.value.filter(({ kind, atMs }) => nowMs - atMs < LIFETIME_MS[kind])
      if (kept.length !== messages.value.length) messages.value = kept
    }
  }
})

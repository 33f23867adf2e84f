import { NANOS_PER_MILLI } from '@shared/units'
import { onScopeDispose, watch } from 'vue'
import { createReplayClient } from '../client/replayClient'
import type { ClockOffset } from '../model/clockOffset'
import { DRAWING_DELAY_MS } from '../model/motionSampling'
import { attachClient } from '../stores/attachClient'
import { useRefinementStore } from '../stores/refinement'
import { useRobotStore } from '../stores/robot'
import { useUiStore } from '../stores/ui'
import type { ChartTurn } from './useChartTurn'
import type { ReplayPlayer } from './useReplayPlayer'

/**
 * Keeps this app's stores as they were at the player's instant, so that the live components show the recording. All
 * predictions are there from the start: the strip is the whole episode, and the cursor chooses in it.
 *
 * @param turn when something else than pictures may follow the cursor
 */
export function useReplayStores(player: ReplayPlayer, turn: ChartTurn) {
  const robot = useRobotStore()
  const refinement = useRefinementStore()
  const ui = useUiStore()
  const { client, sayRobot, sayPolicy } = createReplayClient()
  const feed = attachClient(client, () => performance.now())
  onScopeDispose(feed.release)

  // Recorded time stands where the cursor stands.
  const clock: ClockOffset = {
    observe: () => undefined,
    ageMs: (remoteNanos) => Math.max(0, (player.nanos.value - remoteNanos) / NANOS_PER_MILLI),
    remoteNanos: () => player.nanos.value + DRAWING_DELAY_MS * NANOS_PER_MILLI,
    reset: () => undefined
  }
  robot.useClock(clock)
  ui.isReplay = true

  let told = 0
  let shownNanos: number | null = null
  const say = (nanos: number): void => {
    const goesOn = shownNanos !== null && nanos > shownNanos && nanos - shownNanos < 1e9
    if (!goesOn) robot.linked()
    const entries = goesOn
      ? player.timeline.between(shownNanos ?? nanos, nanos)
      : player.timeline.stateAt(nanos)
    shownNanos = nanos
    for (const { robot: message } of entries) if (message) sayRobot(message, performance.now())
  }

  function follow(): void {
    const at = player.at.value
    const entry = at === null ? undefined : refinement.entries[at.place]
    refinement.select(entry?.id ?? null)
    // Past its thinking the whole of it is shown; during it, as far as it had come.
    ui.cursorK = at === null || entry === undefined || at.k >= entry.view.k ? null : at.k
  }

  watch(
    [player.opened, player.version],
    () => {
      const open = player.opened.value
      if (!open) return
      const { info, fromNanos, toNanos } = open
      if (told === 0) {
        if (info.robot && info.bench)
          sayRobot(
            { type: 'hello', spec: info.robot, bench: info.bench, calibrationHash: info.calibrationHash },
            performance.now()
          )
        if (info.policy) sayPolicy({ type: 'info', info: info.policy }, performance.now())
        if (info.settings) {
          const snapshot = {
            nanos: fromNanos,
            phase: { kind: 'idle' } as const,
            settings: info.settings,
            prediction: null,
            breakpointCounts: {}
          }
          sayPolicy({ type: 'snapshot', snapshot }, performance.now())
        }
      }
      const fresh = player.timeline.between(told === 0 ? fromNanos - 60e9 : told, toNanos)
      for (const { policy, robot: message } of fresh) {
        if (policy?.type === 'prediction') sayPolicy(policy, performance.now())
        if (message?.type === 'execution') sayRobot(message, performance.now())
      }
      told = fresh[fresh.length - 1]?.nanos ?? Math.max(told, 1)
      shownNanos = null
      say(player.nanos.value)
      follow()
    },
    { immediate: true }
  )
  watch(player.nanos, async (nanos) => {
    await turn()
    if (nanos !== player.nanos.value) return
    ui.nowMs = performance.now()
    say(nanos)
    follow()
  })
  return { client }
}

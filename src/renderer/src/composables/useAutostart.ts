import { computed, watch } from 'vue'
import type { Client } from '../client/client'
import { useAppStore } from '../stores/app'
import { useRefinementStore } from '../stores/refinement'
import { useRobotStore } from '../stores/robot'
import { useUiStore } from '../stores/ui'

/** Starts the run the command line asked for, once, when robot and policy are there and nothing runs yet. */
export function useAutostart(client: Client): void {
  const app = useAppStore()
  const robot = useRobotStore()
  const refinement = useRefinementStore()
  const ui = useUiStore()

  const ready = computed(
    () =>
      app.info?.autostart != null &&
      refinement.info !== null &&
      robot.snapshot?.policyConnected === true &&
      robot.snapshot.run.phase.kind === 'ready'
  )
  const release = watch(ready, (isReady) => {
    const preset = app.info?.autostart
    if (!isReady || preset == null) return
    ui.level = preset.level
    ui.seedBase = preset.seedBase
    ui.continuous = true
    client.sendRobot({ type: 'start', request: { ...preset, continuous: true } })
    release()
  })
}

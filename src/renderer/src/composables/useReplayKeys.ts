import { matchKey } from '../model/keyMap'
import { REPLAY_BINDINGS, type ReplayAction } from '../model/replayKeys'
import type { ReplayPlayer } from './useReplayPlayer'

const TYPING = 'input, textarea, select, [contenteditable=true]'

/** Transport keys, while a replay is shown. Keys of the robot come first: what they take never arrives here. */
export function useReplayKeys(
  player: ReplayPlayer,
  { stepFrame, isRobotLive }: { stepFrame: (direction: -1 | 1) => void; isRobotLive: () => boolean }
): () => void {
  const commands: Record<ReplayAction, () => void> = {
    playPause: player.toggle,
    slower: () => player.changeSpeed(-1),
    faster: () => player.changeSpeed(1),
    previousPrediction: () => player.stepPrediction(-1),
    nextPrediction: () => player.stepPrediction(1),
    previousIteration: () => player.stepIteration(-1),
    nextIteration: () => player.stepIteration(1),
    previousFrame: () => stepFrame(-1),
    nextFrame: () => stepFrame(1),
    toStart: () => player.seek(-Infinity),
    toEnd: () => player.seek(Infinity)
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, code, shiftKey, ctrlKey, altKey, metaKey, repeat } = event
    const altGraph = event.getModifierState('AltGraph')
    const action = matchKey(
      { key, code, shiftKey, ctrlKey, altKey, metaKey, altGraph, repeat },
      REPLAY_BINDINGS
    )
    const target = event.target instanceof Element ? event.target : null
    if (action === null || event.isComposing || target?.closest(TYPING)) return
    if (key === ' ' && isRobotLive()) return
    event.preventDefault()
    event.stopImmediatePropagation()
    commands[action]()
  }
  window.addEventListener('keydown', onKeyDown, { capture: true })
  return () => window.removeEventListener('keydown', onKeyDown, { capture: true })
}

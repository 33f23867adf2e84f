import type { RunView } from '@shared/domain/run'
import type { RobotToPolicy } from '@shared/ipc/ports'

/**
 * What the station knows of the policy across its restarts: whether one is there, what it was told, and what
 * it asked for.
 */
export interface PolicyLink {
  /** Null while no policy is ready. */
  controlRateHz(): number | null
  ready(controlRateHz: number): void
  lost(): void
  /** Asks for predictions; owed when nobody is there to hear it. */
  engage(epoch: number, run: RunView): void
  disengage(epoch: number, reason: string): void
  owesEngagement(): boolean
  /** The policy wants one observation under this epoch. */
  askedToObserve(epoch: number): void
  isObserveRequested(epoch: number): boolean
  /** True once per request, for the epoch it was made under. */
  takeObserveRequest(epoch: number): boolean
  sceneLaidOut(): void
  committed(prediction: number): void
}

export function createPolicyLink(send: (message: RobotToPolicy) => void): PolicyLink {
  let controlRateHz: number | null = null
  let owed = false
  let observeEpoch: number | null = null
  let scenesLaidOut = 0
  /** Index of the last committed prediction on this scene. */
  let lastCommitted = -1

  return {
    controlRateHz: () => controlRateHz,
    owesEngagement: () => owed && controlRateHz !== null,
    ready(rateHz) {
      controlRateHz = rateHz
    },
    lost() {
      controlRateHz = null
      observeEpoch = null
    },
    engage(epoch, { episode, sceneSeed }) {
      observeEpoch = null
      owed = controlRateHz === null
      if (owed) return
      const firstPrediction = lastCommitted + 1
      send({ type: 'engage', epoch, episode, sceneSeed, scene: scenesLaidOut, firstPrediction })
    },
    disengage(epoch, reason) {
      observeEpoch = null
      owed = false
      send({ type: 'disengage', epoch, reason })
    },
    askedToObserve(epoch) {
      observeEpoch = epoch
    },
    isObserveRequested: (epoch) => observeEpoch === epoch,
    takeObserveRequest(epoch) {
      if (observeEpoch !== epoch) return false
      observeEpoch = null
      return true
    },
    sceneLaidOut() {
      scenesLaidOut += 1
      lastCommitted = -1
    },
    committed(prediction) {
      lastCommitted = prediction
    }
  }
}

import type { PredictionView, SignalName } from '../domain/policy'
import { largestAction, largestStep } from '../guard/guard'
import { nanosToMillis } from '../units'
import type { ChunkFunction, PlainWord, SignalFunction } from './vocabulary'

/** What a breakpoint may ask about, at the newest iteration of a prediction. Null is not known. */
export interface BreakpointFacts {
  plain(word: PlainWord): number | boolean | null
  signal(name: SignalName): number | null
  overSignal(name: SignalFunction, signal: SignalName, times: number): number | boolean | null
  overChunk(name: ChunkFunction, dimension: number): number | null
}

export type Judged = Pick<
  PredictionView,
  | 'index'
  | 'k'
  | 'iterations'
  | 'converged'
  | 'observationNanos'
  | 'contrast'
  | 'startMetres'
  | 'gripperOpening'
>

/** @param actionDims A, numbers in an action */
export function factsOf(prediction: Judged, actionDims: number): BreakpointFacts {
  const { iterations, startMetres } = prediction
  const last = iterations[iterations.length - 1]
  const chunk = last?.chunk ?? null
  /** Newest first. */
  const signalAt = (name: SignalName, back: number): number | null =>
    iterations[iterations.length - 1 - back]?.signals[name] ?? null

  /** Whether each of the newest `times` differs in this direction from the one before it. */
  function goesOn(name: SignalName, times: number, sign: 1 | -1): boolean {
    for (let back = 0; back < times; back++) {
      const [value, before] = [signalAt(name, back), signalAt(name, back + 1)]
      if (value === null || before === null || sign * (value - before) <= 0) return false
    }
    return times >= 1
  }

  const plain: Readonly<Record<PlainWord, () => number | boolean | null>> = {
    k: () => prediction.k,
    converged: () => prediction.converged !== null,
    prediction: () => prediction.index,
    ageMs: () => (last ? nanosToMillis(last.completedNanos - prediction.observationNanos) : null),
    contrast: () => prediction.contrast,
    'chunk.largest': () => chunk && largestAction(chunk),
    'chunk.step': () => chunk && largestStep(chunk, actionDims),
    'robot.x': () => startMetres[0],
    'robot.y': () => startMetres[1],
    'robot.z': () => startMetres[2],
    'robot.gripper': () => prediction.gripperOpening
  }

  return {
    plain: (word) => plain[word](),
    signal: (name) => signalAt(name, 0),
    overSignal(name, signal, times) {
      if (name === 'before') return signalAt(signal, 1)
      return goesOn(signal, times, name === 'rising' ? 1 : -1)
    },
    overChunk(name, dimension) {
      if (chunk === null || dimension >= actionDims) return null
      const values = chunk.filter((_, at) => at % actionDims === dimension)
      if (values.length === 0) return null
      switch (name) {
        case 'first':
          return values[0] ?? null
        case 'last':
          return values[values.length - 1] ?? null
        case 'min':
          return Math.min(...values)
        case 'max':
          return Math.max(...values)
        case 'mean':
          return values.reduce((sum, value) => sum + value, 0) / values.length
      }
    }
  }
}

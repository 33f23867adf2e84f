import type { SignalName } from '../domain/policy'

/**
 * The names that a breakpoint may use, for the compiler, for completion and for the help beside the editor. What is not
 * known at an iteration (signals at k = 1, chunks whose coda was left out) makes the condition not true.
 */
export interface Word {
  /** As it is written; functions with their arguments. */
  readonly text: string
  readonly help: string
  readonly type: 'number' | 'truth'
}

export const SIGNAL_WORDS: Readonly<Record<SignalName, string>> = {
  actionMse: 'mean (aₖ − aₖ₋₁)², normalised actions',
  kl: 'Σ(aₖ − aₖ₋₁)² / (2σₐ²)',
  actionL2: '‖aₖ − aₖ₋₁‖',
  cosine: '1 − cos(aₖ, aₖ₋₁)',
  latentDelta: '‖Sₖ − Sₖ₋₁‖ / ‖Sₖ₋₁‖',
  latentL2: '‖Sₖ − Sₖ₋₁‖',
  latentCosine: '1 − cos(Sₖ, Sₖ₋₁)',
  latentAcceleration: '‖(Sₖ − Sₖ₋₁) − (Sₖ₋₁ − Sₖ₋₂)‖ / ‖Sₖ₋₁‖'
}

/** Everything that is one number (or truth) at an iteration; the written name is the key. */
export const PLAIN_WORDS = {
  k: { help: 'iterations so far', type: 'number' },
  converged: { help: 'the stopping rule has fired: K is decided', type: 'truth' },
  prediction: { help: 'place in the episode, from 0', type: 'number' },
  ageMs: { help: 'age of the observation, milliseconds', type: 'number' },
  contrast: { help: 'least contrast of the cameras, standard deviation of 255', type: 'number' },
  'chunk.largest': { help: 'largest normalised action, without sign', type: 'number' },
  'chunk.step': {
    help: 'largest step between two actions in a row, normalised, without the gripper',
    type: 'number'
  },
  'robot.x': { help: 'commanded x where the plan starts, metres', type: 'number' },
  'robot.y': { help: 'commanded y where the plan starts, metres', type: 'number' },
  'robot.z': { help: 'commanded z where the plan starts, metres', type: 'number' },
  'robot.gripper': { help: 'gripper opening as observed, 0 to 1', type: 'number' }
} as const satisfies Readonly<Record<string, { help: string; type: Word['type'] }>>
export type PlainWord = keyof typeof PLAIN_WORDS

/** Over the iterations of a signal. */
export const SIGNAL_FUNCTIONS = {
  before: { help: 'the signal one iteration earlier', arguments: 1, type: 'number' },
  rising: { help: 'the signal rose n iterations in a row', arguments: 2, type: 'truth' },
  falling: { help: 'the signal fell n iterations in a row', arguments: 2, type: 'truth' }
} as const satisfies Readonly<Record<string, { help: string; arguments: 1 | 2; type: Word['type'] }>>
export type SignalFunction = keyof typeof SIGNAL_FUNCTIONS

/** Over the T normalised actions of one dimension of the chunk. */
export const CHUNK_FUNCTIONS = {
  first: 'first action of the chunk in this dimension, normalised',
  last: 'last action of the chunk in this dimension, normalised',
  min: 'smallest action of the chunk in this dimension, normalised',
  max: 'largest action of the chunk in this dimension, normalised',
  mean: 'mean action of the chunk in this dimension, normalised'
} as const
export type ChunkFunction = keyof typeof CHUNK_FUNCTIONS

/** A bundle's name of an action dimension as part of an expression. */
export const asWord = (dimension: string): string => dimension.replace(/\W/g, '_')

/** Everything that may be written, in the order in which it is offered. */
export function vocabulary(actionNames: readonly string[]): Word[] {
  const [dimension = 'x'] = actionNames
  return [
    ...Object.entries(PLAIN_WORDS).map(([text, word]) => ({ text, ...word })),
    ...Object.entries(SIGNAL_WORDS).map(([text, help]) => ({ text, help, type: 'number' as const })),
    ...Object.entries(SIGNAL_FUNCTIONS).map(([name, { help, arguments: count, type }]) => ({
      text: `${name}(actionMse${count === 2 ? ', 3' : ''})`,
      help,
      type
    })),
    ...Object.entries(CHUNK_FUNCTIONS).map(([name, help]) => ({
      text: `${name}(chunk.${asWord(dimension)})`,
      help,
      type: 'number' as const
    })),
    ...actionNames.map((name) => ({
      text: `chunk.${asWord(name)}`,
      help: `actions of ${name}: inside of first, last, min, max or mean`,
      type: 'number' as const
    })),
    { text: 'abs(latentDelta)', help: 'without its sign', type: 'number' }
  ]
}

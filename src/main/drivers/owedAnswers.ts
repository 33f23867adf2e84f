/**
 * Answers that were waited for in vain and may still come. Neither protocol numbers its requests, so a late answer looks
 * like that to a later request of the same shape to the same motor: before such a request is sent, the line is asked for
 * something that no late answer looks like. What is answered there was sent after all the rest, and bytes don't overtake
 * each other: nothing is owed any more.
 */
export interface OwedAnswers {
  /** Whether a late answer could be taken for one to this request. */
  couldBeTakenFor(ids: readonly number[], shape: number): boolean
  /** Data bytes that no answer owed by this motor has. */
  unlike(id: number): number
  add(ids: readonly number[], shape: number): void
  /** A later request was answered. */
  clear(): void
}

/** A motor's answer that carries no data confirms, or refuses whatever was asked: it could be taken for any other. */
const NO_DATA = 0
/** Control tables of both families have so many bytes in a row from where a fence reads. */
const MAX_BYTES = 12

export function createOwedAnswers(): OwedAnswers {
  /** Shapes by motor, the oldest first. */
  const owed = new Map<number, Set<number>>()

  return {
    couldBeTakenFor: (ids, shape) =>
      ids.some((id) => owed.get(id)?.has(shape) === true || owed.get(id)?.has(NO_DATA) === true),

    unlike(id) {
      const taken = owed.get(id) ?? new Set()
      for (let bytes = 1; bytes <= MAX_BYTES; bytes++) if (!taken.has(bytes)) return bytes
      // A dozen requests ago, all of them unanswered: that one doesn't come any more.
      return [...taken].find((bytes) => bytes > NO_DATA && bytes <= MAX_BYTES) ?? 1
    },

    add(ids, shape) {
      for (const id of ids) {
        const shapes = owed.get(id) ?? new Set()
        shapes.delete(shape)
        owed.set(id, shapes.add(shape))
      }
    },

    clear: () => owed.clear()
  }
}

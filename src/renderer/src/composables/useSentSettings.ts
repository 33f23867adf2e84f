import { watch } from 'vue'

/** What the next change is made from: settings come back some hundredths of a second after they were sent. */
export interface SentSettings<T> {
  newest(): T
  /** This was sent, and `inForce` will become it. */
  sent(settings: T): void
}

/** `inForce` is another object only where it says something else. */
export function useSentSettings<T>(inForce: () => T): SentSettings<T> {
  /** Not come back yet, oldest first. */
  let under: T[] = []
  watch(inForce, (now) => {
    const text = JSON.stringify(now)
    const place = under.findIndex((each) => JSON.stringify(each) === text)
    // Somebody else has changed them: that is the truth.
    under = place === -1 ? [] : under.slice(place + 1)
  })
  return {
    newest: () => under[under.length - 1] ?? inForce(),
    sent: (settings) => void under.push(settings)
  }
}

/** A set-up step that cannot go on; the message says what to do about it. Printed without a stack. */
export class SetupError extends Error {}

/** @param {string} text */
export const say = (text) => console.log(`[set-up] ${text}`)

/** Milliseconds since `startedMs` (from `performance.now()`) as "12.3 s". @param {number} startedMs */
export const elapsed = (startedMs) => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`

/**
 * Runs a command-line entry point: its value is the exit code, a SetupError is printed plainly, and anything
 * else is a bug and keeps its stack.
 *
 * @param {() => Promise<number>} entry
 */
export async function runEntry(entry) {
  try {
    process.exitCode = await entry()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(`\n${error.message}\n`)
    process.exitCode = 1
  }
}

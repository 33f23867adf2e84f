/** Short scientific notation as the scope writes it: 3.0e-5. */
export const scientific = (value: number): string => {
  if (value === 0) return '0'
  return value.toExponential(1).replace('e+', 'e')
}

/** Milliseconds with the digits that matter: 0.48, 3.1, 61. */
export function milliseconds(value: number): string {
  if (value < 1) return value.toFixed(2)
  return value < 10 ? value.toFixed(1) : value.toFixed(0)
}

/** Duration for people: 0.5 ms, 61 ms, 1.4 s. */
export const duration = (valueMs: number): string =>
  valueMs < 1000 ? `${milliseconds(valueMs)} ms` : `${(valueMs / 1000).toFixed(1)} s`

/** Seeds as eight hexadecimal digits, the form records use. */
export const seedText = (seed: number): string => `0x${seed.toString(16).padStart(8, '0')}`

const percentText = (ratio: number): string => `${(ratio * 100).toFixed(0)} %`

/** "7 of 9 (78 %)"; an en dash while nothing has finished. */
export const successText = (successes: number, finished: number): string =>
  finished === 0 ? '–' : `${successes} of ${finished} (${percentText(successes / finished)})`

/** A command's name as its button writes it: "haltNow" → "Halt now". */
export function commandTitle(command: string): string {
  const words = command.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

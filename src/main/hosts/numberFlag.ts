/** A whole number given as a command-line flag; throws with the flag's name when it is none, or out of range. */
export function wholeNumber(name: string, text: string | undefined, min: number, max = 0xffff_ffff): number {
  const value = Number(text)
  if (text && Number.isInteger(value) && value >= min && value <= max) return value
  throw new Error(`--${name} is a whole number from ${min} to ${max}, not “${text ?? ''}”`)
}

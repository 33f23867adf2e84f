import { vocabulary, type Word } from './vocabulary'

/** What may be written at the caret, and what of the text it takes the place of. */
export interface Completion {
  readonly from: number
  readonly to: number
  readonly words: readonly Word[]
}

/**
 * @param caret where the person writes, 0 to the text's length
 * @returns words that begin with what stands before the caret; all of them where nothing does
 */
export function completeBreakpoint(text: string, caret: number, actionNames: readonly string[]): Completion {
  const begun = /[A-Za-z_][\w.]*$/.exec(text.slice(0, caret))?.[0] ?? ''
  const rest = /^[\w.]*/.exec(text.slice(caret))?.[0] ?? ''
  const small = begun.toLowerCase()
  const words = vocabulary(actionNames).filter(({ text: word }) => word.toLowerCase().startsWith(small))
  return { from: caret - begun.length, to: caret + rest.length, words }
}

/** The text with a word in place, and where the caret goes: behind it, or inside of a function's parentheses. */
export function withCompletion(
  text: string,
  { from, to }: Completion,
  word: Word
): { readonly text: string; readonly caret: number } {
  const written = `${text.slice(0, from)}${word.text}${text.slice(to)}`
  return { text: written, caret: from + word.text.length }
}

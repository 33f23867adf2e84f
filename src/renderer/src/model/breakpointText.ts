import type { Breakpoint, BreakpointCounts } from '@shared/domain/breakpoint'
import type { RefinementPhase } from '@shared/domain/policy'
import { compileBreakpoint } from '@shared/breakpoints/compile'
import { hitsOf } from '@shared/breakpoints/breakpoints'
import { factsOf, type Judged } from '@shared/breakpoints/facts'

/** Breakpoints in words. */

/** The one that holds; null: none does. */
export const breakpointOf = (phase: RefinementPhase | null): string | null =>
  phase?.kind === 'paused' ? (phase.breakpoint ?? null) : null

/** `none`, or how many there are and how often they were hit. */
export function breakpointsText(breakpoints: readonly Breakpoint[], counts: BreakpointCounts): string {
  if (breakpoints.length === 0) return 'none'
  const on = breakpoints.filter((each) => each.on).length
  const hits = breakpoints.reduce((sum, { id }) => sum + (counts[id] ?? 0), 0)
  return `${on} on${hits === 0 ? '' : ` · ${times(hits)}`}`
}

const times = (count: number): string => (count === 1 ? 'hit once' : `hit ${count}×`)

/** How often, for its row. */
export const countText = (count: number): string => (count === 0 ? 'not hit yet' : times(count))

/** A new one, for which something is to be written; its id is none of the others'. */
export function newBreakpoint(others: readonly Breakpoint[]): Breakpoint {
  const taken = new Set(others.map(({ id }) => id))
  let number = others.length + 1
  while (taken.has(`b${number}`)) number++
  return { id: `b${number}`, expression: '', on: true, action: 'hold', once: false, every: 1 }
}

const significant = (value: number): string =>
  value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)
    ? value.toExponential(1)
    : String(Number(value.toPrecision(4)))

/** What a condition asked about and got, where it was hit; empty where it can't be read. */
export function valuesText(
  expression: string,
  prediction: Judged,
  actionNames: readonly string[]
): readonly string[] {
  const compiled = compileBreakpoint(expression, actionNames)
  if (!compiled.ok) return []
  return compiled.value
    .values(factsOf(prediction, actionNames.length))
    .map(
      ({ name, value }) =>
        `${name} = ${value === null ? 'unknown' : typeof value === 'number' ? significant(value) : value ? 'yes' : 'no'}`
    )
}

/** What a condition would have done in the predictions that this window has seen, or what is wrong with it. */
export type Trial =
  | { readonly kind: 'empty' }
  | { readonly kind: 'wrong'; readonly message: string; readonly at: string }
  | { readonly kind: 'valid'; readonly text: string }

export function tryBreakpoint(
  expression: string,
  predictions: readonly Judged[],
  actionNames: readonly string[]
): Trial {
  if (expression.trim() === '') return { kind: 'empty' }
  const compiled = compileBreakpoint(expression, actionNames)
  if (!compiled.ok) {
    const { message, start, end } = compiled.error
    return { kind: 'wrong', message, at: expression.slice(start, end) }
  }
  if (predictions.length === 0) return { kind: 'valid', text: 'Valid. No prediction to try it on yet.' }
  const hits = predictions.map((each) => hitsOf(compiled.value, each, actionNames.length).length)
  const hit = hits.filter((count) => count > 0).length
  const total = hits.reduce((sum, count) => sum + count, 0)
  const of = predictions.length === 1 ? 'the last prediction' : `the last ${predictions.length} predictions`
  return {
    kind: 'valid',
    text:
      total === 0
        ? `Would not have been hit in ${of}.`
        : `Would have been hit in ${hit} of ${of}: ${total} ${total === 1 ? 'iteration' : 'iterations'}.`
  }
}

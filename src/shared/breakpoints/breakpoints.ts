import type { Breakpoint, BreakpointCounts, BreakpointHit } from '../domain/breakpoint'
import type { Result } from '../domain/result'
import { compileBreakpoint, type CompiledBreakpoint, type ExpressionFault } from './compile'
import { factsOf, type Judged } from './facts'

/** What the breakpoints say of the newest iteration of a prediction. */
export interface BreakpointStep {
  readonly counts: BreakpointCounts
  /** Where one acted, also those that only log. */
  readonly hits: readonly BreakpointHit[]
  /** As they are from now on: those for once are off. */
  readonly breakpoints: Breakpoint[]
}

/** @param actionNames names of the chunk's dimensions, in order */
export function checkBreakpoints(
  breakpoints: readonly Breakpoint[],
  counts: BreakpointCounts,
  prediction: Judged,
  actionNames: readonly string[]
): BreakpointStep {
  const facts = factsOf(prediction, actionNames.length)
  const next = { ...counts }
  const hits: BreakpointHit[] = []
  const done = new Set<string>()
  for (const { id, expression, on, action, once, every } of breakpoints) {
    const compiled = on ? compiledOnce(expression, actionNames) : null
    if (!compiled?.ok || !compiled.value.isHit(facts)) continue
    const count = (next[id] ?? 0) + 1
    next[id] = count
    if (count % every !== 0) continue
    hits.push({ id, expression, k: prediction.k, held: action === 'hold' })
    if (once) done.add(id)
  }
  return {
    counts: next,
    hits,
    breakpoints:
      done.size === 0
        ? [...breakpoints]
        : breakpoints.map((each) => (done.has(each.id) ? { ...each, on: false } : each))
  }
}

/** What is wrong with the first that can't be used, for the person who wrote it; null: nothing is. */
export function breakpointsFault(
  breakpoints: readonly Breakpoint[],
  actionNames: readonly string[]
): string | null {
  for (const { expression } of breakpoints) {
    const compiled = compiledOnce(expression, actionNames)
    if (!compiled.ok) return `The breakpoint "${expression}" is not valid: ${compiled.error.message}`
  }
  return null
}

/** Counts of those that are as they were: what was written anew begins anew. */
export function keptCounts(
  counts: BreakpointCounts,
  before: readonly Breakpoint[],
  after: readonly Breakpoint[]
): BreakpointCounts {
  const same = after.filter(({ id, expression }) =>
    before.some((each) => each.id === id && each.expression === expression)
  )
  return Object.fromEntries(same.flatMap(({ id }) => (counts[id] === undefined ? [] : [[id, counts[id]]])))
}

/**
 * At which iterations of a finished prediction the condition would have been true: the same that a live one is asked.
 *
 * @returns k of each, in order
 */
export function hitsOf(condition: CompiledBreakpoint, prediction: Judged, actionDims: number): number[] {
  return prediction.iterations.flatMap((_, index) => {
    const k = index + 1
    const until: Judged = {
      ...prediction,
      k,
      iterations: prediction.iterations.slice(0, k),
      converged: prediction.converged && prediction.converged.k <= k ? prediction.converged : null
    }
    return condition.isHit(factsOf(until, actionDims)) ? [k] : []
  })
}

type Compiled = Result<CompiledBreakpoint, ExpressionFault>

const MOST_KEPT = 128
const kept = new Map<string, Compiled>()

/** The same text gives the same condition: compiled once, not at every iteration. */
function compiledOnce(expression: string, actionNames: readonly string[]): Compiled {
  const key = [expression, ...actionNames].join('\n')
  const known = kept.get(key)
  if (known) return known
  if (kept.size >= MOST_KEPT) kept.clear()
  const compiled = compileBreakpoint(expression, actionNames)
  kept.set(key, compiled)
  return compiled
}

import type { BundleDescription, RecentBundle } from '@shared/domain/examination'
import type { PolicyInfo } from '@shared/domain/policy'
import { pathEnd } from './bundleText'

/** A bundle that can be compared. */
export interface CompareChoice {
  /** Its path. */
  readonly value: string
  readonly title: string
  readonly help: string
}

/** The bundles that can be compared, each once: the one in use, the examined one, then the recent ones. */
export function compareChoices(
  info: PolicyInfo | null,
  examined: BundleDescription | null,
  recent: readonly RecentBundle[]
): CompareChoice[] {
  const known = [
    ...(info === null ? [] : [choice(info.origin, info, 'in use')]),
    ...(examined === null ? [] : [choice(examined.origin, examined, 'examined')]),
    ...recent.map((bundle) => choice(bundle.path, bundle, 'recent'))
  ]
  return known.filter(({ value }, index) => known.findIndex((other) => other.value === value) === index)
}

const choice = (path: string, named: { name: string; version: string }, what: string): CompareChoice => ({
  value: path,
  title: `${named.name} ${named.version}`,
  help: `${what} · ${pathEnd(path)}`
})

/** What is compared: what was chosen as long as it is there, else the first ones that differ. */
export function comparePair(
  choices: readonly CompareChoice[],
  chosen: readonly [string | null, string | null]
): readonly [string | null, string | null] {
  const has = (path: string | null): boolean => choices.some(({ value }) => value === path)
  const first = has(chosen[0]) ? chosen[0] : (choices.find(({ value }) => value !== chosen[1])?.value ?? null)
  const second = has(chosen[1]) ? chosen[1] : (choices.find(({ value }) => value !== first)?.value ?? null)
  return [first, second]
}

/** Why two bundles can't be compared; null when they can. */
export function whyNotComparable([first, second]: readonly [string | null, string | null]): string | null {
  if (first === null || second === null) return 'Open a second bundle first'
  return first === second ? 'Choose two different bundles' : null
}

import type { BundleDescription, RecentBundle } from '@shared/domain/examination'
import type { PolicyInfo } from '@shared/domain/policy'
import { pathEnd } from './bundleText'

/** A bundle that can be opened again. */
export type KnownBundle = Pick<RecentBundle, 'path' | 'name' | 'version'>

/** Those that were in use before and that no other list has: the way back to the one the app came with. */
export function onlyUsedBefore(
  usedBefore: readonly KnownBundle[],
  recent: readonly KnownBundle[],
  info: PolicyInfo | null
): KnownBundle[] {
  return usedBefore.filter(
    ({ path }) => path !== info?.origin && !recent.some((other) => other.path === path)
  )
}

/** A bundle that can be compared. */
export interface CompareChoice {
  /** Its path. */
  readonly value: string
  readonly title: string
  readonly help: string
}

/** The bundles that can be compared, each once: the one in use, the examined one, then those known from before. */
export function compareChoices(
  info: PolicyInfo | null,
  examined: BundleDescription | null,
  recent: readonly KnownBundle[],
  usedBefore: readonly KnownBundle[]
): CompareChoice[] {
  const known = [
    ...(info === null ? [] : [choice(info.origin, info, 'in use')]),
    ...(examined === null ? [] : [choice(examined.origin, examined, 'examined')]),
    ...recent.map((bundle) => choice(bundle.path, bundle, 'recent')),
    ...usedBefore.map((bundle) => choice(bundle.path, bundle, 'in use before'))
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

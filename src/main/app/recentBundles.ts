import { z } from 'zod'
import { recentBundle, type RecentBundle } from '@shared/domain/examination'
import { openKeptFile } from '../files/keptFile'

/** Bundles that were opened before, newest first, kept in one small JSON file. */
export interface RecentBundles {
  list(): RecentBundle[]
  add(bundle: RecentBundle): void
  forget(path: string): void
}

const MAX_RECENT = 12
const stored = z.object({ format: z.literal(1), bundles: z.array(recentBundle) })

/** A file that can't be understood is set aside as `.broken`, and said so; the list begins anew. */
export function openRecentBundles(file: string, onProblem: (message: string) => void): RecentBundles {
  const kept = openKeptFile({
    file,
    schema: stored,
    empty: { format: 1, bundles: [] },
    what: 'The list of recent bundles',
    onProblem
  })
  const list = (): RecentBundle[] => kept.value().bundles.slice(0, MAX_RECENT)
  const others = (path: string): RecentBundle[] => list().filter((bundle) => bundle.path !== path)
  const keep = (bundles: RecentBundle[]): void =>
    kept.keep({ format: 1, bundles: bundles.slice(0, MAX_RECENT) })

  return {
    list,
    add: (bundle) => keep([bundle, ...others(bundle.path)]),
    forget: (path) => keep(others(path))
  }
}

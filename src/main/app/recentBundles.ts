import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { recentBundle, type RecentBundle } from '@shared/domain/examination'

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
  let bundles = read()

  function read(): RecentBundle[] {
    try {
      return stored.parse(JSON.parse(readFileSync(file, 'utf8'))).bundles.slice(0, MAX_RECENT)
    } catch (error) {
      if (!existsSync(file)) return []
      const aside = `${file}.broken`
      try {
        renameSync(file, aside)
        onProblem(`The list of recent bundles could not be read; it is set aside as ${aside}`)
      } catch {
        onProblem(`The list of recent bundles in ${file} could not be read: ${errorText(error)}`)
      }
      return []
    }
  }

  function keep(next: RecentBundle[]): void {
    bundles = next
    const partial = `${file}.part`
    try {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(partial, `${JSON.stringify({ format: 1, bundles }, null, 2)}\n`)
      renameSync(partial, file)
    } catch (error) {
      onProblem(`The list of recent bundles could not be saved: ${errorText(error)}`)
    }
  }

  return {
    list: () => [...bundles],
    add: (bundle) =>
      keep([bundle, ...bundles.filter(({ path }) => path !== bundle.path)].slice(0, MAX_RECENT)),
    forget: (path) => keep(bundles.filter((bundle) => bundle.path !== path))
  }
}

const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error))

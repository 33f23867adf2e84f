import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { z } from 'zod'
import { errorText } from '@shared/domain/errorText'

/** A small JSON file that remembers something between two runs of the app: whole at every moment. */
export interface KeptFile<T> {
  value(): T
  keep(next: T): void
}

export interface KeptFileOptions<T> {
  readonly file: string
  readonly schema: z.ZodType<T>
  readonly empty: T
  /** For people: `The list of recent bundles`. */
  readonly what: string
  readonly onProblem: (message: string) => void
}

/** A file that can't be understood is set aside as `.broken`, and said so; what it remembers begins anew. */
export function openKeptFile<T>({ file, schema, empty, what, onProblem }: KeptFileOptions<T>): KeptFile<T> {
  let value = read()

  function read(): T {
    try {
      return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch (error) {
      if (!existsSync(file)) return empty
      const aside = `${file}.broken`
      try {
        renameSync(file, aside)
        onProblem(`${what} could not be read; it is set aside as ${aside}`)
      } catch {
        onProblem(`${what} in ${file} could not be read: ${errorText(error)}`)
      }
      return empty
    }
  }

  return {
    value: () => value,
    keep(next) {
      value = next
      const partial = `${file}.part`
      try {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(partial, `${JSON.stringify(next, null, 2)}\n`)
        renameSync(partial, file)
      } catch (error) {
        onProblem(`${what} could not be saved: ${errorText(error)}`)
      }
    }
  }
}

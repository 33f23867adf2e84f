import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImportResult } from '@shared/ipc/recording'
import { createImportDesk, type ImportDesk } from '../../src/main/recorder/import/importDesk'
import { repairRecording } from '../../src/main/recorder/repair'

/** An import desk over a folder, as the recorder host has one over its library. */
export interface Importer {
  readonly desk: ImportDesk
  /** Ids in the order in which they came; what is pushed was known before. */
  readonly saved: string[]
  pathOf(id: string): string
  bring(...paths: readonly string[]): Promise<ImportResult>
}

export function createImporter(
  folder: string,
  onSaved: (desk: ImportDesk) => void = () => undefined
): Importer {
  const saved: string[] = []
  const pathOf = (id: string): string => join(folder, `${id}.mcap`)
  const desk = createImportDesk({
    appVersion: 'test',
    wallNanos: () => 1_800_000_000_000_000_000n,
    stamp: () => '20270115-080000',
    open: (id) => open(pathOf(id), 'wx'),
    remove: (id) => rm(pathOf(id)),
    repair: (id) => repairRecording(pathOf(id)),
    known: async () => saved,
    onSaved(id) {
      saved.push(id)
      onSaved(desk)
    },
    onProgress: () => undefined
  })
  return {
    desk,
    saved,
    pathOf,
    async bring(...paths) {
      desk.from(paths)
      const result = await desk.run()
      if (!result.ok || result.value.type !== 'import') throw new Error('no import')
      return result.value.result
    }
  }
}

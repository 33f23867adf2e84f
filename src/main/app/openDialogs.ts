import type { ImportKind } from '@shared/ipc/contract'
import { dialog, type BrowserWindow, type OpenDialogOptions } from 'electron'

const QUESTIONS = {
  folder: { title: 'Open a policy bundle: its folder', properties: ['openDirectory'] },
  zip: {
    title: 'Open a policy bundle: its zip',
    properties: ['openFile'],
    filters: [{ name: 'Zipped policy bundle', extensions: ['zip'] }]
  }
} as const satisfies Record<string, unknown>

/** The system's dialog over the operator's window; null when it was closed without a choice. */
export const askForBundle =
  (window: () => BrowserWindow | null) =>
  async (kind: 'folder' | 'zip'): Promise<string | null> => {
    const { properties, ...question } = QUESTIONS[kind]
    const options: OpenDialogOptions = {
      title: question.title,
      properties: [...properties],
      ...('filters' in question
        ? { filters: question.filters.map(({ name, extensions }) => ({ name, extensions: [...extensions] })) }
        : {})
    }
    return ask(window(), options)
  }

/** A folder for a dataset or for tables. */
export const askForFolder = (window: () => BrowserWindow | null) => (): Promise<string | null> =>
  ask(window(), {
    title: 'Export: a new folder, or a dataset to add to',
    buttonLabel: 'Export here',
    properties: ['openDirectory', 'createDirectory']
  })

const IMPORTS: Readonly<Record<ImportKind, OpenDialogOptions>> = {
  files: {
    title: 'Import recordings and RD-VLA step logs',
    buttonLabel: 'Import',
    properties: ['openFile', 'multiSelections'],
    filters: [{ name: 'MCAP recordings, RD-VLA step logs', extensions: ['mcap', 'jsonl'] }]
  },
  dataset: {
    title: 'Import a LeRobot dataset: the folder that holds "meta"',
    buttonLabel: 'Import',
    properties: ['openDirectory']
  }
}

/** What other programs, and other workstations, have recorded. */
export const askForImport =
  (window: () => BrowserWindow | null) =>
  (kind: ImportKind): Promise<string[]> =>
    askAll(window(), IMPORTS[kind])

/** Where a chart's picture goes. */
export const askWhereToSave =
  (window: () => BrowserWindow | null) =>
  async (name: string, kind: 'png' | 'svg'): Promise<string | null> => {
    const options = {
      title: 'Save the chart',
      defaultPath: name,
      filters: [{ name: kind.toUpperCase(), extensions: [kind] }]
    }
    const parent = window()
    const { canceled, filePath } = parent
      ? await dialog.showSaveDialog(parent, options)
      : await dialog.showSaveDialog(options)
    return canceled || !filePath ? null : filePath
  }

const ask = async (parent: BrowserWindow | null, options: OpenDialogOptions): Promise<string | null> =>
  (await askAll(parent, options))[0] ?? null

async function askAll(parent: BrowserWindow | null, options: OpenDialogOptions): Promise<string[]> {
  const { canceled, filePaths } = parent
    ? await dialog.showOpenDialog(parent, options)
    : await dialog.showOpenDialog(options)
  return canceled ? [] : filePaths
}

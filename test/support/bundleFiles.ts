import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'

export const DEMO_FOLDER = resolve(import.meta.dirname, '../../resources/policies/traypick-demo')

/** Path inside the bundle → content. */
export type BundleFiles = Map<string, Uint8Array>

/** A fresh, editable copy of the demo bundle. */
export const demoFiles = (): BundleFiles =>
  new Map(
    readdirSync(DEMO_FOLDER).map((name) => [name, new Uint8Array(readFileSync(join(DEMO_FOLDER, name)))])
  )

/** The content of a file that the test knows to be there. */
export function contentOf(files: BundleFiles, path: string): Uint8Array {
  const content = files.get(path)
  if (content === undefined) throw new Error(`The bundle has no ${path}`)
  return content
}

const parseManifest = (files: BundleFiles): unknown =>
  JSON.parse(new TextDecoder().decode(contentOf(files, 'manifest.json')))

/** Sets fields of manifest.json by dotted path: `{ 'dims.visionTokens': 70 }`. */
export function editManifest(files: BundleFiles, edits: Readonly<Record<string, unknown>>): BundleFiles {
  const edited = Object.entries(edits).reduce<unknown>(
    (manifest, [path, value]) => setAt(manifest, path.split('.'), value),
    parseManifest(files)
  )
  files.set('manifest.json', new TextEncoder().encode(JSON.stringify(edited)))
  return files
}

/**
 * With int8 graphs that the app runs. The demo policy decides sharply, and int8 turns some of its decisions round, so
 * that its own manifest rules its int8 out; over the fixture, which is all that is run here, they are near enough.
 */
export const withUsableInt8 = (files: BundleFiles): BundleFiles =>
  editManifest(files, { 'variants.1.maxActionError': 0.24 })

function setAt(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) =>
      String(index) === key ? setAt(item, rest, replacement) : item
    )
  }
  const record = z.record(z.string(), z.unknown()).parse(value)
  return { ...record, [key]: setAt(record[key], rest, replacement) }
}

const fileList = z.looseObject({
  files: z.array(z.object({ path: z.string(), bytes: z.int(), sha256: z.string() }))
})

/** Makes sizes and hashes of manifest.json those of the files as they are: a tampered bundle that hashes well. */
export function rehash(files: BundleFiles): BundleFiles {
  const listed = fileList.parse(parseManifest(files)).files.map(({ path }) => {
    const content = contentOf(files, path)
    return { path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }
  })
  return editManifest(files, { files: listed })
}

const fixtureIndex = z.looseObject({
  fixture: z.looseObject({ tensors: z.array(z.object({ name: z.string(), byteOffset: z.int() })) })
})

/** Where a fixture tensor starts in fixture.bin. */
export function fixtureOffset(files: BundleFiles, name: string): number {
  const tensor = fixtureIndex
    .parse(parseManifest(files))
    .fixture.tensors.find((candidate) => candidate.name === name)
  if (tensor === undefined) throw new Error(`The fixture has no ${name}`)
  return tensor.byteOffset
}

/** Writes a bundle as a folder. */
export function writeBundle(folder: string, files: BundleFiles): string {
  mkdirSync(folder)
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}

import { z } from 'zod'

/** What is exported, how, and what became of it. */

/** Datasets of whole episodes or of what people drove, or tables of predictions and iterations for other programs. */
export const exportMode = z.enum(['whole', 'corrections', 'parquet', 'csv'])
export type ExportMode = z.infer<typeof exportMode>

/** A dataset's videos: copied as recorded, or encoded anew by the system's ffmpeg. */
export const datasetVideo = z.enum(['h264', 'av1'])
export type DatasetVideo = z.infer<typeof datasetVideo>

/** Who reads written videos back. */
const videoReader = z.enum(['ffprobe', 'built-in'])

/** What this machine can do for a dataset's videos. */
export const videoSupport = z.object({
  /** Why there is no AV1; null: there is. */
  av1Missing: z.string().nullable(),
  reader: videoReader
})
export type VideoSupport = z.infer<typeof videoSupport>

/** What became of an export. */
export const exportResult = z.object({
  folder: z.string(),
  /** Tables that were written, by name. */
  tables: z.array(z.string()),
  exported: z.int(),
  frames: z.int(),
  /** Were in the dataset before. */
  known: z.int(),
  /** Had nothing to export: no corrections. */
  empty: z.int(),
  /** Pictures, of all cameras, that were repeated where the recording has a hole. */
  repeated: z.int(),
  /** Null: no videos were written. */
  videoReader: videoReader.nullable(),
  refused: z.array(z.object({ id: z.string(), reason: z.string() })),
  cancelled: z.boolean()
})
export type ExportResult = z.infer<typeof exportResult>

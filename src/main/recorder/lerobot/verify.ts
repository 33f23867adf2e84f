import type { DuckDBValue } from '@duckdb/node-api'
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny'
import { errorText } from '@shared/domain/errorText'
import { err, ok, type Result } from '@shared/domain/result'
import type { Column } from './parquet'
import { quoted, withDatabase } from './tables'

/** Reads back what an export has written, with other software than wrote it: DuckDB for tables. */

/** Every value of every row against what was to be written. Null: they are the same. */
export function verifyData(path: string, columns: readonly Column[]): Promise<string | null> {
  return withDatabase(async (connection) => {
    const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet(${quoted(path)})`)
    const found = reader.getColumnsJS()
    const names = reader.columnNames()
    if (names.length !== columns.length) return `${names.length} of ${columns.length} columns`
    for (const [index, column] of columns.entries()) {
      if (names[index] !== column.name) return `column ${index} is ${names[index] ?? '?'}, not ${column.name}`
      const values = found[index] ?? []
      if (values.length !== column.values.length)
        return `${column.name} has ${values.length} of ${column.values.length} rows`
      const row = column.values.findIndex((value, at) => !isSame(value, values[at]))
      if (row !== -1) return `${column.name} differs in row ${row}`
    }
    return null
  })
}

const isSame = (written: unknown, read: unknown): boolean =>
  Array.isArray(written) && Array.isArray(read)
    ? written.length === read.length && written.every((value, index) => isSame(value, read[index]))
    : typeof written === 'boolean'
      ? written === read
      : Number(written) === Number(read)

/** Tasks of a dataset, by their index. */
export function readTasks(path: string): Promise<string[]> {
  return withDatabase(async (connection) => {
    const reader = await connection.runAndReadAll(
      `SELECT task FROM read_parquet(${quoted(path)}) ORDER BY task_index`
    )
    return reader.getRows().map(([task]: DuckDBValue[]) => String(task))
  })
}

/** Pictures of a video file; an error when picture i doesn't stand at i / fps. */
export async function countFrames(path: string, framesPerSecond: number): Promise<Result<number, string>> {
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) })
  try {
    const track = await input.getPrimaryVideoTrack()
    if (!track) return err('it has no video')
    let count = 0
    const sink = new EncodedPacketSink(track)
    for await (const { timestamp } of sink.packets(undefined, undefined, { metadataOnly: true })) {
      if (Math.abs(timestamp - count / framesPerSecond) > 1e-4)
        return err(`picture ${count} stands at ${timestamp} s, not at ${count / framesPerSecond} s`)
      count += 1
    }
    return ok(count)
  } catch (error) {
    return err(errorText(error))
  } finally {
    input.dispose()
  }
}

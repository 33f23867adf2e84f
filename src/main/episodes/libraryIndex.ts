import { DuckDBBlobValue, DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { episodeRow, type EpisodeRow } from '@shared/domain/episode'
import { errorText } from '@shared/domain/errorText'
import type { LibraryPage, LibraryQuery, SimilarPrediction } from '@shared/ipc/recording'
import type { BandScore } from '@shared/domain/guard'
import type { ScoredEpisode } from '@shared/guard/calibration'
import { episodeScores, similarPredictions, type Likeness } from './experience'
import type { EpisodeSummary, Thumbnail } from './summarise'

/**
 * The library's index: a cache of what the recordings say, in one DuckDB file, for lists and analyses over thousands of
 * episodes. Whatever is wrong with it, it is made anew from the recordings.
 */
export interface LibraryIndex {
  put(summary: EpisodeSummary, file: FileStamp): Promise<void>
  /** The row alone: notes changed. */
  putRow(row: EpisodeRow): Promise<void>
  remove(ids: readonly string[]): Promise<void>
  row(id: string): Promise<EpisodeRow | null>
  thumbnail(id: string): Promise<Thumbnail | null>
  /** Every indexed recording, as it was then. */
  stamps(): Promise<ReadonlyMap<string, FileStamp>>
  page(query: LibraryQuery): Promise<LibraryPage>
  /** Of all predictions that got as far as k. */
  perIteration(): Promise<readonly IterationStatistics[]>
  /**
   * Predictions and iterations of these episodes as two files, which other programs read; their names.
   *
   * @throws where the folder can't be written to
   */
  writeTables(ids: readonly string[], folder: string, as: TableFormat): Promise<string[]>
  /** The predictions most like this one, of episodes whose outcome is known. */
  similar(likeness: Likeness, limit: number): Promise<SimilarPrediction[]>
  /** A score of every prediction of every episode whose outcome is known. */
  scores(score: BandScore): Promise<ScoredEpisode[]>
  close(): void
}

export interface TableFormat {
  readonly format: 'parquet' | 'csv'
  /** Goes into the names, so that nothing is written over. */
  readonly stamp: string
}

/** What tells a file from another version of it. */
export interface FileStamp {
  readonly bytes: number
  readonly modifiedMs: number
}

export interface IterationStatistics {
  readonly k: number
  readonly predictions: number
  readonly medianActionMse: number | null
  readonly medianLatentDelta: number | null
}

/** Raised whenever tables or rows change their meaning. */
const VERSION = 2

const TABLES = `
  CREATE TABLE IF NOT EXISTS version (number INTEGER);
  CREATE TABLE IF NOT EXISTS episodes (
    id VARCHAR PRIMARY KEY, started_ms DOUBLE, seconds DOUBLE, bytes DOUBLE, success BOOLEAN,
    mean_k DOUBLE, max_k INTEGER, labels VARCHAR[], search VARCHAR, row_json VARCHAR,
    file_bytes DOUBLE, modified_ms DOUBLE);
  CREATE TABLE IF NOT EXISTS thumbnails (episode VARCHAR, width INTEGER, height INTEGER, rgb BLOB);
  CREATE TABLE IF NOT EXISTS predictions (
    episode VARCHAR, prediction INTEGER, k INTEGER, horizon INTEGER, stop_reason VARCHAR, human BOOLEAN,
    seed UINTEGER, provider VARCHAR, encode_ms DOUBLE, step_ms DOUBLE, coda_ms DOUBLE);
  CREATE TABLE IF NOT EXISTS iterations (
    episode VARCHAR, prediction INTEGER, k INTEGER, action_mse DOUBLE, kl DOUBLE, latent_delta DOUBLE, step_ms DOUBLE);
`

const ORDERS: Readonly<Record<LibraryQuery['sort'], string>> = {
  newest: 'started_ms DESC',
  oldest: 'started_ms ASC',
  longest: 'seconds DESC, started_ms DESC',
  deepest: 'max_k DESC NULLS LAST, started_ms DESC',
  meanK: 'mean_k DESC NULLS LAST, started_ms DESC'
}

/** @param onRebuild the file was unreadable, or of another version: every recording has to be read again */
export async function openLibraryIndex(
  file: string,
  onRebuild: (reason: string) => void
): Promise<LibraryIndex> {
  try {
    const index = await open(file)
    if (index) return index
    onRebuild('it is of another version')
  } catch (error) {
    onRebuild(errorText(error))
  }
  await rm(file, { force: true })
  await rm(`${file}.wal`, { force: true })
  const fresh = await open(file)
  if (!fresh) throw new Error('The index has no version')
  return fresh
}

async function open(file: string): Promise<LibraryIndex | null> {
  // Two threads leave the other cores to what runs beside an arm.
  const instance = await DuckDBInstance.create(file, { threads: '2', memory_limit: '1GB' })
  const connection = await instance.connect()
  const close = (): void => {
    connection.closeSync()
    instance.closeSync()
  }
  try {
    await connection.run(TABLES)
    const versions = await select(connection, 'SELECT number FROM version')
    if (versions.length === 0) await connection.run('INSERT INTO version VALUES (?)', [VERSION])
    else if (versions[0]?.[0] !== VERSION) {
      close()
      return null
    }
    return libraryIndex(connection, close)
  } catch (error) {
    close()
    throw error
  }
}

async function select(
  connection: DuckDBConnection,
  sql: string,
  values: DuckDBValue[] = []
): Promise<readonly (readonly DuckDBValue[])[]> {
  const reader = await connection.runAndReadAll(sql, values)
  return reader.getRows()
}

const searchText = (row: EpisodeRow): string =>
  [row.id, row.instruction, row.notes, row.policy, row.robot, row.level, row.reason, ...row.labels]
    .join('\n')
    .toLowerCase()

function libraryIndex(connection: DuckDBConnection, close: () => void): LibraryIndex {
  let last: Promise<unknown> = Promise.resolve()

  /** One connection, one statement at a time. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }

  async function transaction(work: () => Promise<void>): Promise<void> {
    await connection.run('BEGIN')
    try {
      await work()
      await connection.run('COMMIT')
    } catch (error) {
      await connection.run('ROLLBACK')
      throw error
    }
  }

  async function removeAll(ids: readonly string[]): Promise<void> {
    const places = ids.map(() => '?').join(', ')
    for (const [table, column] of [
      ['iterations', 'episode'],
      ['predictions', 'episode'],
      ['thumbnails', 'episode'],
      ['episodes', 'id']
    ])
      await connection.run(`DELETE FROM ${table} WHERE ${column} IN (${places})`, [...ids])
  }

  const insertRow = (row: EpisodeRow, { bytes, modifiedMs }: FileStamp): Promise<unknown> =>
    connection.run(
      `INSERT INTO episodes VALUES (?, ?, ?, ?, ?, ?, ?, CAST(CAST(? AS JSON) AS VARCHAR[]), ?, ?, ?, ?)`,
      [
        row.id,
        row.startedMs,
        row.seconds,
        row.bytes,
        row.success,
        row.meanK,
        row.maxK,
        JSON.stringify(row.labels),
        searchText(row),
        JSON.stringify(row),
        bytes,
        modifiedMs
      ]
    )

  async function appendAll({ row, predictions, iterations }: EpisodeSummary): Promise<void> {
    const toPredictions = await connection.createAppender('predictions')
    const number = (value: number | null): void =>
      value === null ? toIterations.appendNull() : toIterations.appendDouble(value)
    for (const prediction of predictions) {
      toPredictions.appendVarchar(row.id)
      toPredictions.appendInteger(prediction.index)
      toPredictions.appendInteger(prediction.iterations)
      toPredictions.appendInteger(prediction.horizon)
      toPredictions.appendVarchar(prediction.stopReason)
      toPredictions.appendBoolean(prediction.human)
      toPredictions.appendUInteger(prediction.seed)
      toPredictions.appendVarchar(prediction.provider)
      toPredictions.appendDouble(prediction.stages?.encodeMs ?? 0)
      toPredictions.appendDouble(prediction.stages?.stepMs ?? 0)
      toPredictions.appendDouble(prediction.stages?.codaMs ?? 0)
      toPredictions.endRow()
    }
    toPredictions.closeSync()
    const toIterations = await connection.createAppender('iterations')
    for (const iteration of iterations) {
      toIterations.appendVarchar(row.id)
      toIterations.appendInteger(iteration.prediction)
      toIterations.appendInteger(iteration.k)
      number(iteration.actionMse)
      number(iteration.kl)
      number(iteration.latentDelta)
      toIterations.appendDouble(iteration.stepMs)
      toIterations.endRow()
    }
    toIterations.closeSync()
  }

  return {
    put: (summary, file) =>
      inTurn(() =>
        transaction(async () => {
          await removeAll([summary.row.id])
          await insertRow(summary.row, file)
          await appendAll(summary)
          const { thumbnail } = summary
          if (!thumbnail) return
          const values = [
            summary.row.id,
            thumbnail.width,
            thumbnail.height,
            new DuckDBBlobValue(thumbnail.rgb)
          ]
          await connection.run('INSERT INTO thumbnails VALUES (?, ?, ?, ?)', values)
        })
      ),
    putRow: (row) =>
      inTurn(() =>
        transaction(async () => {
          const [stamp] = await select(
            connection,
            'SELECT file_bytes, modified_ms FROM episodes WHERE id = ?',
            [row.id]
          )
          if (!stamp) return
          await connection.run('DELETE FROM episodes WHERE id = ?', [row.id])
          await insertRow(row, { bytes: Number(stamp[0]), modifiedMs: Number(stamp[1]) })
        })
      ),
    remove: (ids) =>
      inTurn(async () => {
        if (ids.length > 0) await transaction(() => removeAll(ids))
      }),
    row: (id) =>
      inTurn(async () => {
        const [found] = await select(connection, 'SELECT row_json FROM episodes WHERE id = ?', [id])
        return found ? episodeRow.parse(JSON.parse(String(found[0]))) : null
      }),
    thumbnail: (id) =>
      inTurn(async () => {
        const [found] = await select(
          connection,
          'SELECT width, height, rgb FROM thumbnails WHERE episode = ?',
          [id]
        )
        const [width, height, blob] = found ?? []
        if (!(blob instanceof DuckDBBlobValue)) return null
        return { width: Number(width), height: Number(height), rgb: blob.bytes }
      }),
    stamps: () =>
      inTurn(async () => {
        const rows = await select(connection, 'SELECT id, file_bytes, modified_ms FROM episodes')
        return new Map(
          rows.map(([id, bytes, modifiedMs]) => [
            String(id),
            { bytes: Number(bytes), modifiedMs: Number(modifiedMs) }
          ])
        )
      }),
    page: (query) => inTurn(() => pageOf(connection, query)),
    perIteration: () =>
      inTurn(async () => {
        const rows = await select(
          connection,
          `SELECT k, count(*)::DOUBLE, median(action_mse), median(latent_delta) FROM iterations GROUP BY k ORDER BY k`
        )
        const numberOf = (value: DuckDBValue | undefined): number | null =>
          typeof value === 'number' ? value : null
        return rows.map(([k, count, mse, delta]) => ({
          k: Number(k),
          predictions: Number(count),
          medianActionMse: numberOf(mse),
          medianLatentDelta: numberOf(delta)
        }))
      }),
    writeTables: (ids, folder, { format, stamp }) =>
      inTurn(async () => {
        await connection.run(
          'CREATE OR REPLACE TEMP TABLE chosen AS SELECT unnest(CAST(CAST(? AS JSON) AS VARCHAR[])) AS id',
          [JSON.stringify(ids)]
        )
        const options = format === 'parquet' ? '(FORMAT parquet)' : '(FORMAT csv, HEADER)'
        const names: string[] = []
        for (const table of ['predictions', 'iterations']) {
          const name = `${table}-${stamp}.${format}`
          const target = join(folder, name).replaceAll("'", "''")
          await connection.run(
            `COPY (SELECT * FROM ${table} WHERE episode IN (SELECT id FROM chosen) ORDER BY ALL) TO '${target}' ${options}`
          )
          names.push(name)
        }
        return names
      }),
    similar: (likeness, limit) =>
      inTurn(() => similarPredictions((sql, values) => select(connection, sql, values), likeness, limit)),
    scores: (score) => inTurn(() => episodeScores((sql, values) => select(connection, sql, values), score)),
    close
  }
}

async function pageOf(connection: DuckDBConnection, query: LibraryQuery): Promise<LibraryPage> {
  const conditions: string[] = []
  const values: DuckDBValue[] = []
  for (const word of query.text.toLowerCase().split(/\s+/).filter(Boolean)) {
    conditions.push('contains(search, ?)')
    values.push(word)
  }
  if (query.outcome !== 'all') {
    conditions.push(
      { success: 'success', failure: 'NOT success', undecided: 'success IS NULL' }[query.outcome]
    )
  }
  if (query.label !== null) {
    conditions.push('list_contains(labels, ?)')
    values.push(query.label)
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  const rows = await select(
    connection,
    `SELECT row_json FROM episodes ${where} ORDER BY ${ORDERS[query.sort]} LIMIT ? OFFSET ?`,
    [...values, query.limit, query.offset]
  )
  const [matching] = await select(connection, `SELECT count(*)::DOUBLE FROM episodes ${where}`, values)
  const [totals] = await select(connection, 'SELECT count(*)::DOUBLE, coalesce(sum(bytes), 0) FROM episodes')
  const labels = await select(
    connection,
    'SELECT label FROM (SELECT unnest(labels) AS label FROM episodes) GROUP BY label ORDER BY count(*) DESC, label LIMIT 200'
  )
  return {
    rows: rows.map(([json]) => episodeRow.parse(JSON.parse(String(json)))),
    total: Number(matching?.[0] ?? 0),
    all: Number(totals?.[0] ?? 0),
    bytes: Number(totals?.[1] ?? 0),
    labels: labels.map(([label]) => String(label))
  }
}

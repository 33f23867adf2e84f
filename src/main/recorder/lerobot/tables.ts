import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'

/** Reads Parquet files by DuckDB, which wrote none of them. */
export async function withDatabase<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    return await work(connection)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

export const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`

/** Rows by column. `rest`: what follows FROM. */
export const readTable = (path: string, columns: string, rest = ''): Promise<Record<string, unknown>[]> =>
  withDatabase(async (connection) => {
    const reader = await connection.runAndReadAll(
      `SELECT ${columns} FROM read_parquet(${quoted(path)}) ${rest}`
    )
    return reader.getRowObjectsJS()
  })

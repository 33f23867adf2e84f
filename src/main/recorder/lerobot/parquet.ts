import { parquetWriteBuffer } from 'hyparquet-writer'
import type { SchemaElement } from 'hyparquet'

/** Parquet tables as LeRobot and pyarrow write them: optional columns, vectors as lists, snappy. */
export type ColumnType = 'float' | 'double' | 'int64' | 'boolean' | 'string'

export interface Column {
  readonly name: string
  readonly type: ColumnType
  /** Every value is a list of that type. */
  readonly isList?: boolean
  readonly values: readonly unknown[]
}

const PHYSICAL: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  float: { type: 'FLOAT' },
  double: { type: 'DOUBLE' },
  int64: { type: 'INT64' },
  boolean: { type: 'BOOLEAN' },
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }
}

function schemaOf({ name, type, isList = false }: Column): SchemaElement[] {
  if (!isList) return [{ name, repetition_type: 'OPTIONAL', ...PHYSICAL[type] }]
  return [
    {
      name,
      repetition_type: 'OPTIONAL',
      num_children: 1,
      converted_type: 'LIST',
      logical_type: { type: 'LIST' }
    },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'OPTIONAL', ...PHYSICAL[type] }
  ]
}

/** INT64 takes bigint alone. */
const plain = ({ type, values }: Column): unknown[] =>
  type === 'int64'
    ? values.map((value) => (Array.isArray(value) ? value.map(BigInt) : BigInt(value as number)))
    : [...values]

/** One row group. */
export function parquetBytes(
  columns: readonly Column[],
  kvMetadata: readonly { readonly key: string; readonly value: string }[] = []
): Uint8Array {
  const rows = columns[0]?.values.length ?? 0
  const buffer = parquetWriteBuffer({
    schema: [{ name: 'schema', num_children: columns.length }, ...columns.flatMap(schemaOf)],
    columnData: columns.map((column) => ({ name: column.name, data: plain(column) })),
    rowGroupSize: Math.max(1, rows),
    kvMetadata: [...kvMetadata],
    createdBy: 'depthdeck'
  })
  return new Uint8Array(buffer)
}

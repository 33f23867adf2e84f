import { STATISTICS, type FeatureStats } from './featureStats'
import { parquetBytes, type Column } from './parquet'

/** What a LeRobotDataset keeps beside its rows: statistics and videos of an episode, and tasks. */

const isImage = (name: string): boolean => name.startsWith('observation.images.')

/** Images keep their channels apart as (3, 1, 1); counts are (1,). */
export const shaped = (name: string, stats: FeatureStats): Record<string, unknown> =>
  Object.fromEntries(
    STATISTICS.map((key) => [
      key,
      isImage(name) && key !== 'count' ? stats[key].map((value) => [[value]]) : [...stats[key]]
    ])
  )

/** As they were before `shaped`. */
export const flat = (stats: FeatureStats): FeatureStats =>
  Object.fromEntries(STATISTICS.map((key) => [key, stats[key].flat(2)])) as unknown as FeatureStats

export const statsColumns = (name: string, stats: FeatureStats): Column[] =>
  STATISTICS.map((key) => ({
    name: `stats/${name}/${key}`,
    type: key === 'count' ? 'int64' : 'double',
    isList: true,
    values: [[...stats[key]]]
  }))

/** Without the `pandas` entry LeRobot takes every task for the number 0: it looks tasks up by the frame's index. */
export function tasksBytes(tasks: readonly string[]): Uint8Array {
  const column = (name: string, type: string) => ({
    name,
    field_name: name,
    pandas_type: type,
    numpy_type: type === 'unicode' ? 'object' : type,
    metadata: null
  })
  const pandas = {
    index_columns: ['task'],
    column_indexes: [
      { ...column('', 'unicode'), name: null, field_name: null, metadata: { encoding: 'UTF-8' } }
    ],
    columns: [column('task_index', 'int64'), column('task', 'unicode')],
    creator: { library: 'depthdeck', version: '1' },
    pandas_version: '2.0.0'
  }
  return parquetBytes(
    [
      { name: 'task_index', type: 'int64', values: tasks.map((_, index) => index) },
      { name: 'task', type: 'string', values: tasks }
    ],
    [{ key: 'pandas', value: JSON.stringify(pandas) }]
  )
}

/** Where an episode's part of a video is: from and to in pictures. */
export const videoColumns = (
  key: string,
  place: { readonly chunk: number; readonly file: number },
  part: { readonly from: number; readonly to: number; readonly fps: number }
): Column[] => [
  { name: `videos/${key}/chunk_index`, type: 'int64', values: [place.chunk] },
  { name: `videos/${key}/file_index`, type: 'int64', values: [place.file] },
  // Integer frames over the rate, never summed durations.
  { name: `videos/${key}/from_timestamp`, type: 'double', values: [part.from / part.fps] },
  { name: `videos/${key}/to_timestamp`, type: 'double', values: [part.to / part.fps] }
]

import type { FrameRow } from './episodeFrames'
import type { Column } from './parquet'

/** An episode's rows as columns of a LeRobotDataset's data file. */

export interface RowContext {
  readonly episodeIndex: number
  readonly firstIndex: number
  readonly taskIndex: number
  readonly fps: number
}

export function dataColumns(
  rows: readonly FrameRow[],
  { episodeIndex, firstIndex, taskIndex, fps }: RowContext
): Column[] {
  const last = rows.length - 1
  const each = <T>(of: (row: FrameRow, index: number) => T): T[] => rows.map(of)
  return [
    { name: 'action', type: 'float', isList: true, values: each(({ action }) => action.map(Math.fround)) },
    {
      name: 'observation.state',
      type: 'float',
      isList: true,
      values: each(({ state }) => state.map(Math.fround))
    },
    { name: 'intervention', type: 'boolean', values: each(({ intervention }) => intervention) },
    { name: 'next.reward', type: 'float', values: each(({ success }) => (success ? 1 : 0)) },
    { name: 'next.done', type: 'boolean', values: each((_, index) => index === last) },
    { name: 'next.success', type: 'boolean', values: each(({ success }) => success) },
    { name: 'wall_time', type: 'double', values: each(({ wallSeconds }) => wallSeconds) },
    { name: 'timestamp', type: 'float', values: each((_, index) => Math.fround(index / fps)) },
    { name: 'frame_index', type: 'int64', values: each((_, index) => index) },
    { name: 'episode_index', type: 'int64', values: each(() => episodeIndex) },
    { name: 'index', type: 'int64', values: each((_, index) => firstIndex + index) },
    { name: 'task_index', type: 'int64', values: each(() => taskIndex) }
  ]
}

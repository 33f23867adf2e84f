import { z } from 'zod'
import type { DatasetVideo } from '@shared/ipc/exporting'
import type { EpisodeFrames } from './episodeFrames'

/** `meta/info.json` of a LeRobotDataset v3.0, and what its features are. */

export const CODEBASE_VERSION = 'v3.0'
const CHUNKS_SIZE = 1000
const DATA_PATH = 'data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet'
const VIDEO_PATH = 'videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4'

const feature = z.object({
  dtype: z.string(),
  shape: z.array(z.int()),
  names: z.array(z.string()).nullable(),
  info: z.record(z.string(), z.unknown()).optional()
})
export type Feature = z.infer<typeof feature>

export const datasetInfo = z.looseObject({
  codebase_version: z.string(),
  robot_type: z.string().nullable(),
  total_episodes: z.int().min(0),
  total_frames: z.int().min(0),
  total_tasks: z.int().min(0),
  chunks_size: z.int().min(1),
  fps: z.int().min(1),
  splits: z.record(z.string(), z.string()),
  data_path: z.string(),
  video_path: z.string().nullable(),
  features: z.record(z.string(), feature)
})
export type DatasetInfo = z.infer<typeof datasetInfo>

export const videoKey = (camera: string): string => `observation.images.${camera}`

const automatic = (dtype: string): Feature => ({ dtype, shape: [1], names: null })

/** Features of frames like these. `names` as LeRobot's robots have them. */
export function featuresOf(
  { joints, cameras, framesPerSecond }: EpisodeFrames,
  codec: DatasetVideo
): Record<string, Feature> {
  const vector: Feature = {
    dtype: 'float32',
    shape: [joints.length],
    names: joints.map((name) => `${name}.pos`)
  }
  return {
    action: vector,
    'observation.state': vector,
    ...Object.fromEntries(
      cameras.map(({ name, width, height }) => [
        videoKey(name),
        {
          dtype: 'video',
          shape: [height, width, 3],
          names: ['height', 'width', 'channels'],
          info: {
            'video.height': height,
            'video.width': width,
            'video.codec': codec,
            'video.pix_fmt': 'yuv420p',
            'video.is_depth_map': false,
            'video.fps': framesPerSecond,
            'video.channels': 3,
            has_audio: false,
            is_depth_map: false
          }
        } satisfies Feature
      ])
    ),
    intervention: automatic('bool'),
    'next.reward': automatic('float32'),
    'next.done': automatic('bool'),
    'next.success': automatic('bool'),
    wall_time: automatic('float64'),
    timestamp: automatic('float32'),
    frame_index: automatic('int64'),
    episode_index: automatic('int64'),
    index: automatic('int64'),
    task_index: automatic('int64')
  }
}

export const emptyInfo = (frames: EpisodeFrames, codec: DatasetVideo): DatasetInfo => ({
  codebase_version: CODEBASE_VERSION,
  robot_type: frames.info.robot?.name ?? null,
  total_episodes: 0,
  total_frames: 0,
  total_tasks: 0,
  chunks_size: CHUNKS_SIZE,
  data_files_size_in_mb: 100,
  video_files_size_in_mb: 200,
  fps: frames.framesPerSecond,
  splits: {},
  data_path: DATA_PATH,
  video_path: VIDEO_PATH,
  features: featuresOf(frames, codec)
})

/** Why frames like these can't be added to a dataset like this; null when they can. */
export function mismatch(info: DatasetInfo, frames: EpisodeFrames, codec: DatasetVideo): string | null {
  if (info.codebase_version !== CODEBASE_VERSION) {
    return `the dataset is of version ${info.codebase_version}; only ${CODEBASE_VERSION} can be added to`
  }
  if (info.fps !== frames.framesPerSecond) {
    return `the dataset has ${info.fps} frames per second, the episode ${frames.framesPerSecond}`
  }
  const own = featuresOf(frames, codec)
  const shapeOf = (features: Readonly<Record<string, Feature>>, name: string): string =>
    JSON.stringify([features[name]?.dtype, features[name]?.shape])
  const names = new Set([...Object.keys(own), ...Object.keys(info.features)])
  const different = [...names].find((name) => shapeOf(own, name) !== shapeOf(info.features, name))
  if (different !== undefined) return `the dataset's feature ${different} is another one than the episode's`
  const other = Object.values(info.features)
    .map((known) => known.info?.['video.codec'])
    .find((known) => known !== undefined && known !== codec)
  return other === undefined ? null : `the dataset's videos are ${String(other)}, this export's ${codec}`
}

export const filePath = (pattern: string, chunk: number, file: number, key = ''): string =>
  pattern
    .replace('{video_key}', key)
    .replace('{chunk_index:03d}', String(chunk).padStart(3, '0'))
    .replace('{file_index:03d}', String(file).padStart(3, '0'))

import { execFileSync } from 'node:child_process'

/**
 * The system's ffmpeg and ffprobe, asked by the tests themselves: shares nothing with the app. The set-up of `npm test`
 * installs them on Debian; elsewhere a test that needs them fails with what to install.
 */
function run(tool: 'ffmpeg' | 'ffprobe', args: readonly string[]): Buffer {
  try {
    return execFileSync(tool, args, { maxBuffer: 1024 ** 3, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    throw new Error(`this test needs the system's ${tool}: install ffmpeg (Debian: apt-get install ffmpeg)`, {
      cause: error
    })
  }
}

export interface CountedVideo {
  readonly codec: string
  /** Presentation times of decoded pictures, seconds. */
  readonly times: readonly number[]
}

export function decodedTimes(path: string): CountedVideo {
  const select = ['-select_streams', 'v', '-show_entries', 'stream=codec_name:frame=pts_time']
  const lines = run('ffprobe', ['-v', 'error', ...select, '-of', 'flat', path])
    .toString()
    .split('\n')
  const values = (pattern: RegExp) => lines.flatMap((line) => pattern.exec(line)?.[1] ?? [])
  return {
    codec: values(/^streams\.stream\.\d+\.codec_name="(.*)"$/).join(),
    times: values(/^frames\.frame\.\d+\.pts_time="(.*)"$/).map(Number)
  }
}

/** Every decoded picture's luma. */
export function decodedLuma(path: string, bytesPerPicture: number): Uint8Array[] {
  const raw = run('ffmpeg', [
    ...['-v', 'error', '-i', path, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']
  ])
  return Array.from({ length: raw.byteLength / bytesPerPicture }, (_, index) =>
    raw.subarray(index * bytesPerPicture, (index + 1) * bytesPerPicture)
  )
}

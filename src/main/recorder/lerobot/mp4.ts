import { EncodedPacket, EncodedVideoPacketSource, FilePathTarget, Mp4OutputFormat, Output } from 'mediabunny'
import type { CameraTrack } from './episodeFrames'

/** H.264 pictures as they were recorded into an MP4 file: picture i at exactly i / fps. */
export async function writeMp4(
  path: string,
  { width, height, pictures }: CameraTrack,
  framesPerSecond: number
): Promise<void> {
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: false }),
    target: new FilePathTarget(path)
  })
  const source = new EncodedVideoPacketSource('avc')
  output.addVideoTrack(source, { frameRate: framesPerSecond })
  await output.start()
  const decoderConfig = { codec: 'avc1.42e01e', codedWidth: width, codedHeight: height }
  for (const [index, { isKey, data }] of pictures.entries()) {
    const packet = new EncodedPacket(
      data,
      isKey ? 'key' : 'delta',
      index / framesPerSecond,
      1 / framesPerSecond
    )
    await source.add(packet, index === 0 ? { decoderConfig } : undefined)
  }
  await output.finalize()
}

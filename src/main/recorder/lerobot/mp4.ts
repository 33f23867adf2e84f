import { EncodedPacket, EncodedVideoPacketSource, FilePathTarget, Mp4OutputFormat, Output } from 'mediabunny'
import type { CameraTrack } from './episodeFrames'

/** H.264 pictures as they were recorded into an MP4 file: the one of place i at exactly i / fps. */
export async function writeMp4(
  path: string,
  { width, height, pictures }: Pick<CameraTrack, 'width' | 'height' | 'pictures'>,
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
  for (const [index, { isKey, data, place }] of pictures.entries()) {
    const places = (pictures[index + 1]?.place ?? place + 1) - place
    const packet = new EncodedPacket(
      data,
      isKey ? 'key' : 'delta',
      place / framesPerSecond,
      places / framesPerSecond
    )
    await source.add(packet, index === 0 ? { decoderConfig } : undefined)
  }
  await output.finalize()
}

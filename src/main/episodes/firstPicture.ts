import type { EncodedPicture } from '@shared/ipc/recording'
import { CAMERA_PREFIX } from './messages'
import { isCamera, pictureOf } from './pictures'
import { openRecording, RecordingDamage } from './recordingReader'

/** Of video that begins in between, the key frame comes soon. */
const MAX_LOOKED_AT = 100

/**
 * The first picture of the first camera that can be decoded alone, for episodes of which no policy has seen anything.
 * Null where there is none, or the recording is damaged: what it is the list says by itself.
 */
export async function firstPicture(path: string): Promise<EncodedPicture | null> {
  const opened = await openRecording(path)
  if (!opened.ok) return null
  const recording = opened.value
  try {
    const topic = [...recording.topics].sort().find((name) => name.startsWith(CAMERA_PREFIX))
    if (topic === undefined) return null
    let looked = 0
    for await (const { schema, data } of recording.messages({ topics: [topic] })) {
      const picture = isCamera(schema) ? pictureOf(schema, data) : null
      if (picture?.isKey) return { format: picture.format, data: picture.data }
      if (++looked === MAX_LOOKED_AT) return null
    }
    return null
  } catch (error) {
    if (error instanceof RecordingDamage) return null
    throw error
  } finally {
    await recording.close()
  }
}

import { expect, test } from 'vitest'
import { objection } from '../../../src/main/recorder/lerobot/ffprobe'

const EXPECTED = { codec: 'av1', width: 640, height: 480, framesPerSecond: 30, pictures: 3 } as const
const STREAM = {
  codec_name: 'av1',
  width: 640,
  height: 480,
  pix_fmt: 'yuv420p',
  avg_frame_rate: '30/1',
  nb_read_frames: '3'
}
const TIMES = ['0.000000', '0.033333', '0.066667']
const report = (change: object, times = TIMES): string =>
  JSON.stringify({
    packets: times.map((pts_time) => ({ pts_time })),
    programs: [],
    streams: [{ ...STREAM, ...change }]
  })

test.each([
  ['as it was meant', report({}), null],
  ['of full range', report({ pix_fmt: 'yuvj420p' }), null],
  ['of another codec', report({ codec_name: 'h264' }), 'its codec is h264, not av1'],
  ['of another size', report({ width: 320 }), 'its size is 320 × 480, not 640 × 480'],
  ['of other pixels', report({ pix_fmt: 'yuv444p' }), 'its pixel format is yuv444p, not yuv420p'],
  ['of another rate', report({ avg_frame_rate: '2997/100' }), 'its rate is 2997/100, not 30/1'],
  ['with too few pictures', report({}, TIMES.slice(1)), 'its count of pictures is 2, not 3'],
  [
    'with pictures that can’t be decoded',
    report({ nb_read_frames: '2' }),
    'its count of decoded pictures is 2, not 3'
  ],
  [
    'with a picture at another time',
    report({}, ['0.000000', '0.033333', '0.100000']),
    `picture 2 stands at 0.1 s, not at ${2 / 30} s`
  ],
  ['without a video', JSON.stringify({ packets: [], streams: [] }), 'ffprobe finds no video in it'],
  ['that is no report', 'what', 'ffprobe finds no video in it']
])('a video %s', (_, json, expected) => expect(objection(json, EXPECTED)).toBe(expected))

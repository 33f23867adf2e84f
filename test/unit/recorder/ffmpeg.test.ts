import { describe, expect, test } from 'vitest'
import { av1Arguments, encoderFor } from '../../../src/main/recorder/lerobot/av1'
import { cut } from '../../../src/main/recorder/lerobot/episodeVideo'
import { av1Encoders, lastLine } from '../../../src/main/recorder/lerobot/ffmpeg'

const LISTING = [
  'Encoders:',
  ' V..... = Video',
  ' ------',
  ' V....D libaom-av1           libaom AV1 (codec av1)',
  ' V..... libsvtav1            SVT-AV1(Scalable Video Technology for AV1) encoder (codec av1)',
  ' A..... wmav1                Windows Media Audio 1'
].join('\n')

test('encoders: LeRobot’s own choice first', () => {
  expect(av1Encoders(LISTING)).toEqual(['libsvtav1', 'libaom-av1'])
  expect(av1Encoders(LISTING.replace('libsvtav1', 'libsvt'))).toEqual(['libaom-av1'])
  expect(av1Encoders(' A..... libsvtav1  of sound')).toEqual([])
})

test.each([
  ['one\ntwo\n\n', 'two'],
  ['frame=1\rframe=2\r', 'frame=2'],
  [' \n', null]
])('the last line of %j', (text, last) => expect(lastLine(text)).toBe(last))

describe('encoding', () => {
  test('a constant rate, the kept pictures alone, and LeRobot’s settings', () => {
    const place = { framesPerSecond: 30, first: 4, count: 10 }
    const size = { width: 640, height: 480 }
    const args = av1Arguments({ source: '/a b.mp4', target: '/c.mp4', ...size, ...place }, 'libsvtav1')
    const after = (name: string): string | undefined => args[args.indexOf(name) + 1]
    expect(after('-i')).toBe('/a b.mp4')
    expect(after('-vf')).toBe('fps=30,trim=start_frame=4:end_frame=14,setpts=N')
    expect(['-r', '-c:v', '-pix_fmt', '-g', '-crf'].map(after)).toEqual([
      ...['30', 'libsvtav1', 'yuv420p', '2', '30']
    ])
    expect(args.at(-1)).toBe('/c.mp4')
  })

  test.each([
    [640, 480, ['libsvtav1', 'libaom-av1'], 'libsvtav1'],
    [64, 48, ['libsvtav1', 'libaom-av1'], 'libaom-av1'],
    [64, 48, ['libsvtav1'], 'libsvtav1'],
    [640, 480, ['libaom-av1'], 'libaom-av1']
  ] as const)('%i × %i with %j', (width, height, encoders, encoder) =>
    expect(encoderFor({ width, height }, encoders)).toBe(encoder)
  )
})

describe('pictures of a range', () => {
  const pictures = [0, 1, 2, 5, 6, 7].map((place) => ({
    place,
    isKey: [0, 5].includes(place),
    data: Uint8Array.of(place)
  }))
  test.each([
    ['from a key frame', { first: 5, count: 2 }, [5, 6], [0, 1], 0, 0],
    ['with a lead-in', { first: 6, count: 2 }, [5, 6, 7], [0, 1, 2], 1, 0],
    ['over a hole', { first: 1, count: 5 }, [0, 1, 2, 5], [0, 1, 2, 5], 1, 2],
    ['that ends in a hole', { first: 2, count: 2 }, [0, 1, 2, 5], [0, 1, 2, 5], 2, 1],
    ['that begins in a hole', { first: 4, count: 2 }, [0, 1, 2, 5], [0, 1, 2, 5], 4, 1]
  ] as const)('%s', (_, range, kept, places, leadIn, repeated) => {
    const found = cut({ pictures }, range)
    expect(found.pictures.map(({ data }) => data[0])).toEqual(kept)
    expect(found.pictures.map(({ place }) => place)).toEqual(places)
    expect(found).toMatchObject({ leadIn, repeated })
  })
})

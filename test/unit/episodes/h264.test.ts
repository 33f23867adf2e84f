import { describe, expect, test } from 'vitest'
import { h264Size, isKeyFrame } from '../../../src/main/episodes/h264'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

describe('the size of a stream', () => {
  // Worked out by hand from ITU-T H.264 7.3.2.1.1: profile 66, level 30, log2_max_frame_num 4, order type 2.
  test.each([
    // 40 × 30 macroblocks, not cropped: ue(39) = 00000101000, ue(29) = 000011110.
    ['640×480', '00 00 00 01 67 42 c0 1e da 02 80 f6 80', { width: 640, height: 480 }],
    ['no parameter set', '00 00 00 01 61 42 c0 1e', null],
    ['another profile', '00 00 01 67 64 00 1e ac', null]
  ])('%s', (_, hex, size) => expect(h264Size(bytes(hex))).toEqual(size))
})

describe('a key frame', () => {
  test.each([
    ['parameter sets first', '00 00 00 01 67 42 00 00 01 68 ce 00 00 01 65 88', true],
    ['IDR alone', '00 00 01 65 88 84', true],
    ['a delta', '00 00 00 01 61 e0 00', false],
    ['nothing', '', false]
  ])('%s: %#', (_, hex, isKey) => expect(isKeyFrame(bytes(hex))).toBe(isKey))
})

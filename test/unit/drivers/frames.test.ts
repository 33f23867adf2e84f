import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { feetech } from '../../../src/main/drivers/feetech/frame'
import { dynamixel, stuff, unstuff } from '../../../src/main/drivers/dynamixel/frame'
import type { ServoProtocol, StatusPacket } from '../../../src/main/drivers/protocol'
import { answerOf, bytesOf, hexOf, slowCrc16 } from './wire'

describe('instruction packets of the manuals', () => {
  test.each([
    // Feetech's protocol manual: ping, read position, write id to all, reset to be read at once.
    ['ping', feetech.ping(1), 'FF FF 01 02 01 FB'],
    ['read', feetech.read(1, 56, 2), 'FF FF 01 04 02 38 02 BE'],
    ['write', feetech.write(0xfe, 5, Uint8Array.of(1)), 'FF FF FE 04 03 05 01 F4'],
    // Worked out by hand: ~(FE + 06 + 82 + 38 + 08 + 01 + 02 + ...) & FF.
    ['sync read', feetech.syncRead([1, 2], 56, 8), 'FF FF FE 06 82 38 08 01 02 36'],
    [
      'sync write',
      feetech.syncWrite(
        [
          { id: 1, data: Uint8Array.of(0x00, 0x08) },
          { id: 2, data: Uint8Array.of(0xff, 0x07) }
        ],
        42
      ),
      'FF FF FE 0A 83 2A 02 01 00 08 02 FF 07 37'
    ]
  ])('Feetech: %s', (_, frame, expected) => expect(hexOf(frame)).toBe(expected))

  test.each([
    // ROBOTIS e-Manual, Protocol 2.0, the examples of each instruction.
    ['ping', dynamixel.ping(1), 'FF FF FD 00 01 03 00 01 19 4E'],
    ['read', dynamixel.read(1, 132, 4), 'FF FF FD 00 01 07 00 02 84 00 04 00 1D 15'],
    [
      'write',
      dynamixel.write(1, 116, Uint8Array.of(0, 2, 0, 0)),
      'FF FF FD 00 01 09 00 03 74 00 00 02 00 00 CA 89'
    ],
    ['reboot', dynamixel.reboot(1), 'FF FF FD 00 01 03 00 08 2F 4E'],
    ['sync read', dynamixel.syncRead([1, 2], 132, 4), 'FF FF FD 00 FE 09 00 82 84 00 04 00 01 02 CE FA'],
    [
      'sync write',
      dynamixel.syncWrite(
        [
          { id: 1, data: Uint8Array.of(150, 0, 0, 0) },
          { id: 2, data: Uint8Array.of(170, 0, 0, 0) }
        ],
        116
      ),
      'FF FF FD 00 FE 11 00 83 74 00 04 00 01 96 00 00 00 02 AA 00 00 00 82 87'
    ]
  ])('Dynamixel: %s', (_, frame, expected) => expect(hexOf(frame)).toBe(expected))

  test('Dynamixel stuffs a header inside the params', () => {
    const frame = dynamixel.write(1, 116, bytesOf('FF FF FD 00'))
    expect(hexOf(frame).slice(0, -6)).toBe('FF FF FD 00 01 0A 00 03 74 00 FF FF FD FD 00')
    expect(slowCrc16(frame.subarray(0, -2))).toBe((frame.at(-2) ?? 0) + 256 * (frame.at(-1) ?? 0))
  })

  test('what fits no packet is refused', () => {
    expect(() => feetech.ping(255)).toThrow(/No Feetech id: 255/)
    expect(() =>
      feetech.syncRead(
        Array.from({ length: 250 }, (_, id) => id),
        56,
        2
      )
    ).toThrow(/at most 250/)
    expect(() => dynamixel.ping(0xfd)).toThrow(/No Dynamixel id: 253/)
  })
})

describe('status packets of the manuals', () => {
  test('Feetech: position 0x0518 of motor 1', () => {
    const { packets } = feetech.scan(bytesOf('FF FF 01 04 00 18 05 DD'), { ids: new Set([1]), dataBytes: 2 })
    expect(packets).toEqual([{ id: 1, error: 0, data: Uint8Array.of(0x18, 0x05) }])
  })

  test('Dynamixel: ping, position 166 and a confirmed write of motor 1', () => {
    const ids = new Set([1])
    const scan = (hex: string, dataBytes: number) => dynamixel.scan(bytesOf(hex), { ids, dataBytes }).packets
    expect(scan('FF FF FD 00 01 07 00 55 00 06 04 26 65 5D', 3)[0]?.data).toEqual(Uint8Array.of(6, 4, 0x26))
    expect(scan('FF FF FD 00 01 08 00 55 00 A6 00 00 00 8C C0', 4)[0]?.data).toEqual(
      Uint8Array.of(166, 0, 0, 0)
    )
    expect(scan('FF FF FD 00 01 04 00 55 00 A1 0C', 0)).toEqual([
      { id: 1, error: 0, data: new Uint8Array(0) }
    ])
  })

  test('Dynamixel: a refusal comes without data, an empty confirmation is no reading', () => {
    const expected = { ids: new Set([1]), dataBytes: 4 }
    const refusal = answerOf(dynamixel, { id: 1, error: 7, data: new Uint8Array(0) })
    expect(dynamixel.scan(refusal, expected).packets).toEqual([{ id: 1, error: 7, data: new Uint8Array(0) }])
    expect(dynamixel.refusal(7)).toBe('access refused')
    const confirmation = answerOf(dynamixel, { id: 1, error: 0, data: new Uint8Array(0) })
    expect(dynamixel.scan(confirmation, expected).packets).toEqual([])
  })

  test('alarms in words', () => {
    expect(feetech.alarmWords(32 + 4)).toEqual(['overheated', 'overload'])
    expect(dynamixel.alarmWords(0x80)).toEqual(['hardware alert'])
  })
})

describe('a fast sync read', () => {
  const fast = dynamixel.fastSyncRead
  if (fast === undefined) throw new Error('Dynamixel has fast sync reads')
  const ids = [3, 7, 4]
  // e-Manual, Fast Sync Read: LEN = 1 + 3 × (error, id, 4 bytes, CRC); the CRC of each motor is of all before it.
  function answer(): Uint8Array {
    const bytes = [...bytesOf('FF FF FD 00 FE 19 00 55')]
    for (const id of ids) {
      bytes.push(id === 7 ? 0x80 : 0, id, 0xff, 0xff, 0xfd, id)
      const crc = slowCrc16(Uint8Array.from(bytes))
      bytes.push(crc & 0xff, crc >> 8)
    }
    return Uint8Array.from(bytes)
  }

  test('is asked as in the manual', () =>
    expect(hexOf(fast.request(ids, 132, 4)).slice(0, -6)).toBe(
      'FF FF FD 00 FE 0A 00 8A 84 00 04 00 03 07 04'
    ))

  test('is answered by one packet, which is not stuffed', () => {
    expect(fast.scan(answer(), ids, 4).packets).toEqual([
      { id: 3, error: 0, data: bytesOf('FF FF FD 03') },
      { id: 7, error: 0x80, data: bytesOf('FF FF FD 07') },
      { id: 4, error: 0, data: bytesOf('FF FF FD 04') }
    ])
  })

  test('is believed for nobody when one bit is wrong, at whatever place', () => {
    fc.assert(
      fc.property(fc.nat({ max: answer().length * 8 - 1 }), (bit) => {
        const damaged = answer()
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(fast.scan(damaged, ids, 4).packets).toEqual([])
      })
    )
  })
})

const protocols: readonly ServoProtocol[] = [feetech, dynamixel]

describe.each(protocols.map((protocol) => ({ protocol })))('$protocol.name frames', ({ protocol }) => {
  const ids = [1, 2, 9] as const
  const expected = { ids: new Set<number>(ids), dataBytes: 4 }
  const packet = fc.record({
    id: fc.constantFrom(...ids),
    error: fc.constantFrom(0, ...(protocol === feetech ? [1, 4, 32] : [0x80])),
    // Mostly bytes that headers are made of.
    data: fc.array(fc.oneof(fc.constantFrom(0xff, 0xfd, 0x00), fc.nat(255)), { minLength: 4, maxLength: 4 })
  })
  const toPacket = (drawn: { id: number; error: number; data: number[] }): StatusPacket => ({
    ...drawn,
    data: Uint8Array.from(drawn.data)
  })

  function feed(pieces: readonly Uint8Array[]): StatusPacket[] {
    let held = new Uint8Array(0)
    return pieces.flatMap((piece) => {
      const { packets, rest } = protocol.scan(Uint8Array.from([...held, ...piece]), expected)
      held = Uint8Array.from(rest)
      return packets
    })
  }

  test('are found whole however the bytes are split', () => {
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(80)), (drawn, cuts) => {
        const packets = drawn.map(toPacket)
        const bytes = Uint8Array.from(packets.flatMap((each) => [...answerOf(protocol, each)]))
        const edges = [
          0,
          ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
          bytes.length
        ]
        expect(feed(edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge)))).toEqual(packets)
      })
    )
  })

  test('are found at every split point of one packet', () => {
    const whole = answerOf(protocol, { id: 2, error: 0, data: bytesOf('FF FF FD 00') })
    for (let cut = 0; cut <= whole.length; cut++)
      expect(feed([whole.subarray(0, cut), whole.subarray(cut)])).toHaveLength(1)
  })

  test('are found behind garbage that ends before them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), packet, (garbage, drawn) => {
        const wanted = toPacket(drawn)
        // Whatever garbage made the scanner wait, it is over once no more can come.
        const bytes = Uint8Array.from([...garbage, ...answerOf(protocol, wanted), ...new Uint8Array(40)])
        expect(protocol.scan(bytes, expected).packets.at(-1)).toEqual(wanted)
      })
    )
  })

  test('of a motor that was not asked, of another length, or damaged, are no answers', () => {
    const good = answerOf(protocol, { id: 2, error: 0, data: bytesOf('01 02 03 04') })
    const scan = (bytes: Uint8Array, change = {}) => protocol.scan(bytes, { ...expected, ...change }).packets
    expect(scan(good)).toHaveLength(1)
    expect(scan(good, { ids: new Set([3]) })).toEqual([])
    expect(scan(good, { dataBytes: 2 })).toEqual([])
    for (let bit = 0; bit < good.length * 8; bit++) {
      const damaged = Uint8Array.from(good)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(scan(damaged)).toEqual([])
    }
  })

  test('are never found in a million random bytes, nor do these throw', () => {
    // A fixed seed: with an 8-bit checksum and 20 bits of header one in 10^11 such files would have one by chance.
    let state = 20261124
    let held = new Uint8Array(0)
    for (let done = 0; done < 1_000_000; done += 1000) {
      const piece = Uint8Array.from({ length: 1000 }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return state >>> 24
      })
      const { packets, rest } = protocol.scan(Uint8Array.from([...held, ...piece]), expected)
      expect(packets).toEqual([])
      held = Uint8Array.from(rest)
      expect(held.length).toBeLessThan(64)
    }
  })
})

test('stuffing is undone by unstuffing, and leaves no header', () => {
  const bytes = fc.array(fc.constantFrom(0xff, 0xfd, 0x00, 0x01), { maxLength: 30 })
  fc.assert(
    fc.property(bytes, (drawn) => {
      const plain = Uint8Array.from(drawn)
      const stuffed = stuff(plain)
      expect(unstuff(stuffed)).toEqual(plain)
      expect(hexOf(stuffed)).not.toMatch(/FF FF FD (?!FD)/)
    })
  )
  expect(unstuff(bytesOf('FF FF FD 00'))).toBeNull()
})

import protobuf from 'protobufjs'
import { expect, test } from 'vitest'
import 'protobufjs/ext/descriptor.js'
import { messageSchemas, nanosOf, timestampOf, type SchemaName } from '../../../src/main/episodes/messages'
import { decodeMessage, descriptorOf, encodeMessage } from '../../../src/main/episodes/protobuf'
import { sampleState } from '../../support/sampleRecording'

const names = Object.keys(messageSchemas) as SchemaName[]

test('times go there and back to the nanosecond', () => {
  const nanos = 1_800_000_000_123_456_789n
  expect(nanosOf(timestampOf(nanos))).toBe(nanos)
})

test('absent is not zero: an unmeasured velocity stays unmeasured', () => {
  const decoded = decodeMessage('foxglove.JointStates', encodeMessage('foxglove.JointStates', sampleState(0)))
  expect(decoded.joints[0]).toEqual({ name: 'base', position: 0, velocity: null })
  const moving = decodeMessage('foxglove.JointStates', encodeMessage('foxglove.JointStates', sampleState(3)))
  expect(moving).toEqual(sampleState(3))
})

test.each(names)(
  '%s can be read by its own descriptor alone, with field names as in the .proto file',
  (name) => {
    const root = protobuf.Root.fromDescriptor(descriptorOf(name), { keepCase: true })
    const type = root.lookupType(name)
    expect(type.fields.timestamp?.id).toBe(1)
    for (const field of type.fieldsArray) expect(field.name).toMatch(/^[a-z][a-z0-9_]*$/)
  }
)

test('a message read through its descriptor says the same', () => {
  const state = sampleState(5)
  const type = protobuf.Root.fromDescriptor(descriptorOf('foxglove.JointStates')).lookupType(
    'foxglove.JointStates'
  )
  const read = type.toObject(type.decode(encodeMessage('foxglove.JointStates', state)), { longs: Number })
  expect(read).toEqual(state)
})

test('bytes that are no such message are refused', () => {
  expect(() => decodeMessage('depthdeck.Prediction', Uint8Array.of(10, 200, 1, 1))).toThrow()
})

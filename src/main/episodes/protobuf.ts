import protobuf from 'protobufjs'
import 'protobufjs/ext/descriptor.js'
import { messageSchemas, type RecordedMessage, type SchemaName } from './messages'
import depthdeckProto from './schemas/depthdeck.proto?raw'
import foxgloveProto from './schemas/foxglove.proto?raw'

/** Protobuf encoding of the recorded messages, and the descriptors that make recordings describe themselves. */

const TIMESTAMP_FILE = 'google/protobuf/timestamp.proto'

function rootOf(keepCase: boolean): protobuf.Root {
  const root = new protobuf.Root()
  const wellKnown = protobuf.common.get(TIMESTAMP_FILE)?.nested
  if (!wellKnown) throw new Error(`protobufjs does not bring ${TIMESTAMP_FILE}`)
  root.addJSON(wellKnown)
  for (const text of [foxgloveProto, depthdeckProto]) protobuf.parse(text, root, { keepCase })
  root.resolveAll()
  return root
}

const root = rootOf(false)
const types = new Map(
  (Object.keys(messageSchemas) as SchemaName[]).map((name) => [name, root.lookupType(name)] as const)
)

function typeOf(name: SchemaName): protobuf.Type {
  const type = types.get(name)
  if (!type) throw new Error(`There is no message ${name}`)
  return type
}

export function encodeMessage<S extends SchemaName>(name: S, message: RecordedMessage<S>): Uint8Array {
  return typeOf(name).encode(message).finish()
}

/** @throws when the bytes are no such message; the error says where */
export function decodeMessage<S extends SchemaName>(name: S, data: Uint8Array): RecordedMessage<S> {
  const type = typeOf(name)
  const plain = type.toObject(type.decode(data), { longs: Number, enums: Number, defaults: true })
  return messageSchemas[name].parse(plain) as RecordedMessage<S>
}

/** Descriptors of a message and of all it is made of: the `data` of its MCAP schema record. */
export function descriptorOf(name: SchemaName): Uint8Array {
  const [wanted = ''] = name.split('.')
  const set = described.toDescriptor('proto3')
  const files =
    set.file?.filter((file) => file.package === wanted || file.package === 'google.protobuf') ?? []
  for (const file of files) {
    if (file.package === 'google.protobuf') file.name = TIMESTAMP_FILE
    // protobufjs leaves out what the file imports; other readers refuse it then.
    else file.dependency = [TIMESTAMP_FILE]
  }
  // Dependencies come before what needs them.
  files.sort((a) => (a.package === 'google.protobuf' ? -1 : 1))
  const type = set.$type
  return type.encode({ file: files }).finish()
}

const described = rootOf(true)

import protobuf from 'protobufjs'
import 'protobufjs/ext/descriptor.js'
import type { ParsedMcap } from './mcapParser'

/** Messages of a topic, decoded by the descriptors that the file itself carries, as any other tool would. */
export function decodedMessages(
  { schemas, channels, messages }: ParsedMcap,
  topic: string
): { readonly logTime: bigint; readonly value: Record<string, unknown> }[] {
  const channel = [...channels.values()].find((candidate) => candidate.topic === topic)
  const schema = channel && schemas.get(channel.schemaId)
  if (!schema) return []
  const type = protobuf.Root.fromDescriptor(schema.data).lookupType(schema.name)
  return messages
    .filter((message) => message.topic === topic)
    .map(({ logTime, data }) => ({
      logTime,
      value: type.toObject(type.decode(data), { longs: Number, defaults: true })
    }))
}

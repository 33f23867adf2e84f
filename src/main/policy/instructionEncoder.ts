import { Tokenizer } from '@huggingface/tokenizers'
import { z } from 'zod'
import { errorText } from '@shared/domain/errorText'
import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import { policyFault } from './bundleFault'
import type { Manifest } from './manifest'
import { describeTasks, expandTasks } from './tasks'

export interface InstructionEncoder {
  /** All instructions the policy was trained for. */
  readonly tasks: readonly string[]
  /** Token ids of one of them, of the manifest's fixed length. */
  encode(instruction: string): Result<readonly number[], Fault>
}

/**
 * Tokenises with the bundle's own tokenizer.json. An instruction is known when its tokens are those of one of the
 * bundle's tasks (so case and spacing count only if they do for the tokenizer); anything else is refused, because
 * a policy given untrained words moves all the same.
 */
export function createInstructionEncoder(
  manifest: Manifest,
  tokenizerJson: Uint8Array
): Result<InstructionEncoder, Fault> {
  const { instruction: spec, dims } = manifest
  const refuse = (message: string): Result<never, Fault> =>
    err(policyFault('bundle-tokenizer', `${spec.tokenizer}: ${message}`))

  let tokenizer: Tokenizer
  try {
    const json = z
      .looseObject({ model: z.looseObject({ type: z.string() }) })
      .parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(tokenizerJson)))
    tokenizer = new Tokenizer(json, {})
  } catch (error) {
    return refuse(`not a tokenizer: ${errorText(error)}`)
  }
  const unknownId = tokenizer.token_to_id(spec.unknownToken)
  if (unknownId === undefined) return refuse(`has no token ${JSON.stringify(spec.unknownToken)}`)

  const tasks = expandTasks(spec)
  const known = new Set<string>()
  for (const task of tasks) {
    const { ids } = tokenizer.encode(task)
    if (ids.includes(unknownId)) return refuse(`doesn't know every word of the task ${JSON.stringify(task)}`)
    if (ids.length !== dims.instructionTokens) {
      return refuse(
        `the task ${JSON.stringify(task)} has ${ids.length} tokens, the backbone takes ${dims.instructionTokens}`
      )
    }
    known.add(ids.join(' '))
  }

  return ok({
    tasks,
    encode(instruction) {
      const { ids } = tokenizer.encode(instruction)
      if (known.has(ids.join(' '))) return ok(ids)
      const unknownWords = instruction
        .split(/\s+/)
        .filter((word) => word !== '' && tokenizer.encode(word).ids.includes(unknownId))
      const reason =
        unknownWords.length > 0
          ? `it has unknown words (${unknownWords.join(', ')})`
          : ids.length !== dims.instructionTokens
            ? `it has ${ids.length} tokens instead of ${dims.instructionTokens}`
            : 'it is none of its tasks'
      return err(
        policyFault(
          'policy-instruction',
          `The policy can't be told ${JSON.stringify(instruction)}: ${reason}. It knows: ${describeTasks(spec)}`
        )
      )
    }
  })
}

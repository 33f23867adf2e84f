import type { Fault } from '@shared/domain/fault'
import type { PolicyInfo } from '@shared/domain/policy'
import { err, ok, type Result } from '@shared/domain/result'
import { policyFault } from './bundleFault'
import type { Fixture } from './fixture'
import type { InferenceCore } from './inferenceCore'
import { slot } from './tensorBuffers'

export type SelfTest = PolicyInfo['selfTest']

/** Largest absolute errors allowed; a null state limit: states and conditioning are measured, not judged. */
export interface SelfTestLimits {
  readonly state: number | null
  readonly action: number
}

/**
 * Replays the fixture and compares every tensor it knows, in the order they are computed: the first one that is
 * off names where the computation went wrong.
 */
export async function replayFixture(
  core: InferenceCore,
  fixture: Fixture,
  limits: SelfTestLimits
): Promise<Result<SelfTest, Fault>> {
  // An infinite limit would let an infinite error pass.
  const stateLimit = limits.state ?? Number.MAX_VALUE
  const encoded = await core.encode(fixture.input)
  if (!encoded.ok) return err(asSelfTest(encoded.error))
  for (const [name, expected] of fixture.conditioning) {
    const compared = compare(name, core.buffers.conditioning.get(name)?.data, expected, stateLimit)
    if (!compared.ok) return compared
  }

  slot(core.buffers.states, 0).data.set(fixture.initialState)
  let maxStateError = 0
  let maxActionError = 0
  for (const [index, expected] of fixture.iterations.entries()) {
    const k = index + 1
    const iterated = await core.iterate(k)
    if (!iterated.ok) return err(asSelfTest(iterated.error))
    const state = compare(`state_${k}`, slot(core.buffers.states, k).data, expected.state, stateLimit)
    if (!state.ok) return state
    const action = compare(`action_${k}`, iterated.value.chunk, expected.action, limits.action)
    if (!action.ok) return action
    maxStateError = Math.max(maxStateError, state.value)
    maxActionError = Math.max(maxActionError, action.value)
  }
  return ok({ maxStateError, maxActionError, tolerance: limits.action, judgesStates: limits.state !== null })
}

const asSelfTest = (fault: Fault): Fault =>
  policyFault('bundle-self-test', `The self-test failed: ${fault.message}`)

/** Largest absolute difference; NaN on either side is a mismatch. */
function compare(
  name: string,
  found: Float32Array | undefined,
  expected: Float32Array,
  tolerance: number
): Result<number, Fault> {
  let worst = 0
  let worstIndex = 0
  for (let index = 0; index < expected.length; index++) {
    const error = Math.abs((found?.[index] ?? NaN) - (expected[index] ?? NaN))
    if (!(error <= worst)) {
      worst = error
      worstIndex = index
    }
    if (Number.isNaN(error)) break
  }
  if (worst <= tolerance) return ok(worst)
  return err(
    policyFault(
      'bundle-self-test',
      `The self-test failed: ${name}[${worstIndex}] is ${found?.[worstIndex]}, the fixture says ${expected[worstIndex]} (error ${worst.toExponential(2)}, tolerance ${tolerance.toExponential(2)})`
    )
  )
}

import type { Fault } from '@shared/domain/fault'
import { err, ok, type Result } from '@shared/domain/result'
import { policyFault } from './bundleFault'
import { describeTensor, elements, type GraphSignatures } from './graphContract'
import type { PolicyInput } from './inferenceCore'
import type { Bundle } from './loadBundle'
import type { Manifest } from './manifest'

/** A prediction the exporter computed with PyTorch: replayed on load, on the provider that will run. */
export interface Fixture {
  readonly input: PolicyInput
  /** S_0 as the exporter drew it. */
  readonly initialState: Float32Array
  /** Expected h_t, h_a, s_pre, k/v: whichever the fixture has. */
  readonly conditioning: ReadonlyMap<string, Float32Array>
  /** Expected S_k and a_k; entry i belongs to k = i + 1. */
  readonly iterations: readonly { readonly state: Float32Array; readonly action: Float32Array }[]
}

type Entry = Manifest['fixture']['tensors'][number]

/** Reads the fixture file by the manifest's index; every tensor must have the shape the contract gives it. */
export function parseFixture(bundle: Bundle, signatures: GraphSignatures): Result<Fixture, Fault> {
  const { fixture, cameras, dims } = bundle.manifest
  const bytes = bundle.files.get(fixture.file)
  if (bytes === undefined) throw new Error(`Bundle file ${fixture.file} was not loaded`)
  const entries = new Map(fixture.tensors.map((entry) => [entry.name, entry]))
  const refuse = (message: string): Fault => policyFault('bundle-self-test', `${fixture.file}: ${message}`)

  /** Copies one tensor out, so that its alignment in the file doesn't matter. */
  function slice(name: string, type: Entry['type'], shape: readonly number[]): Result<ArrayBuffer, Fault> {
    const entry = entries.get(name)
    const expected = describeTensor(type, shape)
    if (entry === undefined) return err(refuse(`the fixture lacks ${name} (${expected})`))
    const found = describeTensor(entry.type, entry.shape)
    if (found !== expected) return err(refuse(`${name}: expected ${expected}, found ${found}`))
    const end = entry.byteOffset + elements(shape) * (type === 'float32' ? Float32Array.BYTES_PER_ELEMENT : 1)
    if (end > (bytes?.byteLength ?? 0)) return err(refuse(`${name} ends at byte ${end}, beyond the file`))
    return ok(Uint8Array.prototype.slice.call(bytes, entry.byteOffset, end).buffer)
  }
  const floats = (name: string, shape: readonly number[]): Result<Float32Array, Fault> => {
    const raw = slice(name, 'float32', shape)
    return raw.ok ? ok(new Float32Array(raw.value)) : raw
  }

  const images: PolicyInput['images'] = []
  for (const { name, width, height } of cameras) {
    const raw = slice(`image_${name}`, 'uint8', [height, width, 3])
    if (!raw.ok) return raw
    images.push({ name, width, height, capturedNanos: 0, rgb: new Uint8Array(raw.value) })
  }
  const proprioception = floats('proprioception', [dims.proprioDim])
  if (!proprioception.ok) return proprioception
  const stateShape = [1, dims.chunkLength, dims.latentDim]
  const initialState = floats('state_0', stateShape)
  if (!initialState.ok) return initialState

  const conditioning = new Map<string, Float32Array>()
  for (const spec of [...signatures.backbone.outputs, ...signatures.prelude.outputs]) {
    if (!entries.has(spec.name)) continue
    const expected = floats(spec.name, spec.shape)
    if (!expected.ok) return expected
    conditioning.set(spec.name, expected.value)
  }

  const iterations: Fixture['iterations'][number][] = []
  for (let k = 1; k <= fixture.iterations; k++) {
    const state = floats(`state_${k}`, stateShape)
    if (!state.ok) return state
    const action = floats(`action_${k}`, [1, dims.chunkLength, dims.actionDim])
    if (!action.ok) return action
    iterations.push({ state: state.value, action: action.value })
  }

  return ok({
    input: { images, proprioception: [...proprioception.value], instruction: fixture.instruction },
    initialState: initialState.value,
    conditioning,
    iterations
  })
}

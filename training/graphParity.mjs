/**
 * Runs the exported graphs in onnxruntime-node and compares them with the values PyTorch gave.
 *
 * stdin: uint32 length, that many bytes of JSON `{scenes, iterations, tensors: [{name, type, shape, byteOffset}],
 * graphs: {name: {file, inputs, outputs}}}`, then the tensors' little-endian bytes. stdout: JSON with the largest absolute
 * differences: `graphs`: each graph fed PyTorch's own inputs; `chain`: the graphs feeding each other.
 */
import { readFileSync } from 'node:fs'
import ort from 'onnxruntime-node'

const stdin = readFileSync(0)
const headerEnd = 4 + stdin.readUInt32LE(0)
const request = JSON.parse(stdin.subarray(4, headerEnd).toString())
const bytes = stdin.buffer.slice(stdin.byteOffset + headerEnd, stdin.byteOffset + stdin.byteLength)

const arrayTypes = { float32: Float32Array, int64: BigInt64Array }
const reference = new Map(
  request.tensors.map(({ name, type, shape, byteOffset }) => {
    const length = shape.reduce((product, size) => product * size, 1)
    return [name, new ort.Tensor(type, new arrayTypes[type](bytes, byteOffset, length), shape)]
  })
)

const sessions = {}
for (const [name, graph] of Object.entries(request.graphs)) {
  sessions[name] = await ort.InferenceSession.create(graph.file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1
  })
}

const graphs = {}
const chain = {}

function note(errors, name, got, expected) {
  let worst = errors[name] ?? 0
  for (let index = 0; index < expected.data.length; index++) {
    const error = Math.abs(got.data[index] - expected.data[index])
    if (!(error <= worst)) worst = error
  }
  if (!Number.isFinite(worst)) throw new Error(`${name}: not finite`)
  errors[name] = worst
}

/** Runs one graph on PyTorch's inputs; `rename` maps contract names to the names of iteration k. */
async function compare(scene, graph, rename) {
  const { inputs, outputs } = request.graphs[graph]
  const tensor = (name) => reference.get(`${scene}/${rename(name)}`)
  const results = await sessions[graph].run(Object.fromEntries(inputs.map((name) => [name, tensor(name)])))
  for (const name of outputs) note((graphs[graph] ??= {}), name, results[name], tensor(name))
}

async function compareChain(scene) {
  const tensor = (name) => reference.get(`${scene}/${name}`)
  const run = (graph, values) =>
    sessions[graph].run(Object.fromEntries(request.graphs[graph].inputs.map((name) => [name, values[name]])))
  const named = (graph) =>
    Object.fromEntries(request.graphs[graph].inputs.map((name) => [name, tensor(name)]))
  const encoded = await run('backbone', named('backbone'))
  const conditioning = await run('prelude', { ...encoded, proprio: tensor('proprio') })
  let state = tensor('state_0')
  let action = zerosLike(tensor('action_1'))
  for (let k = 1; k <= request.iterations; k++) {
    state = (await run('step', { ...conditioning, state })).state_next
    action = (await run('coda', { ...conditioning, state, prev_action: action })).action
    note(chain, 'state', state, tensor(`state_${k}`))
    note(chain, 'action', action, tensor(`action_${k}`))
  }
}

const zerosLike = ({ dims }) =>
  new ort.Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b, 1)), dims)

for (let scene = 0; scene < request.scenes; scene++) {
  reference.set(`${scene}/action_0`, zerosLike(reference.get(`${scene}/action_1`)))
  await compare(scene, 'backbone', (name) => name)
  await compare(scene, 'prelude', (name) => name)
  for (let k = 1; k <= request.iterations; k++) {
    const perIteration = {
      state_next: `state_${k}`,
      latent_metrics: `latent_metrics_${k}`,
      prev_action: `action_${k - 1}`,
      action: `action_${k}`,
      action_mse: `action_mse_${k}`
    }
    await compare(scene, 'step', (name) =>
      name === 'state' ? `state_${k - 1}` : (perIteration[name] ?? name)
    )
    await compare(scene, 'coda', (name) => (name === 'state' ? `state_${k}` : (perIteration[name] ?? name)))
  }
  await compareChain(scene)
}

process.stdout.write(JSON.stringify({ graphs, chain }))

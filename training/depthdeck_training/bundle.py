"""Head + backbone -> policy bundle: graphs, tokenizer, fixture, manifest, each checked against PyTorch."""
import hashlib
import json
import math
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence, Tuple

import numpy as np
import torch
from torch import Generator, Tensor

from .backbones import BackboneAdapter
from .graphs import OPSET, Graph, context_names, head_graphs, latent_metrics
from .head import ProprioProjector, RecurrentHead
from .onnx_files import export_graph, move_weights_out, quantise_weights

FORMAT_VERSION = "1.0"
PARITY_ITERATIONS = 12
FIXTURE_ITERATIONS = 3
STATE_TOLERANCE = 1e-4
"""Largest absolute difference of a float32 state to PyTorch that an export may have."""
LARGEST_CONDITIONING_BYTES = 2**20
"""A fixture carries keys and values only while they are small; states and actions tell as much."""
LARGEST_GRAPH_BYTES = 2**30
"""Above this the weights go into a file of their own: protobuf ends at 2 GiB."""

LARGEST_FILE_BYTES = 2**31 - 2**20
"""A bundle's files end at 2 GiB in the app, and so does what PyTorch writes into one graph."""

PARITY_SCRIPT = Path(__file__).resolve().parent.parent / "graphParity.mjs"


class ExportError(RuntimeError):
    """The export is not what PyTorch computes, or cannot be made; the message names the graph or file."""


@dataclass(frozen=True)
class Observation:
    """One input to export with: the fixture is the first one of a list."""

    images: Mapping[str, np.ndarray]
    """Camera name -> (H, W, 3) uint8."""
    proprio: np.ndarray
    """Normalised proprioception (P), float32."""
    proprio_si: np.ndarray
    """The same in the units of the manifest, float32."""
    instruction: str


@dataclass(frozen=True)
class PolicyDescription:
    """What neither head nor backbone knows."""

    name: str
    version: str
    description: str
    robot: Mapping[str, Any]
    """The manifest's `robot` section."""
    defaults: Mapping[str, Any]
    """Default stopping rule, horizon and maxIterations."""
    control_rate_hz: float
    provenance: Mapping[str, Any] = field(default_factory=dict)


Trace = Dict[str, Tensor]
"""All tensors of one prediction by contract name; per-iteration ones end in `_k`."""


@torch.no_grad()
def record_trace(
    head: RecurrentHead,
    projector: ProprioProjector,
    backbone: BackboneAdapter,
    observation: Observation,
    state: Tensor,
    iterations: int,
) -> Trace:
    """One prediction by the unfolded modules: what every exported graph is compared with."""
    trace: Trace = {}
    for camera in backbone.cameras:
        chw = torch.from_numpy(observation.images[camera.name].transpose(2, 0, 1)[None].copy()).float() / 255
        mean, std = (torch.tensor(values).reshape(1, 3, 1, 1) for values in (camera.mean, camera.std))
        trace[camera.name] = (chw - mean) / std
    trace["tokens"] = torch.tensor([backbone.instruction.encode(observation.instruction)])
    trace["proprio"] = torch.from_numpy(observation.proprio)[None]
    trace["h_t"], trace["h_a"] = backbone(*(trace[camera.name] for camera in backbone.cameras), trace["tokens"])
    plain, core, coda = head.encode(trace["h_a"], trace["h_t"], projector(trace["proprio"]))
    width = head.config.hidden_dim
    trace["s_pre"] = torch.matmul(plain, (head.gamma_adapt * head.adapter.weight[:, width:]).t())
    names = context_names("core", head.recurrent) + context_names("coda", head.coda)
    for name, tensor in zip(names, [tensor for context in [*core, *coda] for tensor in context]):
        trace[name] = tensor
    trace["state_0"] = state
    previous = torch.zeros(1, head.config.action_chunk_len, head.config.action_dim)
    trace["action_0"] = previous
    for k in range(1, iterations + 1):
        following = head.step(state, plain, core)
        action = head.decode(following, coda)
        trace[f"latent_metrics_{k}"] = latent_metrics(state, following)
        trace[f"action_mse_{k}"] = ((action - previous) ** 2).mean().reshape(1)
        trace[f"state_{k}"], trace[f"action_{k}"] = following, action
        state, previous = following, action
    return trace


def pack_tensors(arrays: Mapping[str, np.ndarray]) -> Tuple[bytes, List[Dict[str, Any]]]:
    """Little-endian arrays one after another, each on an 8-byte boundary, and where each one lies."""
    blob, index = bytearray(), []
    for name, array in arrays.items():
        blob.extend(b"\0" * (-len(blob) % 8))
        index.append({"name": name, "type": str(array.dtype), "shape": list(array.shape), "byteOffset": len(blob)})
        blob.extend(array.astype(array.dtype.newbyteorder("<")).tobytes())
    return bytes(blob), index


def measure_parity(traces: Sequence[Trace], graphs: Sequence[Graph], files: Mapping[str, Path]) -> Dict[str, Any]:
    """Largest absolute differences to PyTorch in the app's own runtime (onnxruntime-node).

    `graphs`: each graph fed PyTorch's inputs; `chain`: the graphs feeding each other over all iterations.
    """
    arrays = {f"{scene}/{name}": tensor.numpy() for scene, trace in enumerate(traces) for name, tensor in trace.items()}
    blob, index = pack_tensors(arrays)
    request = {
        "scenes": len(traces),
        "iterations": PARITY_ITERATIONS,
        "tensors": index,
        "graphs": {
            graph.name: {"file": str(files[graph.name].resolve()), "inputs": graph.inputs, "outputs": graph.outputs}
            for graph in graphs
        },
    }
    header = json.dumps(request).encode()
    message = len(header).to_bytes(4, "little") + header + blob
    try:
        done = subprocess.run(["node", str(PARITY_SCRIPT)], input=message, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
    except FileNotFoundError as error:
        raise ExportError("Node is needed to compare the graphs with PyTorch: install Node 20") from error
    if done.returncode != 0:
        raise ExportError(f"the graphs could not be compared: {done.stderr.decode(errors='replace').strip()}")
    return json.loads(done.stdout)


def write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def digest(path: Path) -> str:
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(2**20), b""):
            hashed.update(chunk)
    return hashed.hexdigest()


def write_fixture(trace: Trace, observation: Observation, cameras: Sequence[str], path: Path) -> Dict[str, Any]:
    """One raw observation, S_0 and PyTorch's values up to iteration 3; returns the manifest's description of it."""
    conditioning = [name for name in trace if name in ("h_t", "h_a") or name[:2] in ("k_", "v_")]
    if sum(trace[name].numel() * 4 for name in conditioning) > LARGEST_CONDITIONING_BYTES:
        conditioning = []
    expected = [f"{kind}_{k}" for k in range(1, FIXTURE_ITERATIONS + 1) for kind in ("state", "action")]
    inputs = {
        **{f"image_{name}": observation.images[name] for name in cameras},
        "proprioception": observation.proprio_si,
        "state_0": trace["state_0"].numpy(),
    }
    blob, index = pack_tensors({**inputs, **{name: trace[name].numpy() for name in [*conditioning, "s_pre", *expected]}})
    path.write_bytes(blob)
    return {"file": path.name, "iterations": FIXTURE_ITERATIONS, "instruction": observation.instruction, "tensors": index}


def check_parity(parity: Mapping[str, Any]) -> None:
    state = parity["chain"]["state"]
    if not state <= STATE_TOLERANCE:
        raise ExportError(
            f"the exported graphs are off: states differ from PyTorch by {state:.2e} within {PARITY_ITERATIONS} "
            f"iterations, {STATE_TOLERANCE:.0e} is allowed"
        )


def export_bundle(
    head: RecurrentHead,
    projector: ProprioProjector,
    backbone: BackboneAdapter,
    description: PolicyDescription,
    observations: Sequence[Observation],
    folder: Path,
    int8: bool = True,
    largest_graph_bytes: int = LARGEST_GRAPH_BYTES,
    seed: int = 3,
) -> Dict[str, Any]:
    """Writes a complete bundle into `folder` and returns its manifest.

    Raises ExportError when a float32 graph is further than STATE_TOLERANCE from PyTorch over 12 iterations.
    """
    if not observations:
        raise ExportError("an export needs at least one observation, for its fixture")
    for name, module in (("backbone", backbone), ("head", head)):
        size = sum(tensor.numel() * 4 for tensor in [*module.parameters(), *module.buffers()])
        if size > LARGEST_FILE_BYTES:
            raise ExportError(f"the {name} has {size / 2**30:.1f} GiB of float32 weights; a bundle's files end at 2 GiB")
        if int8 and name == "head" and size > largest_graph_bytes:
            raise ExportError(f"int8 of a head of {size / 2**30:.1f} GiB is not supported: export it with --no-int8")
    folder.mkdir(parents=True, exist_ok=True)
    head, projector, backbone = head.eval(), projector.eval(), backbone.eval()
    generator = Generator().manual_seed(seed)
    traces = [
        record_trace(head, projector, backbone, observation, head.draw_state(1, generator), PARITY_ITERATIONS)
        for observation in observations
    ]
    cameras = [camera.name for camera in backbone.cameras]
    graphs = [Graph("backbone", backbone, [*cameras, "tokens"], ["h_t", "h_a"]), *head_graphs(head, projector)]
    example = {**traces[0], "state": traces[0]["state_0"], "prev_action": traces[0]["action_0"]}
    external: Dict[str, List[str]] = {}
    with torch.no_grad():
        for graph in graphs:
            export_graph(graph, example, folder)
            path = folder / graph.file
            external[graph.file] = move_weights_out(path) if path.stat().st_size > largest_graph_bytes else []
    parity = measure_parity(traces, graphs, {graph.name: folder / graph.file for graph in graphs})
    check_parity(parity)
    variants = [variant("float32", {graph.name: graph.file for graph in graphs}, external, parity["chain"]["action"])]
    if int8:
        variants.append(int8_variant(traces, graphs, external, folder))

    write_json(folder / "tokenizer.json", backbone.instruction.tokenizer)
    fixture = write_fixture(traces[0], observations[0], cameras, folder / "fixture.bin")
    listed = {"tokenizer.json", "fixture.bin"}
    for entry in variants:
        for graph_file in entry["graphs"].values():
            listed.update([graph_file["file"], *graph_file["externalData"]])
    manifest = {
        "formatVersion": FORMAT_VERSION,
        "name": description.name,
        "version": description.version,
        "description": description.description,
        "provenance": {**description.provenance, "torch": torch.__version__, "opset": OPSET,
                       "parameters": sum(parameter.numel() for parameter in head.parameters())},
        "instruction": {"template": backbone.instruction.template,
                        "values": {name: list(values) for name, values in backbone.instruction.values.items()},
                        "tokenizer": "tokenizer.json", "unknownToken": backbone.instruction.unknown_token},
        "robot": description.robot,
        "cameras": [camera.manifest() for camera in backbone.cameras],
        "dims": dims(head, traces[0], backbone),
        "layers": {"prelude": list(head.config.prelude_vlm_layers), "core": list(head.config.recurrent_vlm_layers),
                   "coda": list(head.config.coda_vlm_layers)},
        "scratchpad": {"distribution": "truncatedNormal", "generator": "xoshiro128**/splitmix32/inverse-cdf",
                       "truncationSigmas": 3, "gammaInit": float(head.gamma_init.item()),
                       "sigmaInit": head.config.init_std},
        "sigmaA": math.sqrt(head.config.action_chunk_len * head.config.action_dim / 2),
        "defaults": description.defaults,
        "controlRateHz": description.control_rate_hz,
        "variants": variants,
        "parity": {"reference": f"PyTorch {torch.__version__}", "scenes": len(traces),
                   "iterations": PARITY_ITERATIONS, **parity},
        "selfTest": {"tolerance": 1e-4},
        "fixture": fixture,
        "files": [{"path": name, "bytes": (folder / name).stat().st_size, "sha256": digest(folder / name)}
                  for name in sorted(listed)],
    }
    write_json(folder / "manifest.json", manifest)
    return manifest


def variant(precision: str, files: Mapping[str, str], external: Mapping[str, List[str]], error: float) -> Dict[str, Any]:
    graphs = {name: {"file": file, "externalData": external.get(file, [])} for name, file in files.items()}
    return {"precision": precision, "graphs": graphs, "maxActionError": error}


def int8_variant(
    traces: Sequence[Trace], graphs: Sequence[Graph], external: Mapping[str, List[str]], folder: Path
) -> Dict[str, Any]:
    """Step and coda with int8 weights (they run up to 32 times a prediction), the rest as it is."""
    files = {graph.name: graph.file for graph in graphs}
    for name in ("step", "coda"):
        target = f"{name}.int8.onnx"
        quantise_weights(folder / files[name], folder / target)
        files[name] = target
    parity = measure_parity(traces, graphs, {name: folder / file for name, file in files.items()})
    return variant("int8", files, external, parity["chain"]["action"])


def dims(head: RecurrentHead, trace: Trace, backbone: BackboneAdapter) -> Dict[str, int]:
    config = head.config
    return {
        "chunkLength": config.action_chunk_len,
        "actionDim": config.action_dim,
        "proprioDim": trace["proprio"].shape[1],
        "latentDim": config.hidden_dim,
        "contextDim": trace["h_t"].shape[3],
        "heads": config.num_heads,
        "backboneLayers": trace["h_t"].shape[1],
        "visionTokens": trace["h_t"].shape[2],
        "latentTokens": trace["h_a"].shape[2],
        "instructionTokens": backbone.instruction.tokens,
        "preludeLayers": len(config.prelude_vlm_layers),
        "coreLayers": len(config.recurrent_vlm_layers),
        "codaLayers": len(config.coda_vlm_layers),
    }

#!/usr/bin/env python3
"""Bring the TrayPick prototype policy under Depthdeck's bundle contract.

    python3 import_prototype.py --prototype DIR --out DIR

DIR of the prototype holds model.py, sim.py, best.pt and backbone.pt. The output folder becomes a complete
policy bundle: four static-shape, batch-1, float32 ONNX graphs, tokenizer.json, fixture.bin and manifest.json.

The prototype's own, unmodified functions are the reference everywhere; the modules below only regroup its
weights so that all that is constant over the iterations is computed once, in the prelude.

Symbols: T chunk length, A action dimensions, D latent width, H heads, E = D / H, V vision tokens,
L latent tokens (from the instruction), C = L + 1 + V context tokens (latents, proprioception, vision).
"""
import argparse
import hashlib
import inspect
import json
import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Dict, List, Tuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

OPSET = 17
PARITY_ITERATIONS = 12
FIXTURE_ITERATIONS = 3
SCENE_SEED = 123
INIT_SEED = 3
TRUNCATION_SIGMAS = 3.0

BLOCK_COLOURS = ["red", "green", "blue", "yellow", "purple", "orange"]
BIN_COLOURS = BLOCK_COLOURS[:4]
TEMPLATE = "put the {blockColour} block in the {binColour} bin"
BLOCK_WORD, BIN_WORD = 2, 6  # positions of the two colour words in the template
UNKNOWN_TOKEN = "[UNK]"
VOCABULARY = [UNKNOWN_TOKEN, "put", "the", "block", "in", "bin", *BLOCK_COLOURS]
INSTRUCTION_TOKENS = len(TEMPLATE.split())

METRES_PER_UNIT = 0.25  # the bench's unit square is 25 cm wide
STEP_UNITS = 0.25  # a normalised action of 1 moves this far
Z_HIGH_UNITS = 0.2

Tensors = Dict[str, Tensor]


# ── The prototype ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Prototype:
    """The prototype's code and its trained networks, in evaluation mode."""

    model: ModuleType
    sim: ModuleType
    backbone: nn.Module
    head: nn.Module

    @property
    def sigma(self) -> float:
        """Standard deviation of S_0: gamma_init x sigma_init."""
        return float(self.head.g_init.item()) * self.head.init_std


def load_prototype(folder: Path) -> Prototype:
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    import model
    import sim

    checkpoint = torch.load(folder / "best.pt", map_location="cpu")
    head = model.Head(**checkpoint["cfg"])
    head.load_state_dict(checkpoint["head"])
    backbone = model.Backbone()
    backbone.load_state_dict(torch.load(folder / "backbone.pt", map_location="cpu"))
    return Prototype(model, sim, backbone.eval(), head.eval())


# ── The contract's graphs ──────────────────────────────────────────────────────────────────────────────────


def split_heads(x: Tensor, heads: int) -> Tensor:
    """(1, N, D) -> (1, H, N, E)."""
    _, count, width = x.shape
    return x.reshape(1, count, heads, width // heads).transpose(1, 2)


def merge_heads(x: Tensor) -> Tensor:
    """(1, H, N, E) -> (1, N, D)."""
    _, heads, count, width = x.shape
    return x.transpose(1, 2).reshape(1, count, heads * width)


class LayerContext(nn.Module):
    """Keys and values of one layer's cross-attention: the same at every iteration, hence hoisted."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.heads = layer.h
        self.scale = layer.dh**-0.5
        self.latent_projection, self.vision_projection, self.gate = layer.kv_lat, layer.kv_vis, layer.gate

    def forward(self, latents: Tensor, vision: Tensor) -> Tuple[Tensor, Tensor]:
        """latents (1, L+1, D), vision (1, V, D) -> k (1, H, E, C) with tanh(gate) and 1/sqrt(E) folded in, v (1, H, C, E)."""
        latent_keys, latent_values = self.latent_projection(latents).chunk(2, -1)
        vision_keys, vision_values = self.vision_projection(vision).chunk(2, -1)
        keys = torch.cat([latent_keys, vision_keys * torch.tanh(self.gate)], 1) * self.scale
        values = torch.cat([latent_values, vision_values], 1)
        return split_heads(keys, self.heads).transpose(2, 3), split_heads(values, self.heads)


class HoistedLayer(nn.Module):
    """One prototype layer whose context arrives as k and v: self-attention, cross-attention, SwiGLU."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer
        self.heads = layer.h
        self.scale = layer.dh**-0.5

    def forward(self, x: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """x (1, T, D), k (1, H, E, C), v (1, H, C, E) -> (1, T, D)."""
        layer = self.layer
        query, key, value = (split_heads(part, self.heads) for part in layer.qkv(layer.n1(x)).chunk(3, -1))
        weights = torch.softmax(torch.matmul(query * self.scale, key.transpose(2, 3)), -1)
        x = x + layer.o1(merge_heads(torch.matmul(weights, value)))
        query = split_heads(layer.q(layer.n2(x)), self.heads)
        x = x + layer.o2(merge_heads(torch.matmul(torch.softmax(torch.matmul(query, k), -1), v)))
        gate, up = layer.up(layer.n3(x)).chunk(2, -1)
        return x + layer.down(F.silu(gate) * up)


class BackboneGraph(nn.Module):
    """Images and instruction tokens -> h_t, h_a. The leading axis after the batch counts backbone layers (one here)."""

    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        self.backbone = backbone
        # A word that is no colour maps past the end of the embedding, so that the runtime refuses it.
        table = [BLOCK_COLOURS.index(word) if word in BLOCK_COLOURS else len(BLOCK_COLOURS) for word in VOCABULARY]
        self.register_buffer("colour_of_token", torch.tensor(table, dtype=torch.int64), persistent=False)

    def forward(self, top: Tensor, wrist: Tensor, tokens: Tensor) -> Tuple[Tensor, Tensor]:
        """top (1, 3, 64, 64), wrist (1, 3, 32, 32) in [0, 1], tokens (1, n) int64 -> h_t (1, 1, V, D), h_a (1, 1, L, D)."""
        words = torch.cat([tokens[:, BLOCK_WORD : BLOCK_WORD + 1], tokens[:, BIN_WORD : BIN_WORD + 1]], 1)
        vision, latents = self.backbone(top, wrist, self.colour_of_token[words])
        return vision[:, None], latents[:, None]


class PreludeGraph(nn.Module):
    """All of a prediction that doesn't change from one iteration to the next."""

    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self.queries, self.proprio_projection = head.queries, head.prop
        self.layers = nn.ModuleList([HoistedLayer(layer) for layer in head.pre])
        self.contexts = nn.ModuleList([LayerContext(layer) for layer in [*head.pre, *head.core, *head.coda]])
        # adapter(S, S_pre) = g (W_s S + W_p S_pre): the second term is constant over k.
        self.register_buffer("adapter", head.g_adapt * head.adapt.weight[:, head.d :], persistent=False)

    def forward(self, h_a: Tensor, h_t: Tensor, proprio: Tensor) -> Tuple[Tensor, ...]:
        """h_a (1, 1, L, D), h_t (1, 1, V, D), proprio (1, 4) -> s_pre (1, T, D), then k, v of each core and coda layer."""
        latents = torch.cat([h_a[:, 0], self.proprio_projection(proprio)[:, None]], 1)
        contexts = [context(latents, h_t[:, 0]) for context in self.contexts]
        x = self.queries[None]
        for layer, (k, v) in zip(self.layers, contexts):
            x = layer(x, k, v)
        hoisted = [tensor for pair in contexts[len(self.layers) :] for tensor in pair]
        return (F.linear(x, self.adapter), *hoisted)


class StepGraph(nn.Module):
    """One core iteration S_k -> S_{k+1} and how far the latent moved."""

    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self.register_buffer("adapter", head.g_adapt * head.adapt.weight[:, : head.d], persistent=False)
        self.adapter_norm, self.core_norm = head.n_adapt, head.n_core
        self.layers = nn.ModuleList([HoistedLayer(layer) for layer in head.core])

    def forward(self, state: Tensor, s_pre: Tensor, *context: Tensor) -> Tuple[Tensor, Tensor]:
        """state (1, T, D), s_pre (1, T, D), k_0, v_0, ... -> state_next (1, T, D), latent_metrics (3)."""
        x = self.adapter_norm(F.linear(state, self.adapter) + s_pre)
        for index, layer in enumerate(self.layers):
            x = layer(x, context[2 * index], context[2 * index + 1])
        following = self.core_norm(x)
        return following, latent_metrics(state, following)


def latent_metrics(state: Tensor, following: Tensor) -> Tensor:
    """(mean squared difference, L2 difference relative to the earlier state, 1 - cosine), shape (3)."""
    squared = (following - state) ** 2
    before, after = (state**2).sum(), (following**2).sum()
    cosine = (state * following).sum() / torch.sqrt(before * after)
    return torch.stack([squared.mean(), torch.sqrt(squared.sum() / before), 1.0 - cosine])


class CodaGraph(nn.Module):
    """Latent -> action chunk, and its mean squared change."""

    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self.layers = nn.ModuleList([HoistedLayer(layer) for layer in head.coda])
        self.norm, self.out = head.n_out, head.out

    def forward(self, state: Tensor, *rest: Tensor) -> Tuple[Tensor, Tensor]:
        """state (1, T, D), k_0, v_0, ..., prev_action (1, T, A) -> action (1, T, A), action_mse (1)."""
        *context, previous = rest
        x = state
        for index, layer in enumerate(self.layers):
            x = layer(x, context[2 * index], context[2 * index + 1])
        action = self.out(self.norm(x))
        return action, ((action - previous) ** 2).mean().reshape(1)


def context_names(role: str, layers: int) -> List[str]:
    return [f"{kind}_{role}_{index}" for index in range(layers) for kind in ("k", "v")]


@dataclass(frozen=True)
class Graph:
    name: str
    module: nn.Module
    inputs: List[str]
    outputs: List[str]

    @property
    def file(self) -> str:
        return f"{self.name}.onnx"


def contract_graphs(prototype: Prototype) -> List[Graph]:
    head = prototype.head
    core, coda = context_names("core", len(head.core)), context_names("coda", len(head.coda))
    return [
        Graph("backbone", BackboneGraph(prototype.backbone), ["top", "wrist", "tokens"], ["h_t", "h_a"]),
        Graph("prelude", PreludeGraph(head), ["h_a", "h_t", "proprio"], ["s_pre", *core, *coda]),
        Graph("step", StepGraph(head), ["state", "s_pre", *core], ["state_next", "latent_metrics"]),
        Graph("coda", CodaGraph(head), ["state", *coda, "prev_action"], ["action", "action_mse"]),
    ]


# ── Reference values, from the prototype's own functions ───────────────────────────────────────────────────


def encode_words(instruction: str) -> List[int]:
    return [VOCABULARY.index(word) for word in instruction.split()]


@dataclass(frozen=True)
class Trace:
    """One prediction computed by the prototype itself, and the raw observation that led to it."""

    instruction: str
    top_rgb: np.ndarray  # (64, 64, 3) uint8
    wrist_rgb: np.ndarray  # (32, 32, 3) uint8
    proprio_si: np.ndarray  # (4) float32: metres, metres, metres, opening
    tensors: Tensors  # graph inputs, conditioning, state_0...state_K, action_1...action_K


def record_trace(prototype: Prototype, chain: int, iterations: int) -> Trace:
    scene = prototype.sim.Scene(np.random.default_rng(SCENE_SEED + chain), chain)
    top_rgb, wrist_rgb = scene.render()
    instruction = TEMPLATE.format(blockColour=BLOCK_COLOURS[scene.tcol], binColour=BIN_COLOURS[scene.tbin])
    proprio_si = np.array([*(scene.grip * METRES_PER_UNIT), 0.0 if scene.closed else 1.0], np.float32)

    head, sigma = prototype.head, prototype.sigma
    top, wrist = to_chw(top_rgb), to_chw(wrist_rgb)
    proprio = torch.from_numpy(scene.proprio())[None]
    torch.manual_seed(INIT_SEED + chain)
    bound = TRUNCATION_SIGMAS * sigma
    state = nn.init.trunc_normal_(torch.empty(1, prototype.model.T, head.d), 0.0, sigma, -bound, bound)

    vision, latents = prototype.backbone(top, wrist, torch.tensor([[scene.tcol, scene.tbin]]))
    s_pre, state, *flat = head.prelude(vision, latents, proprio, state / sigma)
    tensors: Tensors = {
        "top": top,
        "wrist": wrist,
        "tokens": torch.tensor([encode_words(instruction)]),
        "proprio": proprio,
        "h_t": vision[:, None],
        "h_a": latents[:, None],
        "s_pre": F.linear(s_pre, head.g_adapt * head.adapt.weight[:, head.d :]),
        "state_0": state,
    }
    names = context_names("core", len(head.core)) + context_names("coda", len(head.coda))
    for name, tensor in zip(names, flat):
        # The prototype keeps heads side by side in the channels and scales the query instead of the key.
        if name.startswith("k"):
            tensors[name] = split_heads(tensor.transpose(1, 2), head.cfg["heads"]).transpose(2, 3) * head.core[0].dh**-0.5
        else:
            tensors[name] = split_heads(tensor, head.cfg["heads"])
    previous = torch.zeros(1, prototype.model.T, prototype.model.A)
    for k in range(1, iterations + 1):
        following = head.step(state, s_pre, *flat)
        action = head.decode(following, *flat)
        tensors[f"latent_metrics_{k}"] = latent_metrics(state, following)
        tensors[f"action_mse_{k}"] = ((action - previous) ** 2).mean().reshape(1)
        tensors[f"state_{k}"], tensors[f"action_{k}"] = following, action
        state, previous = following, action
    return Trace(instruction, top_rgb, wrist_rgb, proprio_si, tensors)


def to_chw(rgb: np.ndarray) -> Tensor:
    """(H, W, 3) uint8 -> (1, 3, H, W) float32 in [0, 1]."""
    return torch.from_numpy(rgb.transpose(2, 0, 1)[None].copy()).float() / 255


# ── Writing ────────────────────────────────────────────────────────────────────────────────────────────────


def export_graph(graph: Graph, example: Tensors, folder: Path) -> None:
    """Static shapes: what isn't named dynamic is written as a constant dimension."""
    aliases = {"state": "state_0", "prev_action": "action_1"}
    arguments = tuple(example[aliases.get(name, name)] for name in graph.inputs)
    newer: Dict[str, Any] = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    torch.onnx.export(
        graph.module.eval(),
        arguments,
        str(folder / graph.file),
        input_names=graph.inputs,
        output_names=graph.outputs,
        opset_version=OPSET,
        do_constant_folding=True,
        **newer,
    )


def pack_tensors(arrays: Dict[str, np.ndarray]) -> Tuple[bytes, List[Dict[str, Any]]]:
    """Little-endian arrays one after another (each on a 8-byte boundary), and where each one lies."""
    blob, index = bytearray(), []
    for name, array in arrays.items():
        blob.extend(b"\0" * (-len(blob) % 8))
        index.append({"name": name, "type": str(array.dtype), "shape": list(array.shape), "byteOffset": len(blob)})
        blob.extend(array.astype(array.dtype.newbyteorder("<")).tobytes())
    return bytes(blob), index


def write_fixture(trace: Trace, folder: Path) -> Dict[str, Any]:
    """Raw observation, S_0 and the prototype's values up to iteration 3; returns the manifest's description."""
    conditioning = [name for name in trace.tensors if name in ("h_t", "h_a", "s_pre") or name[:2] in ("k_", "v_")]
    states = [f"{kind}_{k}" for k in range(1, FIXTURE_ITERATIONS + 1) for kind in ("state", "action")]
    inputs = {
        "image_top": trace.top_rgb,
        "image_wrist": trace.wrist_rgb,
        "proprioception": trace.proprio_si,
        "state_0": trace.tensors["state_0"].numpy(),
    }
    blob, index = pack_tensors({**inputs, **{name: trace.tensors[name].numpy() for name in conditioning + states}})
    (folder / "fixture.bin").write_bytes(blob)
    return {"file": "fixture.bin", "iterations": FIXTURE_ITERATIONS, "instruction": trace.instruction, "tensors": index}


def write_tokenizer(folder: Path) -> None:
    """Whole words only: a word outside the vocabulary becomes the unknown token, which the app refuses."""
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": 0, "content": UNKNOWN_TOKEN, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        ],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordPiece",
            "unk_token": UNKNOWN_TOKEN,
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {word: index for index, word in enumerate(VOCABULARY)},
        },
    }
    write_json(folder / "tokenizer.json", tokenizer)


def write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def measure_parity(traces: List[Trace], graphs: List[Graph], folder: Path) -> Dict[str, Any]:
    """Largest absolute differences to PyTorch, measured in the app's own runtime (onnxruntime-node)."""
    arrays = {f"{scene}/{name}": tensor.numpy() for scene, trace in enumerate(traces) for name, tensor in trace.tensors.items()}
    blob, index = pack_tensors(arrays)
    request = {
        "scenes": len(traces),
        "iterations": PARITY_ITERATIONS,
        "tensors": index,
        "graphs": {graph.name: {"file": str((folder / graph.file).resolve()), "inputs": graph.inputs, "outputs": graph.outputs} for graph in graphs},
    }
    script = Path(__file__).with_name("graphParity.mjs")
    header = json.dumps(request).encode()
    done = subprocess.run(
        ["node", str(script)], input=len(header).to_bytes(4, "little") + header + blob, stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout)


def build_manifest(prototype: Prototype, traces: List[Trace], fixture: Dict[str, Any], parity: Dict[str, Any], graphs: List[Graph], folder: Path) -> Dict[str, Any]:
    head, model, tensors = prototype.head, prototype.model, traces[0].tensors
    reach = STEP_UNITS * METRES_PER_UNIT
    files = [*(graph.file for graph in graphs), "tokenizer.json", fixture["file"]]
    return {
        "formatVersion": "1.0",
        "name": "traypick-demo",
        "version": "0.1.0",
        "description": (
            "Demo policy of the TrayPick bench: weights of a prototype, one training lineage. Its depth is taught, "
            "not emergent: an attention loss pointed one core head at the k-th blocker at iteration k. "
            "It knows whole chunks only (trained and measured executing all 8 actions)."
        ),
        "provenance": {
            "importedBy": "training/import_prototype.py",
            "headWeights": digest(Path(prototype.model.__file__).with_name("best.pt")),
            "backboneWeights": digest(Path(prototype.model.__file__).with_name("backbone.pt")),
            "parameters": sum(p.numel() for p in head.parameters()),
            "torch": torch.__version__,
            "opset": OPSET,
        },
        "instruction": {
            "template": TEMPLATE,
            "values": {"blockColour": BLOCK_COLOURS, "binColour": BIN_COLOURS},
            "tokenizer": "tokenizer.json",
            "unknownToken": UNKNOWN_TOKEN,
        },
        "robot": {
            "name": "tray-arm",
            "action": {
                "kind": "endEffectorDelta",
                "gripper": {"dimension": 3, "kind": "binary", "closesAbove": 0, "opensBelow": 0},
                "dimensions": [{"name": axis, "unit": "m"} for axis in "xyz"] + [{"name": "gripper", "unit": "opening"}],
                "statistics": {"kind": "bounds", "low": [-reach, -reach, -reach, 1], "high": [reach, reach, reach, 0]},
            },
            "proprioception": {
                "dimensions": [{"name": axis, "unit": "m"} for axis in "xyz"] + [{"name": "gripper", "unit": "opening"}],
                "statistics": {
                    "kind": "bounds",
                    "low": [0, 0, 0, 1],
                    "high": [METRES_PER_UNIT, METRES_PER_UNIT, Z_HIGH_UNITS * METRES_PER_UNIT, 0],
                },
            },
        },
        "cameras": [
            {"name": name, "width": size, "height": size, "resize": "none", "normalisation": {"mean": [0, 0, 0], "std": [1, 1, 1]}}
            for name, size in (("top", 64), ("wrist", 32))
        ],
        "dims": {
            "chunkLength": model.T,
            "actionDim": model.A,
            "proprioDim": tensors["proprio"].shape[1],
            "latentDim": head.d,
            "contextDim": head.cfg["dctx"],
            "heads": head.cfg["heads"],
            "backboneLayers": tensors["h_t"].shape[1],
            "visionTokens": tensors["h_t"].shape[2],
            "latentTokens": tensors["h_a"].shape[2],
            "instructionTokens": INSTRUCTION_TOKENS,
            "preludeLayers": len(head.pre),
            "coreLayers": len(head.core),
            "codaLayers": len(head.coda),
        },
        "layers": {stage: [0] * count for stage, count in (("prelude", len(head.pre)), ("core", len(head.core)), ("coda", len(head.coda)))},
        "scratchpad": {
            "distribution": "truncatedNormal",
            "generator": "xoshiro128**/splitmix32/inverse-cdf",
            "truncationSigmas": TRUNCATION_SIGMAS,
            "gammaInit": float(head.g_init.item()),
            "sigmaInit": head.init_std,
        },
        "sigmaA": math.sqrt(model.T * model.A / 2),
        "defaults": {
            "stopping": {"kind": "actionMse", "threshold": 3e-5, "minIterations": 2, "patience": 1},
            "horizon": {"kind": "fixed", "actions": model.T},
            "maxIterations": 32,
        },
        "controlRateHz": 10,
        "variants": [
            {
                "precision": "float32",
                "graphs": {graph.name: {"file": graph.file} for graph in graphs},
                "maxActionError": parity["chain"]["action"],
            }
        ],
        "parity": {"reference": f"PyTorch {torch.__version__}", "scenes": len(traces), "iterations": PARITY_ITERATIONS, **parity},
        "selfTest": {"tolerance": 1e-4},
        "fixture": fixture,
        "files": [{"path": name, "bytes": (folder / name).stat().st_size, "sha256": digest(folder / name)} for name in files],
    }


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prototype", type=Path, required=True, help="folder with model.py, sim.py, best.pt, backbone.pt")
    parser.add_argument("--out", type=Path, required=True, help="bundle folder to write")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)

    prototype = load_prototype(arguments.prototype)
    traces = [record_trace(prototype, chain, PARITY_ITERATIONS) for chain in range(prototype.sim.MAX_H + 1)]
    graphs = contract_graphs(prototype)
    for graph in graphs:
        export_graph(graph, traces[0].tensors, arguments.out)
    write_tokenizer(arguments.out)
    parity = measure_parity(traces, graphs, arguments.out)
    # Chain 6 is the hardest kind a fixture of three iterations can tell apart from its neighbours.
    fixture = write_fixture(traces[6], arguments.out)
    manifest = build_manifest(prototype, traces, fixture, parity, graphs, arguments.out)
    write_json(arguments.out / "manifest.json", manifest)

    print(f"Largest difference to PyTorch, {len(traces)} scenes x {PARITY_ITERATIONS} iterations:")
    for name, errors in parity["graphs"].items():
        print(f"  {name}: " + ", ".join(f"{tensor} {error:.2e}" for tensor, error in errors.items()))
    print("  whole chain: " + ", ".join(f"{tensor} {error:.2e}" for tensor, error in parity["chain"].items()))
    print(f"Wrote {sum(file['bytes'] for file in manifest['files']) / 1e6:.2f} MB to {arguments.out}")


if __name__ == "__main__":
    main()

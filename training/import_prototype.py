#!/usr/bin/env python3
"""Bring the TrayPick prototype's weights into a checkpoint of this package.

    python3 import_prototype.py --prototype DIR --out policy.pt

DIR holds the prototype's model.py, best.pt and backbone.pt. The network is the same under other names: fused
projections are split, and the prototype's own, unmodified functions are compared with ours before anything is written.
"""
import argparse
import hashlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Dict

import torch
from torch import Generator, Tensor

from depthdeck_training.checkpoints import Policy, save_policy
from depthdeck_training.compact import BLOCK_COLOURS, CompactBackbone
from depthdeck_training.config import HeadConfig
from depthdeck_training.head import ProprioProjector, RecurrentHead

ITERATIONS = 12
TOLERANCE = 1e-4

Tensors = Dict[str, Tensor]

BACKBONE_NAMES = {
    "c1": "patch", "c2": "merge", "c3": "project", "pos": "position", "ctx": "neighbours", "mix": "mix", "norm": "top_norm",
    "w1": "wrist_patch", "w2": "wrist_merge", "w3": "wrist_project", "wpos": "wrist_position", "wnorm": "wrist_norm",
    "emb_obj": "block_word", "emb_bin": "bin_word", "g_obj": "block_query", "g_bin": "bin_query",
}
"""The prototype's read-outs (h_…) were for its pre-training only."""

HEAD_NAMES = {
    "queries": "action_queries", "adapt.weight": "adapter.weight", "g_adapt": "gamma_adapt", "n_adapt.w": "adapter_norm.weight",
    "n_core.w": "recurrent_norm.weight", "n_out.w": "output_norm.weight", "out.weight": "output_proj.weight",
    "out.bias": "output_proj.bias", "g_init": "gamma_init",
}
STAGES = {"pre": "prelude", "core": "recurrent", "coda": "coda"}
LAYER_NAMES = {"n1.w": "norm1.weight", "n2.w": "norm2.weight", "n3.w": "norm3.weight", "o1.weight": "o_self.weight",
               "q.weight": "q_cross.weight", "o2.weight": "o_cross.weight", "gate": "gate", "down.weight": "ffn_down.weight"}
FUSED = {"qkv.weight": ("q_self", "k_self", "v_self"), "kv_lat.weight": ("k_latents", "v_latents"),
         "kv_vis.weight": ("k_vision", "v_vision"), "up.weight": ("ffn_gate", "ffn_up")}


def rename_backbone(stored: Tensors) -> Tensors:
    renamed = {}
    for key, value in stored.items():
        stem, dot, rest = key.partition(".")
        if stem in BACKBONE_NAMES:
            renamed[f"{BACKBONE_NAMES[stem]}{dot}{rest}"] = value
    return renamed


def rename_head(stored: Tensors) -> Tensors:
    renamed = {HEAD_NAMES[key]: value for key, value in stored.items() if key in HEAD_NAMES}
    for key, value in stored.items():
        stage, _, rest = key.partition(".")
        if stage not in STAGES:
            continue
        index, _, name = rest.partition(".")
        prefix = f"{STAGES[stage]}.{index}"
        if name in FUSED:
            parts = FUSED[name]
            renamed.update({f"{prefix}.{part}.weight": rows for part, rows in zip(parts, value.chunk(len(parts)))})
        else:
            renamed[f"{prefix}.{LAYER_NAMES[name]}"] = value
    return renamed


def rename_projector(stored: Tensors) -> Tensors:
    names = {"prop.0": "fc1", "prop.2": "fc2"}
    return {f"{ours}.{part}": stored[f"{theirs}.{part}"] for theirs, ours in names.items() for part in ("weight", "bias")}


def convert(config: Dict[str, Any], head: Tensors, backbone: Tensors) -> Policy:
    layers = {f"{ours}_vlm_layers": (0,) * config[theirs] for ours, theirs in
              (("prelude", "n_pre"), ("recurrent", "n_core"), ("coda", "n_coda"))}
    sizes = HeadConfig(
        hidden_dim=config["d"], num_heads=config["heads"], action_chunk_len=8, action_dim=4, proprio_dim=4,
        mean_recurrence=config["r_mean"], init_std=config["init_std"], rope="none",
        ffn_multiplier=config["ffn"] // config["d"], proprio_activation="silu", **layers,
    )
    made = Policy(RecurrentHead(sizes), ProprioProjector(sizes), CompactBackbone(config["d"]), {})
    made.head.load_state_dict(rename_head(head))
    made.projector.load_state_dict(rename_projector(head))
    made.backbone.load_state_dict(rename_backbone(backbone))
    for module in (made.head, made.projector, made.backbone):
        module.eval()
    return made


@torch.no_grad()
def largest_difference(policy: Policy, model: ModuleType, config: Dict[str, Any], head: Tensors, backbone: Tensors) -> float:
    """Between the prototype's own functions and ours, chunks of all iterations, on noise."""
    theirs_backbone, theirs_head = model.Backbone().eval(), model.Head(**config).eval()
    theirs_backbone.load_state_dict(backbone)
    theirs_head.load_state_dict(head)
    generator = Generator().manual_seed(2)
    images = [torch.rand(1, 3, size, size, generator=generator) for size in (64, 32)]
    proprio = torch.rand(1, 4, generator=generator) * 2 - 1
    state = policy.head.draw_state(1, generator)
    colours = (4, 2)
    vision, latents = theirs_backbone(*images, torch.tensor([colours]))
    expected = theirs_head.rollout(vision, latents, proprio, ITERATIONS, state / policy.head.sigma)
    words = "put the {} block in the {} bin".format(*(BLOCK_COLOURS[colour] for colour in colours))
    h_t, h_a = policy.backbone(*images, torch.tensor([policy.backbone.instruction.encode(words)]))
    _, found = policy.head.rollout(h_a, h_t, policy.projector(proprio), ITERATIONS, state)
    return (found - expected).abs().max().item()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prototype", type=Path, required=True, help="folder with model.py, best.pt, backbone.pt")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    sys.path.insert(0, str(arguments.prototype))
    sys.dont_write_bytecode = True
    import model

    weights, backbone_weights = arguments.prototype / "best.pt", arguments.prototype / "backbone.pt"
    stored, backbone = torch.load(weights, map_location="cpu"), torch.load(backbone_weights, map_location="cpu")
    policy = convert(stored["cfg"], stored["head"], backbone)
    difference = largest_difference(policy, model, stored["cfg"], stored["head"], backbone)
    print(f"Largest difference of a chunk to the prototype's own functions: {difference:.2e}")
    if not difference <= TOLERANCE:
        sys.exit("The converted network computes something else than the prototype.")
    policy.provenance.update(importedBy="training/import_prototype.py", headWeights=digest(weights),
                             backboneWeights=digest(backbone_weights))
    save_policy(policy, arguments.out)


if __name__ == "__main__":
    main()

"""The released checkpoints' folder: action head, proprioception projector, head config, dataset statistics.

    action_head--<step>_checkpoint.pt          state dict, keys under `module.` and `model.`, bfloat16
    action_head_config--<step>.json            HeadConfig's keys
    proprio_projector--<step>_checkpoint.pt    state dict: fc1, fc2
    dataset_statistics.json                    per dataset: action and proprio with mean, std, q01, q99, mask

Source: the published reference code's own loader and file names.
"""
import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

import torch
from torch import Tensor, nn

from .config import ConfigError, HeadConfig
from .head import ProprioProjector, RecurrentHead

PREFIXES = ("module.", "model.", "_orig_mod.")
"""Left by data-parallel wrappers, the head's own wrapper and compilation."""


class CheckpointError(ValueError):
    """A checkpoint that cannot be used; the message names the file and the tensor or key."""


@dataclass(frozen=True)
class Checkpoint:
    head: RecurrentHead
    projector: ProprioProjector
    statistics: Dict[str, Dict[str, Any]]
    """`action` and `proprio`, as manifest statistics."""
    source: str


def find_one(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        raise CheckpointError(f"{folder} has no {pattern}")
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise CheckpointError(f"{folder} has several {pattern} ({names}): keep the one to export")
    return found[0]


def read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path.name} cannot be read: {error}") from error


def read_state_dict(path: Path) -> Dict[str, Tensor]:
    """Tensors by their bare names, float32. Refuses files that hold anything but tensors, and non-finite weights."""
    safe = {"weights_only": True}
    try:
        loaded = torch.load(path, map_location="cpu", **safe)
    except (OSError, EOFError, RuntimeError, ValueError, pickle.UnpicklingError) as error:
        raise CheckpointError(f"{path.name} is not a readable checkpoint: {error}") from error
    if not isinstance(loaded, Mapping) or not all(isinstance(value, Tensor) for value in loaded.values()):
        raise CheckpointError(f"{path.name} is not a state dict of tensors")
    tensors: Dict[str, Tensor] = {}
    for key, value in loaded.items():
        name = key
        while name.startswith(PREFIXES):
            name = name.split(".", 1)[1]
        if not bool(torch.isfinite(value).all()):
            raise CheckpointError(f"{path.name}: {key} holds values that are not finite")
        tensors[name] = value.float()
    return tensors


def load_into(module: nn.Module, tensors: Mapping[str, Tensor], file: str) -> None:
    """Loads every parameter by name and shape; what is missing, extra or misshapen is named."""
    expected = module.state_dict()
    missing = [name for name in expected if name not in tensors]
    if missing:
        raise CheckpointError(f"{file} lacks {some(missing)}")
    extra = [name for name in tensors if name not in expected]
    if extra:
        raise CheckpointError(f"{file} has {some(extra)}, which this head does not")
    for name, tensor in tensors.items():
        if tensor.shape != expected[name].shape:
            raise CheckpointError(
                f"{file}: {name} is {list(tensor.shape)}, the config makes it {list(expected[name].shape)}"
            )
    module.load_state_dict(dict(tensors))


def some(names: List[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


def read_statistics(path: Path, dataset: Optional[str]) -> Tuple[str, Dict[str, Dict[str, Any]]]:
    """The dataset's name, and its action and proprio statistics as the manifest has them (q01 ↦ −1, q99 ↦ +1).

    A masked-out dimension (False) is not normalised. Where q01 equals q99 there is nothing to scale: masked too.
    """
    content = read_json(path)
    if not isinstance(content, Mapping) or not content:
        raise CheckpointError(f"{path.name} holds no datasets")
    if dataset is None:
        if len(content) > 1:
            raise CheckpointError(f"{path.name} has several datasets ({', '.join(content)}): choose one with --dataset")
        dataset = next(iter(content))
    if dataset not in content:
        raise CheckpointError(f"{path.name} has no dataset {dataset}; it has {', '.join(content)}")
    result: Dict[str, Dict[str, Any]] = {}
    for kind in ("action", "proprio"):
        given = content[dataset].get(kind)
        if not isinstance(given, Mapping) or "q01" not in given or "q99" not in given:
            raise CheckpointError(f"{path.name}: {dataset}.{kind} lacks q01 and q99")
        low, high = [float(value) for value in given["q01"]], [float(value) for value in given["q99"]]
        mask = [bool(value) for value in given.get("mask", [True] * len(low))]
        if not len(low) == len(high) == len(mask):
            raise CheckpointError(f"{path.name}: {dataset}.{kind} has {len(low)} q01, {len(high)} q99, {len(mask)} mask")
        mask = [keep and a != b for keep, a, b in zip(mask, low, high)]
        # A flat range can't be a scale, and the app refuses one even where it is masked.
        high = [b if a != b else a + 1 for a, b in zip(low, high)]
        result[kind] = {"kind": "bounds", "low": low, "high": high, "mask": mask}
    return dataset, result


def load_released(folder: Path, dataset: Optional[str] = None) -> Checkpoint:
    """Reads a released folder. Raises CheckpointError naming the file and what is wrong with it."""
    if not folder.is_dir():
        raise CheckpointError(f"{folder} is not a folder")
    config_file = find_one(folder, "action_head_config--*.json")
    given = read_json(config_file)
    if not isinstance(given, Mapping):
        raise CheckpointError(f"{config_file.name} is not an object")
    projector_file = find_one(folder, "proprio_projector--*_checkpoint.pt")
    projection = read_state_dict(projector_file)
    if "fc1.weight" not in projection:
        raise CheckpointError(f"{projector_file.name} lacks fc1.weight")
    try:
        config = HeadConfig.from_json({"proprio_dim": projection["fc1.weight"].shape[1], **given})
    except ConfigError as error:
        raise CheckpointError(f"{config_file.name}: {error}") from error
    head_file = find_one(folder, "action_head--*_checkpoint.pt")
    head, projector = RecurrentHead(config), ProprioProjector(config)
    load_into(head, read_state_dict(head_file), head_file.name)
    load_into(projector, projection, projector_file.name)
    name, statistics = read_statistics(find_one(folder, "dataset_statistics.json"), dataset)
    for kind, size in (("action", config.action_dim), ("proprio", config.proprio_dim)):
        if len(statistics[kind]["low"]) != size:
            raise CheckpointError(
                f"dataset_statistics.json: {name}.{kind} has {len(statistics[kind]['low'])} dimensions, the head {size}"
            )
    return Checkpoint(head.eval(), projector.eval(), statistics, f"{head_file.name} ({name})")

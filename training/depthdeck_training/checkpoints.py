"""Our own checkpoints: one file with config, head, projector and backbone, plain tensors and JSON only."""
import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict

import torch

from .compact import CompactBackbone
from .config import ConfigError, HeadConfig
from .head import ProprioProjector, RecurrentHead
from .released import CheckpointError, load_into

FORMAT = 1


@dataclass(frozen=True)
class Policy:
    head: RecurrentHead
    projector: ProprioProjector
    backbone: CompactBackbone
    provenance: Dict[str, Any]
    """How it was trained: seeds, data, minutes; goes into the manifest as it is."""


def save_policy(policy: Policy, path: Path) -> None:
    """Writes beside the target and renames: a run that is killed leaves the last whole checkpoint."""
    content = {
        "format": FORMAT,
        "config": json.dumps(policy.head.config.to_json()),
        "provenance": json.dumps(policy.provenance),
        "head": policy.head.state_dict(),
        "projector": policy.projector.state_dict(),
        "backbone": policy.backbone.state_dict(),
    }
    partial = path.with_suffix(path.suffix + ".part")
    torch.save(content, partial)
    partial.replace(path)


def load_policy(path: Path) -> Policy:
    """Raises CheckpointError naming the file and what is wrong with it."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, ValueError, pickle.UnpicklingError) as error:
        raise CheckpointError(f"{path.name} is not a readable checkpoint: {error}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise CheckpointError(f"{path.name} is no checkpoint of this version (format {FORMAT})")
    try:
        config = HeadConfig.from_json(json.loads(content["config"]))
    except (ConfigError, KeyError, ValueError) as error:
        raise CheckpointError(f"{path.name}: config: {error}") from error
    policy = Policy(RecurrentHead(config), ProprioProjector(config), CompactBackbone(config.hidden_dim),
                    json.loads(content.get("provenance", "{}")))
    for name, module in (("head", policy.head), ("projector", policy.projector), ("backbone", policy.backbone)):
        if name not in content:
            raise CheckpointError(f"{path.name} lacks its {name}")
        load_into(module.eval(), content[name], f"{path.name}: {name}")
    return policy

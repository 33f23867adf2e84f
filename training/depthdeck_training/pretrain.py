"""Pre-training of the compact backbone on local perception; afterwards it is frozen."""
import math
from typing import Callable, Dict, Tuple

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from .compact import PATCHES, CompactBackbone
from .demonstrations import KINDS, Demonstrations

BATCH = 64
LEARNING_RATE = 2e-3
WARM_UP_STEPS = 50


class Readouts(nn.Module):
    """Linear read-outs of single tokens, dropped after pre-training: a token must say it by itself."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.kind, self.direction = nn.Linear(width, KINDS), nn.Linear(width, 5)
        self.own, self.blocker = nn.Linear(width, PATCHES), nn.Linear(width, PATCHES)
        self.held, self.freed = nn.Linear(4 * width, 7), nn.Linear(4 * width, 2)


def perceive(
    backbone: CompactBackbone, readouts: Readouts, demonstrations: Demonstrations, indices: Tensor
) -> Tuple[Tensor, Dict[str, float]]:
    """The summed losses and the accuracy of each read-out on some states."""
    vision = backbone.see(*demonstrations.images(indices.numpy()))
    patches, wrist = vision[:, :PATCHES], vision[:, PATCHES:].flatten(1)
    seen = demonstrations.perception(indices)
    pointed = backbone.refer(patches, backbone.words(demonstrations.colours[indices]))
    is_block, has_target = seen["direction"].reshape(-1) > 0, seen["target"] >= 0
    own = torch.arange(PATCHES).expand(len(indices), -1)
    held, freed = demonstrations.held[indices, 0], demonstrations.held[indices, 1]
    asked = {
        "kind": (readouts.kind(patches).reshape(-1, KINDS), seen["kind"].reshape(-1)),
        "direction": (readouts.direction(patches).reshape(-1, 5), seen["direction"].reshape(-1)),
        "own": (readouts.own(patches).reshape(-1, PATCHES), own.reshape(-1)),
        "blocker": (readouts.blocker(patches).reshape(-1, PATCHES)[is_block], seen["blocker"].reshape(-1)[is_block]),
        # In its slot a grasped block looks like any other; that it is grasped is proprioception's to tell.
        "held": (readouts.held(wrist), torch.where(freed > 0, held, 0)),
        "freed": (readouts.freed(wrist), freed),
        "target": (pointed[has_target, 0], seen["target"][has_target]),
        "bin": (pointed[:, 1], seen["bin"]),
    }
    loss = sum(F.cross_entropy(logits, answer) for logits, answer in asked.values())
    accuracy = {name: (logits.argmax(-1) == answer).float().mean().item() for name, (logits, answer) in asked.items()}
    return loss, accuracy


def pretrain(
    demonstrations: Demonstrations,
    width: int,
    steps: int,
    seed: int,
    report: Callable[[int, Dict[str, float]], None],
) -> CompactBackbone:
    """A backbone that reads patches and words. `report` gets the step and the accuracies every hundred steps."""
    torch.manual_seed(seed)
    backbone, readouts = CompactBackbone(width), Readouts(width)
    parameters = [*backbone.parameters(), *readouts.parameters()]
    optimiser = torch.optim.AdamW(parameters, LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    generator = Generator().manual_seed(seed + 1)
    for step in range(steps):
        decay = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps))
        for group in optimiser.param_groups:
            group["lr"] = LEARNING_RATE * min(1.0, (step + 1) / WARM_UP_STEPS) * decay
        indices = torch.randint(0, demonstrations.count, (BATCH,), generator=generator)
        loss, accuracy = perceive(backbone, readouts, demonstrations, indices)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        if (step + 1) % 100 == 0 or step + 1 == steps:
            report(step + 1, accuracy)
    return backbone.eval()


@torch.no_grad()
def write_features(backbone: CompactBackbone, demonstrations: Demonstrations, path) -> None:
    """The frozen backbone's tokens of every state, computed once: (N, V + L, D) float16, vision tokens first."""
    partial = path.with_suffix(".part")
    stored = None
    for start in range(0, demonstrations.count, 256):
        indices = np.arange(start, min(demonstrations.count, start + 256))
        vision = backbone.see(*demonstrations.images(indices))
        words = backbone.words(demonstrations.colours[torch.from_numpy(indices)])
        tokens = torch.cat([vision, backbone.ground(vision, words)], 1)
        if stored is None:
            stored = np.lib.format.open_memmap(partial, "w+", np.float16, (demonstrations.count, *tokens.shape[1:]))
        stored[indices] = tokens.half().numpy()
    if stored is not None:
        stored.flush()
    partial.replace(path)

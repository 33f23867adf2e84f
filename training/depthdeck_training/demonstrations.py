"""Demonstrations as `npm run demonstrations` records them: the bench's only way into Python."""
import json
from pathlib import Path
from typing import Any, Dict, Tuple

import numpy as np
import torch
from torch import Tensor

from .robots import si_range, tray_arm

FORMAT = 1
TRAY_CELLS = 6
PATCH_ROW = 8
"""The top view's patches: 8 × 8, the tray's cells inside a border of one."""
BIN_PATCHES = (2 * PATCH_ROW, 5 * PATCH_ROW, 2 * PATCH_ROW + 7, 5 * PATCH_ROW + 7)
PAD_PATCHES = (7 * PATCH_ROW + 3, 7 * PATCH_ROW + 4)
KINDS = 12
"""What a patch shows: nothing, six block colours, four bin colours, the pad."""
NEIGHBOUR = (0, 1, -1, PATCH_ROW, -PATCH_ROW)
"""Patch offset of no direction, right, left, down, up."""


class DemonstrationError(ValueError):
    """Demonstrations that cannot be used; the message names the file and what is wrong."""


def patch_of(cells: Tensor) -> Tensor:
    """Tray cell index -> patch index; −1 stays."""
    row, column = torch.div(cells, TRAY_CELLS, rounding_mode="floor"), cells % TRAY_CELLS
    return torch.where(cells >= 0, (row + 1) * PATCH_ROW + column + 1, -1)


class Demonstrations:
    """N states: images on disk, everything small in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        about = self._read_about()
        self.count: int = about["states"]
        self._quantities: Dict[str, Any] = about["quantities"]
        self._palette = torch.tensor(about["palette"], dtype=torch.float32) / 255
        self._top, self._wrist = self._map("top"), self._map("wrist")
        low, high = (torch.tensor(side) for side in si_range(tray_arm()["proprioception"]["statistics"]))
        self.proprio = (self._load("proprio") - (low + high) / 2) / ((high - low) / 2)
        """(N, 4), normalised."""
        self.chunk = self._load("chunk")
        """(N, 8, 4), normalised actions of the expert."""
        self.colours = self._load("words").long()
        """(N, 2): colours of the block and of the bin that the instruction names."""
        self.cells = self._load("cells").long()
        self.bins = self._load("bins").long()
        self.held = self._load("held").long()
        """(N, 2): 0 or 1 + colour of the held block; whether it has left its slot."""
        self.chain = patch_of(self._load("chain").long())
        """(N, 11): patches of the target and its blockers in order, −1 after the last and while something is held."""
        self.depth = (self.chain >= 0).sum(1) - 1
        """(N): blockers in the way of the target; −1 while something is held."""
        self.goal = self._goals()
        """(N): patch where what is held has to go; −1 while nothing is, or it is in its slot."""

    def _goals(self) -> Tensor:
        named = (self.bins == self.colours[:, 1:]).long().argmax(1)
        is_target = self.held[:, 0] == 1 + self.colours[:, 0]
        place = torch.where(is_target, torch.tensor(BIN_PATCHES)[named], torch.tensor(PAD_PATCHES[0]))
        return torch.where(self.held[:, 1] > 0, place, -1)

    def _read_about(self) -> Dict[str, Any]:
        path = self.folder / "demonstrations.json"
        try:
            about = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DemonstrationError(f"{path} cannot be read: {error}") from error
        if about.get("format") != FORMAT:
            raise DemonstrationError(f"{path} has format {about.get('format')}, this reads {FORMAT}: record them again")
        return about

    def _map(self, name: str) -> np.ndarray:
        described = self._quantities.get(name)
        path = self.folder / f"{name}.bin"
        if described is None:
            raise DemonstrationError(f"{self.folder}/demonstrations.json does not describe {name}")
        shape = (self.count, *described["shape"])
        expected = int(np.prod(shape)) * np.dtype(described["type"]).itemsize
        found = path.stat().st_size if path.exists() else 0
        if found != expected:
            raise DemonstrationError(f"{path} has {found} bytes, {expected} are expected: record the demonstrations again")
        return np.memmap(path, dtype=described["type"], mode="r", shape=shape)

    def _load(self, name: str) -> Tensor:
        return torch.from_numpy(np.array(self._map(name)))

    def images(self, indices: np.ndarray) -> Tuple[Tensor, Tensor]:
        """Top (B, 3, 64, 64) and wrist (B, 3, 32, 32), RGB in [0, 1]."""
        def of(stored: np.ndarray) -> Tensor:
            return self._palette[torch.from_numpy(stored[indices].astype(np.int64))].permute(0, 3, 1, 2)

        return of(self._top), of(self._wrist)

    def perception(self, indices: Tensor) -> Dict[str, Tensor]:
        """What is where, patch by patch, for pre-training the backbone and for nothing else.

        kind, direction (0 none, 1 + direction), blocker (own patch where there is none): (B, 64); target, bin: (B).
        """
        batch = len(indices)
        grid = self.cells[indices]
        kind = torch.zeros(batch, PATCH_ROW, PATCH_ROW, dtype=torch.int64)
        direction = torch.zeros_like(kind)
        inside = slice(1, 1 + TRAY_CELLS)
        kind[:, inside, inside] = torch.where(grid > 0, 1 + torch.div(grid - 1, 4, rounding_mode="floor"), 0)
        direction[:, inside, inside] = torch.where(grid > 0, 1 + (grid - 1) % 4, 0)
        kind, direction = kind.reshape(batch, -1), direction.reshape(batch, -1)
        is_block = kind > 0
        own = torch.arange(PATCH_ROW**2).expand(batch, -1)
        beside = (own + torch.tensor(NEIGHBOUR)[direction]).clamp(0, PATCH_ROW**2 - 1)
        blocker = torch.where(is_block & is_block.gather(1, beside), beside, own)
        for place, patch in enumerate(BIN_PATCHES):
            kind[:, patch] = 7 + self.bins[indices, place]
        kind[:, list(PAD_PATCHES)] = KINDS - 1
        named = (self.bins[indices] == self.colours[indices, 1:]).long().argmax(1)
        return {"kind": kind, "direction": direction, "blocker": blocker, "target": self.chain[indices, 0],
                "bin": torch.tensor(BIN_PATCHES)[named]}

"""The rotary position embedding of the released checkpoints, which differs from the usual one."""
from typing import Tuple

import torch
from torch import Tensor


def rope_tables(length: int, head_dim: int, base: float) -> Tuple[Tensor, Tensor]:
    """cos and sin, each (length, head_dim), in the default dtype: the frequencies of the even channels, concatenated with themselves.

    Concatenation suits a rotation of halves; the released head rotates interleaved pairs with these tables, so
    the two channels of a pair turn by different angles. Weights were trained that way: keep the mismatch.
    """
    frequencies = 1.0 / (base ** (torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim))
    angles = torch.outer(torch.arange(length, dtype=torch.float64), frequencies)
    both = torch.cat([angles, angles], -1)
    dtype = torch.get_default_dtype()
    return both.cos().to(dtype), both.sin().to(dtype)


def rotate_interleaved(x: Tensor) -> Tensor:
    """(…, E): each channel pair (2i, 2i + 1) becomes (−x[2i + 1], x[2i])."""
    return torch.stack((-x[..., 1::2], x[..., ::2]), -1).reshape(x.shape)


def apply_rope(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Queries or keys (B, H, T, E) turned by the tables (T, E)."""
    return x * cos + rotate_interleaved(x) * sin

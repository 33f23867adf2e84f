"""Heads small enough to check by hand, with weights that make every path matter."""
from typing import NamedTuple

import torch
from torch import Tensor

from depthdeck_training.config import HeadConfig
from depthdeck_training.head import ProprioProjector, RecurrentHead

LATENT_TOKENS, VISION_TOKENS = 3, 5


def tiny_config(**overrides) -> HeadConfig:
    """Two prelude blocks on different layers, two core blocks on one, as the released layouts mix them."""
    sizes = dict(
        hidden_dim=24, num_heads=3, prelude_vlm_layers=(2, 7), recurrent_vlm_layers=(7, 7), coda_vlm_layers=(4,),
        action_chunk_len=5, action_dim=4, proprio_dim=6, mean_recurrence=4, gate_init=0.4, ffn_multiplier=2,
    )
    return HeadConfig(**{**sizes, **overrides})


class Tiny(NamedTuple):
    head: RecurrentHead
    projector: ProprioProjector
    h_a: Tensor
    h_t: Tensor
    proprio: Tensor
    state: Tensor


def tiny(config: HeadConfig = None, batch: int = 2, dtype=torch.float64, seed: int = 0) -> Tiny:
    config = config or tiny_config()
    torch.manual_seed(seed)
    # The rotary tables are exact only where they are made in this dtype.
    torch.set_default_dtype(dtype)
    try:
        head, projector = RecurrentHead(config), ProprioProjector(config)
    finally:
        torch.set_default_dtype(torch.float32)
    generator = torch.Generator().manual_seed(seed + 1)

    def noise(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)

    with torch.no_grad():
        for parameter in [*head.parameters(), *projector.parameters()]:
            parameter.add_(0.15 * noise(*parameter.shape))
    layers = len(config.backbone_layers)
    return Tiny(
        head.eval(),
        projector.eval(),
        noise(batch, layers, LATENT_TOKENS, config.hidden_dim),
        noise(batch, layers, VISION_TOKENS, config.hidden_dim),
        noise(batch, config.proprio_dim),
        head.draw_state(batch, generator),
    )

"""How many iterations a training step unrolls: the paper's random recurrence depth."""
import math

import torch
from torch import Generator

MAX_DEPTH = 64
LOG_SIGMA = 0.5


def sample_depth(mean_recurrence: float, generator: Generator) -> int:
    """r ~ min(Poisson(e^τ) + 1, 64) with τ ~ N(log r̄ − ½·0.5², 0.5): heavy-tailed, mean about r̄ + 1.

    Source: arXiv 2602.07845, after Geiping et al., "Scaling up test-time compute with latent reasoning"
    (arXiv 2502.05171). Drawn from `generator` only, so a run resumes with the depths it would have had.
    """
    if not mean_recurrence > 0:
        raise ValueError(f"sample_depth: mean_recurrence must be positive, got {mean_recurrence}")
    normal = torch.randn((), generator=generator, dtype=torch.float64).item()
    tau = math.log(mean_recurrence) - LOG_SIGMA**2 / 2 + LOG_SIGMA * normal
    rate = torch.tensor(math.exp(tau), dtype=torch.float64)
    return min(int(torch.poisson(rate, generator=generator).item()) + 1, MAX_DEPTH)

"""Muon: momentum whose update is made orthogonal, for weight matrices.

Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024), with its quintic
Newton-Schulz coefficients. Matrices are cut into square blocks of the head's width, all orthogonalised in one batch:
one product of many small matrices instead of many products.
"""
from typing import Any, Dict, List, Sequence

import torch
from torch import Tensor, nn

from .products import batched_product

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
ITERATIONS = 5
UPDATE_RMS = 0.2
"""Root mean square of an update's entries at learning rate 1: an orthogonal n × n block has 1 / √n."""


def orthogonalise(blocks: Tensor) -> Tensor:
    """(B, n, n) -> the nearest orthogonal matrices, roughly: singular values end between 0.7 and 1.2."""
    a, b, c = COEFFICIENTS
    x = blocks / (blocks.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    for _ in range(ITERATIONS):
        gram = batched_product(x, x.transpose(1, 2))
        x = a * x + batched_product(b * gram + c * batched_product(gram, gram), x)
    return x


class Muon:
    """Updates in place; every side of every matrix must be a multiple of `block`."""

    def __init__(self, parameters: Sequence[nn.Parameter], block: int, momentum: float = 0.95, decay: float = 0.02):
        for parameter in parameters:
            if parameter.ndim != 2 or parameter.shape[0] % block or parameter.shape[1] % block:
                raise ValueError(f"Muon: {tuple(parameter.shape)} is not made of {block} × {block} blocks")
        self.parameters, self.block, self.momentum, self.decay = list(parameters), block, momentum, decay
        self.averages = [torch.zeros_like(parameter) for parameter in parameters]

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        n = self.block
        blocks: List[Tensor] = []
        for parameter, average in zip(self.parameters, self.averages):
            average.lerp_(parameter.grad, 1 - self.momentum)
            update = parameter.grad.lerp(average, self.momentum)
            rows, columns = update.shape
            blocks.append(update.reshape(rows // n, n, columns // n, n).permute(0, 2, 1, 3).reshape(-1, n, n))
        updates = orthogonalise(torch.cat(blocks)).split([len(part) for part in blocks])
        scale = -learning_rate * UPDATE_RMS * n**0.5
        for parameter, part in zip(self.parameters, updates):
            rows, columns = parameter.shape
            update = part.reshape(rows // n, columns // n, n, n).permute(0, 2, 1, 3).reshape(rows, columns)
            parameter.mul_(1 - learning_rate * self.decay).add_(update, alpha=scale)

    def state_dict(self) -> Dict[str, Any]:
        return {"averages": self.averages}

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        for average, stored in zip(self.averages, state["averages"]):
            average.copy_(stored)

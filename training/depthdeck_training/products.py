"""Products of many small matrices, at the speed of the BLAS.

PyTorch without MKL (Debian's) sends every matrix of a batch through its dispatcher: for attention over a few dozen
tokens that costs more than the products. NumPy's loop over the same BLAS does not.
"""
from typing import Any, Tuple

import numpy as np
import torch
from torch import Tensor


def _numpy_product(a: Tensor, b: Tensor) -> Tensor:
    return torch.from_numpy(np.matmul(a.numpy(), b.numpy()))


class _NumpyProduct(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, a: Tensor, b: Tensor) -> Tensor:  # type: ignore[override]
        ctx.save_for_backward(a, b)
        return _numpy_product(a, b)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tuple[Tensor, Tensor]:  # type: ignore[override]
        a, b = ctx.saved_tensors
        return _numpy_product(gradient, b.transpose(-1, -2)), _numpy_product(a.transpose(-1, -2), gradient)


def batched_product(a: Tensor, b: Tensor) -> Tensor:
    """a (…, M, K) · b (…, K, N) -> (…, M, N), same leading axes; differentiable once."""
    plain = a.device.type != "cpu" or torch.backends.mkl.is_available() or torch.jit.is_tracing()
    return torch.matmul(a, b) if plain else _NumpyProduct.apply(a, b)

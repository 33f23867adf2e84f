"""The four graphs of a bundle, made from a head: all that is constant over the iterations is computed once.

What is folded: the keys' tanh(gate) and 1/√E and the prelude's half of the adapter go into `prelude`; q, k, v of the
self-attention and the two halves of SwiGLU become one product each; the rotary pairs are permuted so that the
rotation is two slices instead of a gather, its signs and 1/√E in the weights. `tests/test_graphs.py` compares
every graph with the unfolded head.
"""
from typing import List, NamedTuple, Sequence, Tuple

import torch
from torch import Tensor, nn

from .head import ProprioProjector, RecurrentHead, RecurrentLayer, RMSNorm

OPSET = 17


class FoldedNorm(nn.Module):
    """RMSNorm as a division, the form that ONNX Runtime recognises and fuses."""

    def __init__(self, norm: RMSNorm) -> None:
        super().__init__()
        self.eps = norm.eps
        self.register_buffer("weight", norm.weight.detach().clone())

    def forward(self, x: Tensor) -> Tensor:
        return x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class FoldedLayer(nn.Module):
    """One block whose context arrives as k and v, with fused projections."""

    def __init__(self, layer: RecurrentLayer) -> None:
        super().__init__()
        self.heads, self.head_dim = layer.heads, layer.head_dim
        self.has_rope = layer.has_rope
        # Even channels first, then odd: an interleaved pair becomes (i, i + E/2).
        order = torch.arange(self.head_dim)
        if self.has_rope:
            order = torch.cat([order[0::2], order[1::2]])
        rows = (torch.arange(self.heads)[:, None] * self.head_dim + order[None]).reshape(-1)
        query = layer.q_self.weight[rows] * self.head_dim**-0.5
        self._keep("qkv", torch.cat([query, layer.k_self.weight[rows], layer.v_self.weight]).t())
        self._keep("o_self", layer.o_self.weight.t())
        self._keep("q_cross", layer.q_cross.weight.t())
        self._keep("o_cross", layer.o_cross.weight.t())
        self._keep("gate_up", torch.cat([layer.ffn_gate.weight, layer.ffn_up.weight]).t())
        self._keep("down", layer.ffn_down.weight.t())
        self.norm1, self.norm2, self.norm3 = FoldedNorm(layer.norm1), FoldedNorm(layer.norm2), FoldedNorm(layer.norm3)
        half = self.head_dim // 2
        sin = layer.sin[:, order]
        self._keep("cos", layer.cos[:, order][None, :, None])
        self._keep("sin", torch.cat([-sin[:, :half], sin[:, half:]], -1)[None, :, None])

    def _keep(self, name: str, tensor: Tensor) -> None:
        self.register_buffer(name, tensor.detach().clone().contiguous())

    def forward(self, x: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """x (1, T, D), k (1, H, E, C), v (1, H, C, E) -> (1, T, D)."""
        _, length, width = x.shape
        heads, size = self.heads, self.head_dim
        mixed = torch.matmul(self.norm1(x), self.qkv).reshape(1, length, 3 * heads, size)
        query_key, value = mixed[:, :, : 2 * heads], mixed[:, :, 2 * heads :].permute(0, 2, 1, 3)
        if self.has_rope:
            turned = torch.cat([query_key[..., size // 2 :], query_key[..., : size // 2]], -1)
            query_key = query_key * self.cos + turned * self.sin
        query, key = query_key[:, :, :heads].permute(0, 2, 1, 3), query_key[:, :, heads:].permute(0, 2, 3, 1)
        attended = torch.matmul(torch.softmax(torch.matmul(query, key), -1), value)
        x = x + torch.matmul(attended.permute(0, 2, 1, 3).reshape(1, length, width), self.o_self)
        query = torch.matmul(self.norm2(x), self.q_cross).reshape(1, length, heads, size).permute(0, 2, 1, 3)
        attended = torch.matmul(torch.softmax(torch.matmul(query, k), -1), v)
        x = x + torch.matmul(attended.permute(0, 2, 1, 3).reshape(1, length, width), self.o_cross)
        gate, up = torch.matmul(self.norm3(x), self.gate_up).chunk(2, -1)
        return x + torch.matmul(gate * torch.sigmoid(gate) * up, self.down)


class PreludeGraph(nn.Module):
    """h_a (1, layers, L, D), h_t (1, layers, V, D), proprio (1, P) -> s_pre (1, T, D), k and v of core and coda."""

    def __init__(self, head: RecurrentHead, projector: ProprioProjector) -> None:
        super().__init__()
        self.head, self.projector = head, projector
        width = head.config.hidden_dim
        # γ·W[S; S_pre] = γ·W_s S + γ·W_p S_pre: the second term is constant over k.
        adapter = head.gamma_adapt * head.adapter.weight[:, width:]
        self.register_buffer("adapter", adapter.detach().t().clone().contiguous())

    def forward(self, h_a: Tensor, h_t: Tensor, proprio: Tensor) -> Tuple[Tensor, ...]:
        s_pre, core, coda = self.head.encode(h_a, h_t, self.projector(proprio))
        return (torch.matmul(s_pre, self.adapter), *(tensor for context in [*core, *coda] for tensor in context))


class StepGraph(nn.Module):
    """state (1, T, D), s_pre (1, T, D), k and v of the core -> state_next (1, T, D), latent_metrics (3)."""

    def __init__(self, head: RecurrentHead) -> None:
        super().__init__()
        adapter = head.gamma_adapt * head.adapter.weight[:, : head.config.hidden_dim]
        self.register_buffer("adapter", adapter.detach().t().clone().contiguous())
        self.adapter_norm, self.recurrent_norm = FoldedNorm(head.adapter_norm), FoldedNorm(head.recurrent_norm)
        self.layers = nn.ModuleList([FoldedLayer(layer) for layer in head.recurrent])

    def forward(self, state: Tensor, s_pre: Tensor, *context: Tensor) -> Tuple[Tensor, Tensor]:
        x = self.adapter_norm(torch.matmul(state, self.adapter) + s_pre)
        for index, layer in enumerate(self.layers):
            x = layer(x, context[2 * index], context[2 * index + 1])
        following = self.recurrent_norm(x)
        return following, latent_metrics(state, following)


def latent_metrics(state: Tensor, following: Tensor) -> Tensor:
    """(mean squared difference, L2 difference relative to the earlier state, 1 − cosine), shape (3)."""
    squared = (following - state) ** 2
    before, after = (state**2).sum(), (following**2).sum()
    cosine = (state * following).sum() / torch.sqrt(before * after)
    return torch.stack([squared.mean(), torch.sqrt(squared.sum() / before), 1.0 - cosine])


class CodaGraph(nn.Module):
    """state (1, T, D), k and v of the coda, prev_action (1, T, A) -> action (1, T, A), action_mse (1)."""

    def __init__(self, head: RecurrentHead) -> None:
        super().__init__()
        self.layers = nn.ModuleList([FoldedLayer(layer) for layer in head.coda])
        self.norm = FoldedNorm(head.output_norm)
        self.register_buffer("weight", head.output_proj.weight.detach().t().clone().contiguous())
        self.register_buffer("bias", head.output_proj.bias.detach().clone())

    def forward(self, state: Tensor, *rest: Tensor) -> Tuple[Tensor, Tensor]:
        *context, previous = rest
        for index, layer in enumerate(self.layers):
            state = layer(state, context[2 * index], context[2 * index + 1])
        action = torch.matmul(self.norm(state), self.weight) + self.bias
        return action, ((action - previous) ** 2).mean().reshape(1)


class UnhoistedPrelude(nn.Module):
    """The reference's prelude: S_pre and nothing else. For the benchmark only."""

    def __init__(self, head: RecurrentHead) -> None:
        super().__init__()
        self.head = head

    def forward(self, h_a: Tensor, h_t: Tensor, token: Tensor) -> Tensor:
        """h_a, h_t, projected proprioception (1, D) -> s_pre (1, T, D)."""
        return self.head.encode_prelude(h_a, h_t, token)


class UnhoistedStep(nn.Module):
    """The reference's iteration: keys and values of all C tokens again at every k. For the benchmark only."""

    def __init__(self, head: RecurrentHead) -> None:
        super().__init__()
        self.head = head

    def forward(self, state: Tensor, s_pre: Tensor, h_a: Tensor, h_t: Tensor, token: Tensor) -> Tuple[Tensor, Tensor]:
        """state, s_pre (1, T, D), h_a, h_t, projected proprioception (1, D) -> state_next (1, T, D), action (1, T, A)."""
        core, coda = self.head.contexts(h_a, h_t, token)
        following = self.head.step(state, s_pre, core)
        return following, self.head.decode(following, coda)


class Graph(NamedTuple):
    """One graph of the contract, with its tensor names in order."""

    name: str
    module: nn.Module
    inputs: List[str]
    outputs: List[str]

    @property
    def file(self) -> str:
        return f"{self.name}.onnx"


def context_names(role: str, layers: Sequence[nn.Module]) -> List[str]:
    """k_core_0, v_core_0, k_core_1, …"""
    return [f"{kind}_{role}_{index}" for index in range(len(layers)) for kind in ("k", "v")]


def head_graphs(head: RecurrentHead, projector: ProprioProjector) -> List[Graph]:
    """prelude, step and coda of a head in evaluation mode."""
    core, coda = context_names("core", head.recurrent), context_names("coda", head.coda)
    return [
        Graph("prelude", PreludeGraph(head, projector), ["h_a", "h_t", "proprio"], ["s_pre", *core, *coda]),
        Graph("step", StepGraph(head), ["state", "s_pre", *core], ["state_next", "latent_metrics"]),
        Graph("coda", CodaGraph(head), ["state", *coda, "prev_action"], ["action", "action_mse"]),
    ]

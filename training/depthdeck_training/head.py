"""The recurrent-depth action head, state-dict compatible with the released RD-VLA checkpoints.

Symbols: B batch, T chunk length, A action dimensions, D width, H attention heads, E = D / H, V vision tokens,
L latent tokens of the backbone, C = L + 1 + V context tokens (latents, proprioception, vision, in this order).

A prediction (arXiv 2602.07845, section "Recurrent-Depth Action Head"):

    S_pre = prelude(action queries; h_a, h_t, p)
    S_0   ~ TruncNormal(0, γ_init·σ_init, ±3σ)
    x_k   = RMSNorm(γ·W[S_{k−1}; S_pre])
    S_k   = RMSNorm(core(x_k; h_a, h_t, p))        the same weights at every k
    a_k   = W_out·RMSNorm(coda(S_k; h_a, h_t, p))
"""
import math
from typing import List, Optional, Sequence, Tuple

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from .config import HeadConfig
from .products import batched_product
from .rope import apply_rope, rope_tables

Context = Tuple[Tensor, Tensor]
"""k (B, H, E, C) and v (B, H, C, E) of one block's cross-attention: the same at every iteration."""


class RMSNorm(nn.Module):
    """x / sqrt(mean(x²) + ε) · weight, over the last axis."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


def split_heads(x: Tensor, heads: int) -> Tensor:
    """(B, N, D) -> (B, H, N, E)."""
    batch, count, width = x.shape
    return x.reshape(batch, count, heads, width // heads).transpose(1, 2)


def merge_heads(x: Tensor) -> Tensor:
    """(B, H, N, E) -> (B, N, D)."""
    batch, heads, count, width = x.shape
    return x.transpose(1, 2).reshape(batch, count, heads * width)


class RecurrentLayer(nn.Module):
    """One block: self-attention over the T latents, gated cross-attention over the context, SwiGLU."""

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        width = config.hidden_dim
        hidden = width * config.ffn_multiplier
        self.heads, self.head_dim = config.num_heads, config.head_dim
        self.norm1, self.norm2, self.norm3 = (RMSNorm(width, config.rms_norm_eps) for _ in range(3))
        self.q_self, self.k_self, self.v_self, self.o_self = (nn.Linear(width, width, bias=False) for _ in range(4))
        self.q_cross, self.o_cross = (nn.Linear(width, width, bias=False) for _ in range(2))
        self.k_latents, self.v_latents = (nn.Linear(width, width, bias=False) for _ in range(2))
        self.k_vision, self.v_vision = (nn.Linear(width, width, bias=False) for _ in range(2))
        self.gate = nn.Parameter(torch.full((1,), config.gate_init))
        self.ffn_gate, self.ffn_up = (nn.Linear(width, hidden, bias=False) for _ in range(2))
        self.ffn_down = nn.Linear(hidden, width, bias=False)
        cos, sin = rope_tables(config.action_chunk_len, config.head_dim, config.rope_base)
        if config.rope == "none":
            cos, sin = torch.ones_like(cos), torch.zeros_like(sin)
        self.has_rope = config.rope != "none"
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def context(self, latents: Tensor, vision: Tensor) -> Context:
        """Keys and values of the cross-attention, with tanh(gate) and 1/√E folded into the keys.

        latents (B, L + 1, D): backbone latents and the proprioception token; vision (B, V, D).
        The gate scales the vision logits before one softmax over all C tokens.
        """
        scale = self.head_dim**-0.5
        keys = torch.cat([self.k_latents(latents), self.k_vision(vision) * torch.tanh(self.gate)], 1) * scale
        values = torch.cat([self.v_latents(latents), self.v_vision(vision)], 1)
        return split_heads(keys, self.heads).transpose(2, 3), split_heads(values, self.heads)

    def attend_latents(self, x: Tensor) -> Tensor:
        """Self-attention over the T latents: (B, T, D) -> (B, T, D)."""
        normed = self.norm1(x)
        query, key, value = (
            split_heads(projection(normed), self.heads) for projection in (self.q_self, self.k_self, self.v_self)
        )
        if self.has_rope:
            query, key = apply_rope(query, self.cos, self.sin), apply_rope(key, self.cos, self.sin)
        weights = torch.softmax(batched_product(query, key.transpose(2, 3)) * self.head_dim**-0.5, -1)
        return x + self.o_self(merge_heads(batched_product(weights, value)))

    def attend_context(self, x: Tensor, context: Context) -> Tuple[Tensor, Tensor]:
        """Cross-attention: (B, T, D) -> (B, T, D), and its weights (B, H, T, C)."""
        keys, values = context
        weights = torch.softmax(batched_product(split_heads(self.q_cross(self.norm2(x)), self.heads), keys), -1)
        return x + self.o_cross(merge_heads(batched_product(weights, values))), weights

    def feed_forward(self, x: Tensor) -> Tensor:
        """SwiGLU: (B, T, D) -> (B, T, D)."""
        normed = self.norm3(x)
        return x + self.ffn_down(F.silu(self.ffn_gate(normed)) * self.ffn_up(normed))

    def forward(self, x: Tensor, context: Context) -> Tensor:
        """x (B, T, D) -> (B, T, D)."""
        return self.feed_forward(self.attend_context(self.attend_latents(x), context)[0])


class RecurrentHead(nn.Module):
    """Prelude, weight-tied core and coda. Parameter names are those of the released checkpoints."""

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        self.config = config
        width, eps = config.hidden_dim, config.rms_norm_eps
        self.action_queries = nn.Parameter(torch.empty(config.action_chunk_len, width))
        self.prelude = nn.ModuleList([RecurrentLayer(config) for _ in config.prelude_vlm_layers])
        self.adapter = nn.Linear(2 * width, width, bias=False)
        self.adapter_norm = RMSNorm(width, eps)
        self.gamma_adapt = nn.Parameter(torch.ones(1))
        self.recurrent = nn.ModuleList([RecurrentLayer(config) for _ in config.recurrent_vlm_layers])
        self.recurrent_norm = RMSNorm(width, eps)
        self.coda = nn.ModuleList([RecurrentLayer(config) for _ in config.coda_vlm_layers])
        self.output_norm = RMSNorm(width, eps)
        self.output_proj = nn.Linear(width, config.action_dim)
        self.gamma_init = nn.Parameter(torch.ones(1))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Truncated normals with σ = √(2 / 5D); what writes to the residual stream is scaled down by the depth."""
        config = self.config
        std = math.sqrt(2 / (5 * config.hidden_dim))
        residual_std = std / math.sqrt(config.mean_recurrence * len(config.recurrent_vlm_layers))
        for name, module in self.named_modules():
            if not isinstance(module, nn.Linear):
                continue
            sigma = residual_std if name.endswith(("ffn_down", "output_proj")) else std
            nn.init.trunc_normal_(module.weight, 0.0, sigma, -3 * sigma, 3 * sigma)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        sigma = config.init_std
        nn.init.trunc_normal_(self.action_queries, 0.0, sigma, -3 * sigma, 3 * sigma)

    @property
    def sigma(self) -> float:
        """Standard deviation of S_0 before truncation: γ_init·σ_init."""
        return float(self.gamma_init.item()) * self.config.init_std

    def draw_state(self, batch: int, generator: Generator) -> Tensor:
        """S_0 (B, T, D), truncated at ±3σ by inverse CDF, in the parameters' dtype."""
        shape = (batch, self.config.action_chunk_len, self.config.hidden_dim)
        tail = 0.5 * (1 + math.erf(-3 / math.sqrt(2)))
        uniform = torch.rand(shape, generator=generator, dtype=torch.float64)
        normal = math.sqrt(2) * torch.erfinv(2 * (tail + uniform * (1 - 2 * tail)) - 1)
        return (self.sigma * normal).to(self.action_queries.dtype)

    def _context(self, block: RecurrentLayer, layer: int, h_a: Tensor, h_t: Tensor, proprio: Tensor) -> Context:
        slot = self.config.slot(layer)
        return block.context(torch.cat([h_a[:, slot], proprio[:, None]], 1), h_t[:, slot])

    def encode_prelude(self, h_a: Tensor, h_t: Tensor, proprio: Tensor) -> Tensor:
        """S_pre (B, T, D): the action queries after the prelude's blocks. Inputs as in `encode`."""
        x = self.action_queries[None].expand(h_a.shape[0], -1, -1)
        for block, layer in zip(self.prelude, self.config.prelude_vlm_layers):
            x = block(x, self._context(block, layer, h_a, h_t, proprio))
        return x

    def contexts(self, h_a: Tensor, h_t: Tensor, proprio: Tensor) -> Tuple[List[Context], List[Context]]:
        """Keys and values of the core's and of the coda's blocks. Inputs as in `encode`."""
        stages = ((self.recurrent, self.config.recurrent_vlm_layers), (self.coda, self.config.coda_vlm_layers))
        core, coda = (
            [self._context(block, layer, h_a, h_t, proprio) for block, layer in zip(blocks, layers)]
            for blocks, layers in stages
        )
        return core, coda

    def encode(self, h_a: Tensor, h_t: Tensor, proprio: Tensor) -> Tuple[Tensor, List[Context], List[Context]]:
        """All of a prediction that the iterations share.

        h_a (B, layers, L, D), h_t (B, layers, V, D): the layers of `config.backbone_layers`, in that order.
        proprio (B, D): the projected proprioception token.
        Returns S_pre (B, T, D) and the contexts of the core's and the coda's blocks.
        """
        core, coda = self.contexts(h_a, h_t, proprio)
        return self.encode_prelude(h_a, h_t, proprio), core, coda

    def adapt(self, state: Tensor, s_pre: Tensor) -> Tensor:
        """x_k = RMSNorm(γ·W[S_{k−1}; S_pre]), (B, T, D)."""
        return self.adapter_norm(self.gamma_adapt * self.adapter(torch.cat([state, s_pre], -1)))

    def step(self, state: Tensor, s_pre: Tensor, contexts: Sequence[Context]) -> Tensor:
        """S_{k−1} (B, T, D) -> S_k (B, T, D)."""
        x = self.adapt(state, s_pre)
        for block, context in zip(self.recurrent, contexts):
            x = block(x, context)
        return self.recurrent_norm(x)

    def decode(self, state: Tensor, contexts: Sequence[Context]) -> Tensor:
        """S_k (B, T, D) -> a_k (B, T, A), normalised actions."""
        for block, context in zip(self.coda, contexts):
            state = block(state, context)
        return self.output_proj(self.output_norm(state))

    def forward(
        self,
        h_a: Tensor,
        h_t: Tensor,
        proprio: Tensor,
        depth: int,
        state: Tensor,
        backprop_depth: Optional[int] = None,
    ) -> Tensor:
        """a_r (B, T, A) after r = `depth` iterations from S_0 = `state`.

        With `backprop_depth` d (truncated backpropagation through time) the first r − d iterations run without a
        graph, so memory is constant in r and gradients are those of the last d iterations.
        """
        s_pre, core, coda = self.encode(h_a, h_t, proprio)
        untracked = 0 if backprop_depth is None else max(0, depth - backprop_depth)
        with torch.no_grad():
            for _ in range(untracked):
                state = self.step(state, s_pre, core)
        state = state.detach()
        for _ in range(depth - untracked):
            state = self.step(state, s_pre, core)
        return self.decode(state, coda)

    @torch.no_grad()
    def rollout(self, h_a: Tensor, h_t: Tensor, proprio: Tensor, depth: int, state: Tensor) -> Tuple[Tensor, Tensor]:
        """States (K, B, T, D) and chunks (K, B, T, A) of iterations 1…K = `depth`."""
        s_pre, core, coda = self.encode(h_a, h_t, proprio)
        states, chunks = [], []
        for _ in range(depth):
            state = self.step(state, s_pre, core)
            states.append(state)
            chunks.append(self.decode(state, coda))
        return torch.stack(states), torch.stack(chunks)


class ProprioProjector(nn.Module):
    """Normalised proprioception (B, P) -> one context token (B, D): two linear layers, names as released."""

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        self.fc1 = nn.Linear(config.proprio_dim, config.hidden_dim)
        self.fc2 = nn.Linear(config.hidden_dim, config.hidden_dim)
        self.activation = F.gelu if config.proprio_activation == "gelu" else F.silu

    def forward(self, proprio: Tensor) -> Tensor:
        return self.fc2(self.activation(self.fc1(proprio)))

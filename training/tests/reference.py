"""The head once more, in plain NumPy float64 and one sample at a time, written from the paper's formulas.

Shares nothing with the package but the parameter names: loops instead of batched products, the logits of latents
and vision apart, rotation pair by pair.
"""
import math
from typing import Dict, List

import numpy as np

Weights = Dict[str, np.ndarray]


def rms_norm(x: np.ndarray, weight: np.ndarray, eps: float) -> np.ndarray:
    return np.stack([row / math.sqrt(float(np.mean(row * row)) + eps) * weight for row in x])


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def silu(x: np.ndarray) -> np.ndarray:
    return x / (1 + np.exp(-x))


def rotate(vector: np.ndarray, position: int, base: float) -> np.ndarray:
    """Channel c turns with frequency base^(−2·(c mod E/2)/E) against its neighbour in an interleaved pair."""
    size = len(vector)
    angles = [position / base ** (2 * (channel % (size // 2)) / size) for channel in range(size)]
    turned = np.empty(size)
    for even in range(0, size, 2):
        a, b = vector[even], vector[even + 1]
        turned[even] = a * math.cos(angles[even]) - b * math.sin(angles[even])
        turned[even + 1] = b * math.cos(angles[even + 1]) + a * math.sin(angles[even + 1])
    return turned


class Reference:
    def __init__(self, config, weights: Weights) -> None:
        self.config, self.weights = config, weights

    def block(self, prefix: str, x: np.ndarray, latents: np.ndarray, vision: np.ndarray) -> np.ndarray:
        config = self.config
        w = {name[len(prefix) + 1 :]: value for name, value in self.weights.items() if name.startswith(prefix + ".")}
        size = config.hidden_dim // config.num_heads
        scale = 1 / math.sqrt(size)
        length = len(x)

        normed = rms_norm(x, w["norm1.weight"], config.rms_norm_eps)
        q, k, v = (normed @ w[f"{name}_self.weight"].T for name in "qkv")
        mixed = np.zeros_like(x)
        for head in range(config.num_heads):
            part = slice(head * size, (head + 1) * size)
            turn = (lambda m, i: rotate(m[i, part], i, config.rope_base)) if config.rope != "none" else (
                lambda m, i: m[i, part]
            )
            keys = [turn(k, j) for j in range(length)]
            for i in range(length):
                weights = softmax(np.array([turn(q, i) @ key * scale for key in keys]))
                mixed[i, part] = sum(weight * v[j, part] for j, weight in enumerate(weights))
        x = x + mixed @ w["o_self.weight"].T

        normed = rms_norm(x, w["norm2.weight"], config.rms_norm_eps)
        q = normed @ w["q_cross.weight"].T
        k_latents, v_latents = latents @ w["k_latents.weight"].T, latents @ w["v_latents.weight"].T
        k_vision, v_vision = vision @ w["k_vision.weight"].T, vision @ w["v_vision.weight"].T
        gate = math.tanh(float(w["gate"][0]))
        mixed = np.zeros_like(x)
        for head in range(config.num_heads):
            part = slice(head * size, (head + 1) * size)
            for i in range(length):
                logits = [float(q[i, part] @ row[part]) * scale for row in k_latents]
                logits += [float(q[i, part] @ row[part]) * gate * scale for row in k_vision]
                weights = softmax(np.array(logits))
                values = np.concatenate([v_latents[:, part], v_vision[:, part]])
                mixed[i, part] = weights @ values
        x = x + mixed @ w["o_cross.weight"].T

        normed = rms_norm(x, w["norm3.weight"], config.rms_norm_eps)
        hidden = silu(normed @ w["ffn_gate.weight"].T) * (normed @ w["ffn_up.weight"].T)
        return x + hidden @ w["ffn_down.weight"].T

    def stage(self, name: str, layers, x, h_a: Dict[int, np.ndarray], h_t: Dict[int, np.ndarray], token) -> np.ndarray:
        for index, layer in enumerate(layers):
            x = self.block(f"{name}.{index}", x, np.concatenate([h_a[layer], token[None]]), h_t[layer])
        return x

    def run(self, h_a, h_t, token: np.ndarray, state: np.ndarray, depth: int) -> List[np.ndarray]:
        """[S_1, a_1, S_2, a_2, …] of one sample."""
        config, w = self.config, self.weights
        s_pre = self.stage("prelude", config.prelude_vlm_layers, w["action_queries"], h_a, h_t, token)
        trace = []
        for _ in range(depth):
            joined = np.concatenate([state, s_pre], 1) @ w["adapter.weight"].T
            x = rms_norm(float(w["gamma_adapt"][0]) * joined, w["adapter_norm.weight"], config.rms_norm_eps)
            x = self.stage("recurrent", config.recurrent_vlm_layers, x, h_a, h_t, token)
            state = rms_norm(x, w["recurrent_norm.weight"], config.rms_norm_eps)
            out = self.stage("coda", config.coda_vlm_layers, state, h_a, h_t, token)
            out = rms_norm(out, w["output_norm.weight"], config.rms_norm_eps)
            trace += [state, out @ w["output_proj.weight"].T + w["output_proj.bias"]]
        return trace

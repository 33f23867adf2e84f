"""Sizes and layers of a recurrent-depth action head, as a checkpoint's own config declares them."""
import re
from dataclasses import asdict, dataclass, fields
from typing import Any, Dict, Mapping, Optional, Tuple

ROPE_KINDS = ("interleaved-concatenated", "none")
"""`interleaved-concatenated` is what the released checkpoints were trained with (see `rope.py`)."""

PROPRIO_ACTIVATIONS = ("gelu", "silu")
"""The released projector has GELU; Debian's PyTorch 1.13 was seen to give it non-finite gradients."""


class ConfigError(ValueError):
    """A config that cannot describe a head; the message names the key and what is wrong with it."""


@dataclass(frozen=True)
class HeadConfig:
    """Key names are the released checkpoints' own, so that their config files load as they are.

    T = action_chunk_len, A = action_dim, D = hidden_dim, H = num_heads, E = D / H.
    Layer tuples are 0-based indices into the backbone's hidden states, one per block of the stage; the same index
    may occur twice (the released `12_24-24_24` reads layer 23 in both core blocks).
    """

    hidden_dim: int = 896
    num_heads: int = 8
    prelude_vlm_layers: Tuple[int, ...] = (11,)
    recurrent_vlm_layers: Tuple[int, ...] = (23, 23)
    coda_vlm_layers: Tuple[int, ...] = (23,)
    action_chunk_len: int = 8
    action_dim: int = 7
    proprio_dim: int = 8
    mean_recurrence: int = 32
    backprop_depth: int = 8
    init_std: float = 0.632
    rms_norm_eps: float = 1e-6
    rope_base: float = 10000.0
    rope: str = "interleaved-concatenated"
    ffn_multiplier: int = 4
    gate_init: float = 0.0
    proprio_activation: str = "gelu"

    def __post_init__(self) -> None:
        positive = ("hidden_dim", "num_heads", "action_chunk_len", "action_dim", "proprio_dim", "mean_recurrence",
                    "backprop_depth", "ffn_multiplier")
        for name in positive:
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ConfigError(f"{name} must be a whole number from 1, not {value!r}")
        if self.hidden_dim % self.num_heads:
            raise ConfigError(f"hidden_dim {self.hidden_dim} is not divisible by num_heads {self.num_heads}")
        if self.rope not in ROPE_KINDS:
            raise ConfigError(f"rope must be one of {', '.join(ROPE_KINDS)}, not {self.rope!r}")
        if self.proprio_activation not in PROPRIO_ACTIVATIONS:
            raise ConfigError(
                f"proprio_activation must be one of {', '.join(PROPRIO_ACTIVATIONS)}, not {self.proprio_activation!r}"
            )
        if self.rope != "none" and self.head_dim % 2:
            raise ConfigError(f"rotary embedding needs an even head width, not {self.head_dim}")
        if not self.recurrent_vlm_layers:
            raise ConfigError("recurrent_vlm_layers is empty: a recurrent-depth head needs a core")
        for name in ("prelude_vlm_layers", "recurrent_vlm_layers", "coda_vlm_layers"):
            layers = getattr(self, name)
            if any(not isinstance(layer, int) or layer < 0 for layer in layers):
                raise ConfigError(f"{name} must hold backbone layer indices from 0, not {layers!r}")

    @property
    def head_dim(self) -> int:
        """E, width of one attention head."""
        return self.hidden_dim // self.num_heads

    @property
    def backbone_layers(self) -> Tuple[int, ...]:
        """The distinct backbone layers that the head reads, ascending: what a backbone has to give."""
        return tuple(sorted({*self.prelude_vlm_layers, *self.recurrent_vlm_layers, *self.coda_vlm_layers}))

    def slot(self, layer: int) -> int:
        """Where `layer` lies along the layer axis of h_t and h_a when only `backbone_layers` are given."""
        return self.backbone_layers.index(layer)

    def to_json(self) -> Dict[str, Any]:
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @staticmethod
    def from_json(given: Mapping[str, Any]) -> "HeadConfig":
        """Reads a config; keys that don't concern the head are passed over.

        Raises ConfigError naming the key that is missing, misspelt or wrong.
        """
        if given.get("use_persistent_memory"):
            raise ConfigError("use_persistent_memory: heads with persistent memory are not supported")
        known = {field.name for field in fields(HeadConfig)}
        values = {key: value for key, value in given.items() if key in known}
        for key in ("hidden_dim", "recurrent_vlm_layers", "action_chunk_len", "action_dim"):
            if key not in values:
                raise ConfigError(f"the config lacks {key}")
        for key, value in values.items():
            if key.endswith("_vlm_layers"):
                if not isinstance(value, (list, tuple)):
                    raise ConfigError(f"{key} must be a list of backbone layers, not {value!r}")
                values[key] = tuple(value)
        return HeadConfig(**values)


def parse_layout(layout: str) -> Tuple[Tuple[int, ...], Tuple[int, ...], Tuple[int, ...]]:
    """`12_24-24_24` -> prelude (11,), core (23, 23), coda (23,): 0-based layers of a released preset's name.

    The name joins stages by `_` and blocks of the core by `-`; its numbers count backbone layers from 1.
    Raises ConfigError for anything but prelude_core_coda.
    """
    stages = layout.split("_")
    if len(stages) != 3 or not all(re.fullmatch(r"\d+(-\d+)*", stage) for stage in stages):
        raise ConfigError(f"layout {layout!r} is not prelude_core_coda, such as 12_24-24_24")
    prelude, core, coda = (tuple(int(number) - 1 for number in stage.split("-")) for stage in stages)
    if any(layer < 0 for stage in (prelude, core, coda) for layer in stage):
        raise ConfigError(f"layout {layout!r}: layers count from 1")
    return prelude, core, coda


def released_config(layout: str = "12_24-24_24", **overrides: Any) -> HeadConfig:
    """The released checkpoints' LIBERO sizes with the layers of `layout`."""
    prelude, core, coda = parse_layout(layout)
    return HeadConfig(prelude_vlm_layers=prelude, recurrent_vlm_layers=core, coda_vlm_layers=coda, **overrides)

"""What a vision-language backbone has to offer to be exported with a head.

A backbone is a module that maps preprocessed images and instruction tokens to the tokens that the head reads, in
static shapes and batch 1. `compact.py` is the working example; an adapter for a larger model wraps it, keeps the
hidden states of `HeadConfig.backbone_layers`, and returns them stacked along the layer axis.
"""
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from torch import Tensor, nn


@dataclass(frozen=True)
class Camera:
    """One image input: (1, 3, height, width) float32, (rgb / 255 − mean) / std per channel."""

    name: str
    width: int
    height: int
    mean: Tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: Tuple[float, float, float] = (1.0, 1.0, 1.0)

    def manifest(self) -> Dict[str, Any]:
        normalisation = {"mean": list(self.mean), "std": list(self.std)}
        return {"name": self.name, "width": self.width, "height": self.height, "resize": "none",
                "normalisation": normalisation}


@dataclass(frozen=True)
class Instruction:
    """The prompt: `template` with `{placeholders}`, the values they take, and the tokenizer of the bundle."""

    template: str
    values: Mapping[str, Sequence[str]]
    tokenizer: Mapping[str, Any]
    """The content of tokenizer.json (Hugging Face's format)."""
    unknown_token: str
    tokens: int
    """How many token ids every instruction of this template has."""

    def encode(self, text: str) -> List[int]:
        """Token ids of a word-level tokenizer, as the app computes them. Raises ValueError for unknown words."""
        vocabulary = self.tokenizer["model"]["vocab"]
        words = text.lower().split()
        unknown = [word for word in words if word not in vocabulary]
        if unknown:
            raise ValueError(f"the tokenizer does not know {', '.join(map(repr, unknown))}")
        return [vocabulary[word] for word in words]


def word_tokenizer(words: Sequence[str], unknown_token: str = "[UNK]") -> Dict[str, Any]:
    """tokenizer.json of whole words: one outside the vocabulary becomes the unknown token, which the app refuses."""
    special = {"id": 0, "content": unknown_token, "single_word": False, "lstrip": False, "rstrip": False,
               "normalized": False, "special": True}
    model = {"type": "WordPiece", "unk_token": unknown_token, "continuing_subword_prefix": "##",
             "max_input_chars_per_word": 100,
             "vocab": {word: index for index, word in enumerate([unknown_token, *words])}}
    return {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [special],
            "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None,
            "decoder": None, "model": model}


class BackboneAdapter(nn.Module):
    """A frozen backbone. Subclasses set `cameras` and `instruction` and implement `forward`."""

    cameras: Tuple[Camera, ...]
    instruction: Instruction

    def forward(self, *inputs: Tensor) -> Tuple[Tensor, Tensor]:
        """Images in the order of `cameras`, then tokens (1, n) int64 -> h_t (1, layers, V, D), h_a (1, layers, L, D).

        The layer axis holds the head's `backbone_layers`, ascending.
        """
        raise NotImplementedError

"""A compact vision-language backbone for the TrayPick bench: patches of both cameras, and what the words refer to.

It is pre-trained on local perception (what is in a patch, which side a block leaves by, where a word points) and then
frozen; its tokens are all that the head sees of the bench.
"""
from typing import Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .backbones import BackboneAdapter, Camera, Instruction, word_tokenizer

BLOCK_COLOURS = ("red", "green", "blue", "yellow", "purple", "orange")
BIN_COLOURS = BLOCK_COLOURS[:4]
TEMPLATE = "put the {blockColour} block in the {binColour} bin"
WORDS = ("put", "the", "block", "in", "bin", *BLOCK_COLOURS)
BLOCK_WORD, BIN_WORD = 2, 6
"""Positions of the two colour words in the template."""

TOP = Camera("top", 64, 64)
WRIST = Camera("wrist", 32, 32)
PATCHES = 64
"""8 × 8 patches of the top view: one per tray cell, with a border of one for bins and pad."""


class CompactBackbone(BackboneAdapter):
    """Top view -> 64 tokens, wrist view -> 4 tokens; two words and the two places they point to -> 4 latents."""

    cameras = (TOP, WRIST)
    instruction = Instruction(
        template=TEMPLATE,
        values={"blockColour": BLOCK_COLOURS, "binColour": BIN_COLOURS},
        tokenizer=word_tokenizer(WORDS),
        unknown_token="[UNK]",
        tokens=len(TEMPLATE.split()),
    )

    def __init__(self, width: int = 96) -> None:
        super().__init__()
        self.patch = nn.Conv2d(3, 48, 4, 4)
        self.merge = nn.Conv2d(48, width, 2, 2)
        self.project = nn.Conv2d(width, width, 1)
        self.position = nn.Parameter(torch.randn(1, PATCHES, width) * 0.5)
        self.neighbours = nn.Conv2d(width, width, 3, padding=1)
        self.mix = nn.Linear(width, width)
        self.top_norm = nn.LayerNorm(width)
        self.wrist_patch = nn.Conv2d(3, 32, 4, 4)
        self.wrist_merge = nn.Conv2d(32, 64, 4, 4)
        self.wrist_project = nn.Conv2d(64, width, 1)
        self.wrist_position = nn.Parameter(torch.randn(1, 4, width) * 0.5)
        self.wrist_norm = nn.LayerNorm(width)
        self.block_word = nn.Embedding(len(BLOCK_COLOURS), width)
        self.bin_word = nn.Embedding(len(BIN_COLOURS), width)
        self.block_query = nn.Linear(width, width)
        self.bin_query = nn.Linear(width, width)
        # A word that is no colour maps past the end of the embedding, so that the runtime refuses it.
        vocabulary = self.instruction.tokenizer["model"]["vocab"]
        colours = torch.full((len(vocabulary),), len(BLOCK_COLOURS), dtype=torch.int64)
        for index, colour in enumerate(BLOCK_COLOURS):
            colours[vocabulary[colour]] = index
        self.register_buffer("colour_of_token", colours, persistent=False)

    def see(self, top: Tensor, wrist: Tensor) -> Tensor:
        """Images (B, 3, 64, 64) and (B, 3, 32, 32) in [0, 1] -> vision tokens (B, 68, D)."""
        x = self.project(F.silu(self.merge(F.silu(self.patch(top - 0.5)))))
        x = x + self.position.transpose(1, 2).reshape(1, -1, 8, 8)
        around = F.silu(self.neighbours(x)).flatten(2).transpose(1, 2)
        top_tokens = self.top_norm(x.flatten(2).transpose(1, 2) + self.mix(around))
        y = self.wrist_project(F.silu(self.wrist_merge(F.silu(self.wrist_patch(wrist - 0.5)))))
        wrist_tokens = self.wrist_norm(y.flatten(2).transpose(1, 2) + self.wrist_position)
        return torch.cat([top_tokens, wrist_tokens], 1)

    def refer(self, patches: Tensor, words: Tensor) -> Tensor:
        """Logits (B, 2, 64): where the block word and the bin word point among the top view's patches."""
        queries = torch.stack([self.block_query(words[:, 0]), self.bin_query(words[:, 1])], 1)
        return torch.matmul(queries, patches.transpose(1, 2)) * patches.shape[-1] ** -0.5

    def words(self, colours: Tensor) -> Tensor:
        """Colour indices (B, 2) of block and bin -> word embeddings (B, 2, D)."""
        return torch.stack([self.block_word(colours[:, 0]), self.bin_word(colours[:, 1])], 1)

    def ground(self, vision: Tensor, words: Tensor) -> Tensor:
        """Words and the features they point to: (B, 4, D)."""
        patches = vision[:, :PATCHES]
        places = torch.matmul(torch.softmax(self.refer(patches, words), -1), patches)
        return torch.cat([words, places], 1)

    def forward(self, *inputs: Tensor) -> Tuple[Tensor, Tensor]:
        top, wrist, tokens = inputs
        named = torch.cat([tokens[:, BLOCK_WORD : BLOCK_WORD + 1], tokens[:, BIN_WORD : BIN_WORD + 1]], 1)
        vision = self.see(top, wrist)
        return vision[:, None], self.ground(vision, self.words(self.colour_of_token[named]))[:, None]

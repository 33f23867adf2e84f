"""Training of the head: truncated backpropagation through a random number of iterations, on demonstrated chunks."""
import copy
import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
import torch
from torch import Generator, Tensor, nn

from .compact import PATCHES
from .config import HeadConfig
from .demonstrations import Demonstrations
from .depth import sample_depth
from .head import ProprioProjector, RecurrentHead
from .muon import Muon

LATENT_TOKENS = 4
WRIST_TOKENS = 4
VISION_TOKENS = PATCHES + WRIST_TOKENS
FIRST_PATCH = LATENT_TOKENS + 1
"""Context tokens are latents, proprioception, then vision: where the top view's patches begin."""


@dataclass(frozen=True)
class TrainingPlan:
    """Everything that decides about a run; two runs of one plan on one machine give the same bits."""

    steps: int
    batch: int = 64
    seed: int = 0
    learning_rate: float = 1.5e-3
    flat_share: float = 0.4
    """Of the steps before the learning rate decays (cosine, to a hundredth)."""
    supervision: float = 0.0
    """Weight of the process supervision: at iteration k one head of the core looks at the k-th blocker. 0: training
    as published, on actions alone."""
    supervision_share: float = 0.9
    """Of the steps over which that weight falls to nothing."""
    curriculum_share: float = 0.0
    """Of the steps over which chains grow from one blocker to the longest; 0: all lengths from the start."""
    hard_weight: float = 2.0
    """How much more often a far reach behind four or more blockers is drawn."""
    carry_weight: float = 0.6
    visited_weight: float = 2.0
    """How much more often a state is drawn that the policy in training got itself into."""
    slide_weight: float = 3.0
    """Of the squared error of a slide: it is rare and exact, and an absolute error leaves it at its median, nothing."""


class TrainingState:
    """A run that can be left and taken up again at any step, with the same numbers as if it had not been."""

    def __init__(self, config: HeadConfig, plan: TrainingPlan) -> None:
        torch.manual_seed(plan.seed)
        self.plan = plan
        self.model = nn.ModuleDict({"head": RecurrentHead(config), "projector": ProprioProjector(config)})
        self.average = copy.deepcopy(self.model)
        """Exponential moving average of the weights: what is exported."""
        width = config.hidden_dim
        head = self.model["head"]
        matrices = [p for name, p in head.named_parameters()
                    if p.ndim == 2 and p.shape[0] % width == 0 and p.shape[1] % width == 0 and name != "action_queries"]
        others = [p for p in self.model.parameters() if not any(p is matrix for matrix in matrices)]
        self.muon = Muon(matrices, width)
        self.adam = torch.optim.AdamW(others, plan.learning_rate, betas=(0.9, 0.98), weight_decay=0.0)
        self.generator = Generator().manual_seed(plan.seed + 1)
        self.step = 0

    @property
    def head(self) -> RecurrentHead:
        return self.average["head"]

    @property
    def projector(self) -> ProprioProjector:
        return self.average["projector"]

    def save(self, path: Path) -> None:
        partial = path.with_suffix(path.suffix + ".part")
        torch.save({
            "plan": asdict(self.plan), "step": self.step, "generator": self.generator.get_state(),
            "model": self.model.state_dict(), "average": self.average.state_dict(),
            "muon": self.muon.state_dict(), "adam": self.adam.state_dict(),
        }, partial)
        partial.replace(path)

    def load(self, path: Path) -> None:
        """Takes up a saved run of the same plan; ValueError when it was another one."""
        stored = torch.load(path, map_location="cpu")
        if stored["plan"] != asdict(self.plan):
            different = [key for key, value in asdict(self.plan).items() if stored["plan"].get(key) != value]
            raise ValueError(f"{path.name} belongs to another plan (different: {', '.join(different)}): remove it or use its plan")
        self.step = stored["step"]
        self.generator.set_state(stored["generator"])
        self.model.load_state_dict(stored["model"])
        self.average.load_state_dict(stored["average"])
        self.muon.load_state_dict(stored["muon"])
        self.adam.load_state_dict(stored["adam"])


def free_memory() -> int:
    """Bytes that could be had without swapping; 0 where the system doesn't say."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"MemAvailable:\s+(\d+) kB", text)
    return int(found.group(1)) * 1024 if found else 0


def open_features(path: Path) -> np.ndarray:
    """(N, V + L, D) float16: in memory where that leaves as much free again, else on disk. Batches touch them at
    random, and a system that reclaims mapped pages as idle would read most of them from disk each time."""
    fits = 2 * path.stat().st_size < free_memory()
    return np.load(path, mmap_mode=None if fits else "r")


class Pool:
    """Demonstrations of one or several recordings with their features, and how often each state is drawn."""

    def __init__(self, recordings: Sequence[Tuple[Demonstrations, Path]], plan: TrainingPlan) -> None:
        self.features = [open_features(path) for _, path in recordings]
        for stored, (demonstrations, path) in zip(self.features, recordings):
            if len(stored) != demonstrations.count:
                raise ValueError(f"{path} has {len(stored)} states, the demonstrations {demonstrations.count}")
        self.starts = np.cumsum([0] + [len(stored) for stored in self.features])

        def joined(name: str) -> Tensor:
            return torch.cat([getattr(demonstrations, name) for demonstrations, _ in recordings])

        self.count = int(self.starts[-1])
        self.proprio, self.chunk, self.held = joined("proprio"), joined("chunk"), joined("held")
        self.depth, self.chain = joined("depth"), joined("chain")
        self.chain[:, 0] = torch.where(self.depth < 0, joined("goal"), self.chain[:, 0])
        """(N, 11): patches to look at one after another, −1 after the last: target and blockers, or where what is
        held has to go."""
        chunk, held = self.chunk, self.held
        moves = chunk[..., :2].abs()
        free = held[:, 0] == 0
        self.is_far = (moves[:, 0].amax(-1) > 0.15) & free
        hard = torch.where(self.depth >= 4, plan.hard_weight, 1.0)
        visited = torch.arange(self.count) >= int(self.starts[1])
        weights = torch.where(free, torch.where(self.is_far, hard, 0.6), plan.carry_weight)
        self.weights = (weights * torch.where(visited, plan.visited_weight, 1.0)).double()
        level = chunk[..., 2].abs() < 1e-6
        closed = chunk[..., 3] > 0
        along = (moves.amax(-1) > 0.1) & (moves.amin(-1) < 1e-6)
        grasped = torch.zeros_like(closed)
        grasped[:, 1:] = (moves[:, :-1].amax(-1) < 1e-6) & level[:, :-1] & closed[:, :-1]
        grasped[:, 0] = (held[:, 0] > 0) & (held[:, 1] == 0)
        self.is_slide = closed & level & along & grasped
        """(N, 8): actions that pull a block out of its slot."""

    def inputs(self, indices: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """h_a (B, 1, 4, D), h_t (B, 1, 68, D), proprio (B, 4)."""
        wanted = indices.numpy()
        tokens = np.empty((len(wanted), *self.features[0].shape[1:]), np.float32)
        for stored, start in zip(self.features, self.starts):
            here = (wanted >= start) & (wanted < start + len(stored))
            tokens[here] = stored[wanted[here] - start]
        batch = torch.from_numpy(tokens)[:, None]
        return batch[:, :, VISION_TOKENS:], batch[:, :, :VISION_TOKENS], self.proprio[indices]


def learning_rate(plan: TrainingPlan, step: int) -> float:
    share = step / plan.steps
    decay = 0.5 * (1 + math.cos(math.pi * max(0.0, (share - plan.flat_share) / (1 - plan.flat_share))))
    return plan.learning_rate * min(1.0, (step + 1) / 100) * (0.01 + 0.99 * decay)


def longest_chain(plan: TrainingPlan, step: int, longest: int) -> int:
    """Blockers of the hardest states that are drawn at this step."""
    if plan.curriculum_share == 0:
        return longest
    return min(longest, 1 + int(step / plan.steps / plan.curriculum_share * longest))


def supervision_loss(weights: List[Tuple[int, Tensor]], chain: Tensor) -> Tensor:
    """−log of the attention that the first head of the core pays at iteration k to the k-th patch of the chain.

    weights: (k from 0, (B, T, C)) of the iterations with gradients; chain (B, 11): patches, −1 after the last.
    """
    counted = chain[:, 0] >= 0
    chain = chain[counted]
    last = (chain >= 0).sum(1).clamp(min=1) - 1
    total = torch.zeros(())
    if len(chain) == 0:
        return total
    for k, attention in weights:
        patch = chain.gather(1, torch.minimum(torch.tensor(k + 1), last)[:, None])
        place = (FIRST_PATCH + patch)[:, None].expand(-1, attention.shape[1], 1)
        total = total - torch.log(attention[counted].gather(2, place) + 1e-5).mean() / len(weights)
    return total


def unroll(
    state: TrainingState, pool: Pool, indices: Tensor, depth: int, watch: bool
) -> Tuple[Tensor, List[Tuple[int, Tensor]]]:
    """a_r (B, T, A) with gradients through the last d iterations, and what the core's first head looked at in them."""
    head: RecurrentHead = state.model["head"]
    h_a, h_t, proprio = pool.inputs(indices)
    s_pre, core, coda = head.encode(h_a, h_t, state.model["projector"](proprio))
    latent = head.draw_state(len(indices), state.generator)
    untracked = max(0, depth - head.config.backprop_depth)
    with torch.no_grad():
        for _ in range(untracked):
            latent = head.step(latent, s_pre, core)
    latent = latent.detach()
    watched: List[Tuple[int, Tensor]] = []
    for k in range(untracked, depth):
        x = head.adapt(latent, s_pre)
        for number, (block, context) in enumerate(zip(head.recurrent, core)):
            x, weights = block.attend_context(block.attend_latents(x), context)
            x = block.feed_forward(x)
            if watch and number == 0:
                watched.append((k, weights[:, 0]))
        latent = head.recurrent_norm(x)
    return head.decode(latent, coda), watched


def train_step(state: TrainingState, pool: Pool) -> float:
    """One update; returns the mean absolute error of the batch. A non-finite gradient is skipped, not applied."""
    plan, model = state.plan, state.model
    allowed = pool.depth <= longest_chain(plan, state.step, int(pool.depth.max()))
    indices = torch.multinomial(pool.weights * allowed, plan.batch, replacement=True, generator=state.generator)
    depth = sample_depth(model["head"].config.mean_recurrence, state.generator)
    weight = plan.supervision * max(0.0, 1 - state.step / plan.steps / plan.supervision_share)
    chunk, watched = unroll(state, pool, indices, depth, watch=weight > 0)
    error = chunk - pool.chunk[indices]
    emphasis = 1 + (plan.slide_weight - 1) * pool.is_slide[indices].float()[..., None]
    loss = error.abs().mean() + 1.2 * (emphasis * error.square()).mean()
    if weight > 0:
        loss = loss + weight * supervision_loss(watched, pool.chain[indices])
    for parameter in model.parameters():
        parameter.grad = None
    loss.backward()
    norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    if bool(torch.isfinite(norm)):
        rate = learning_rate(plan, state.step)
        state.muon.step(rate)
        for group in state.adam.param_groups:
            group["lr"] = rate
        state.adam.step()
        kept = min(0.998, (state.step + 1) / (state.step + 10))
        with torch.no_grad():
            for average, current in zip(state.average.parameters(), model.parameters()):
                average.lerp_(current, 1 - kept)
    state.step += 1
    return error.abs().mean().item()


@torch.no_grad()
def evaluate(state: TrainingState, pool: Pool, depths: Tuple[int, ...], count: int = 2000) -> Dict[str, Any]:
    """Open loop, per depth K: how often the first action of a far reach is right, by blockers, and the mean error."""
    indices = torch.arange(min(count, pool.count))
    h_a, h_t, proprio = pool.inputs(indices)
    latent = state.head.draw_state(len(indices), Generator().manual_seed(5))
    _, chunks = state.head.rollout(h_a, h_t, state.projector(proprio), max(depths), latent)
    wanted, far = pool.chunk[indices], pool.is_far[indices]
    blockers = pool.depth[indices]
    result: Dict[str, Any] = {}
    for k in depths:
        error = (chunks[k - 1] - wanted).abs()
        right = error[:, 0, :2].amax(-1) < 0.16
        by_chain = [right[far & (blockers == chain)].float().mean().item() for chain in range(8)]
        result[f"K{k}"] = {"error": round(error.mean().item(), 4),
                           "reachByChain": [round(share, 2) for share in by_chain]}
    return result


def run_training(
    state: TrainingState,
    pool: Pool,
    checkpoint: Path,
    report: Callable[[int, float], None],
    save_every: int = 200,
    until: Optional[int] = None,
) -> int:
    """Trains up to the plan's last step (or `until`), saving on the way; takes up `checkpoint` where there is one.

    Returns the step it began at. ValueError where the checkpoint is further than `until`.
    """
    if checkpoint.exists():
        state.load(checkpoint)
    last = state.plan.steps if until is None else min(until, state.plan.steps)
    first = state.step
    if first > last:
        raise ValueError(f"{checkpoint} is at step {first}, past {last}: what came before is gone")
    while state.step < last:
        error = train_step(state, pool)
        report(state.step, error)
        if state.step % save_every == 0 or state.step == last:
            state.save(checkpoint)
    return first

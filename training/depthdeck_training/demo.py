"""python3 -m depthdeck_training.demo --work DIR: demonstrations -> backbone -> features -> head -> one checkpoint.

Every stage is kept in DIR and passed over when it is there; training itself goes on from its last save. What DIR must
hold beforehand: `demonstrations/` and `validation/`, from `npm run demonstrations`. Training in rounds (`--rounds`)
also needs, from the second on, what the policy of each earlier round visited: `<run>/visited-1/` and so on.
"""
import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

import torch

from .checkpoints import Policy, save_policy
from .compact import CompactBackbone
from .config import HeadConfig
from .demonstrations import DemonstrationError, Demonstrations
from .pretrain import pretrain, write_features
from .train import Pool, TrainingPlan, TrainingState, evaluate, run_training

WIDTH = 96
DEMO_CONFIG = HeadConfig(
    hidden_dim=WIDTH, num_heads=4, prelude_vlm_layers=(0,), recurrent_vlm_layers=(0,), coda_vlm_layers=(0,),
    action_chunk_len=8, action_dim=4, proprio_dim=4, mean_recurrence=8, backprop_depth=8, rope="none", ffn_multiplier=2,
    gate_init=1.5, proprio_activation="silu",
)
EVALUATED_DEPTHS = (1, 2, 4, 8, 12)
BACKBONE_SEED = 0


class Progress:
    """One line that is rewritten on a terminal, and a line now and then elsewhere."""

    def __init__(self, title: str, total: int) -> None:
        self.title, self.total = title, total
        self.started, self.first, self.shown = time.monotonic(), None, 0.0  # type: float, Optional[int], float
        self.every = 0.5 if sys.stdout.isatty() else 30.0

    def __call__(self, step: int, text: str) -> None:
        now = time.monotonic()
        if self.first is None:
            self.first = step - 1
        if now - self.shown < self.every and step < self.total:
            return
        self.shown = now
        done = max(1, step - self.first)
        left = (now - self.started) / done * (self.total - step)
        line = f"{self.title} {step}/{self.total} ({100 * step / self.total:.0f} %), {left / 60:.1f} min left, {text}"
        end = "\n" if step == self.total or not sys.stdout.isatty() else ""
        print(f"\r{line}" if sys.stdout.isatty() else line, end=end, flush=True)


def backbone_of(work: Path, demonstrations: Demonstrations, steps: int, seed: int) -> CompactBackbone:
    path, made = work / "backbone.pt", work / "backbone.json"
    plan = {"steps": steps, "seed": seed, "states": demonstrations.count}
    if path.exists():
        if json.loads(made.read_text(encoding="utf-8")) != plan:
            raise ValueError(f"{path} was made with {made.read_text(encoding='utf-8').strip()}: use those or another folder")
        backbone = CompactBackbone(WIDTH)
        backbone.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        return backbone.eval()
    progress = Progress("backbone", steps)
    backbone = pretrain(demonstrations, WIDTH, steps, seed,
                        lambda step, right: progress(step, ", ".join(f"{name} {100 * share:.1f} %" for name, share in right.items())))
    made.write_text(json.dumps(plan) + "\n", encoding="utf-8")
    torch.save(backbone.state_dict(), path)
    return backbone


def parse(given: Optional[Sequence[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="depthdeck_training.demo", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True, help="folder of demonstrations, backbone and features")
    parser.add_argument("--run", default="head", help="folder in it for this head: runs share everything else")
    parser.add_argument("--steps", type=int, default=18_000)
    parser.add_argument("--backbone-steps", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--supervision", type=float, default=0.1, help="weight of the process supervision; 0: as published")
    parser.add_argument("--curriculum", type=float, default=0.0, help="share of the steps over which chains grow")
    parser.add_argument("--rounds", type=int, default=1, help="parts of the training; after each the policy's own states are added")
    parser.add_argument("--round", type=int, default=None, help="train up to the end of this one; default: the last")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(given)


def main(given: Optional[Sequence[str]] = None) -> int:
    arguments = parse(given)
    torch.set_num_threads(arguments.threads)
    try:
        train(arguments)
    except (DemonstrationError, ValueError) as error:
        print(f"depthdeck_training: {error}", file=sys.stderr)
        return 1
    return 0


def last_step_of(round_number: int, rounds: int, steps: int) -> int:
    """The first round takes two shares of the steps, the others one: there is nothing to visit before it can reach."""
    return steps * (round_number + 1) // (rounds + 1)


def recordings_of(arguments: argparse.Namespace, backbone: CompactBackbone) -> List[Tuple[Demonstrations, Path]]:
    """The expert's demonstrations and what was visited after earlier rounds, each with its features."""
    work: Path = arguments.work
    run = work / arguments.run
    wanted = [(work / "demonstrations", work / "demonstrations.npy")]
    wanted += [(run / f"visited-{number}", run / f"visited-{number}.npy") for number in range(1, arguments.round)]
    recordings = []
    for folder, features in wanted:
        states = Demonstrations(folder)
        if not features.exists():
            print(f"features of {states.count} {folder.name}", flush=True)
            write_features(backbone, states, features)
        recordings.append((states, features))
    return recordings


def train(arguments: argparse.Namespace) -> None:
    """The stages in turn; ValueError where something in the folder belongs to other options."""
    work: Path = arguments.work
    run = work / arguments.run
    run.mkdir(exist_ok=True)
    arguments.round = arguments.rounds if arguments.round is None else arguments.round
    demonstrations, validation = Demonstrations(work / "demonstrations"), Demonstrations(work / "validation")
    backbone = backbone_of(work, demonstrations, arguments.backbone_steps, BACKBONE_SEED)
    if not (work / "validation.npy").exists():
        write_features(backbone, validation, work / "validation.npy")
    plan = TrainingPlan(steps=arguments.steps, seed=arguments.seed, supervision=arguments.supervision,
                        curriculum_share=arguments.curriculum)
    state = TrainingState(DEMO_CONFIG, plan)
    recordings = recordings_of(arguments, backbone)
    until = last_step_of(arguments.round, arguments.rounds, plan.steps)
    progress = Progress(arguments.run, plan.steps)
    started = time.monotonic()
    first = run_training(state, Pool(recordings, plan), run / "training.pt",
                         lambda step, error: progress(step, f"error {error:.4f}"), until=until)
    seconds = time.monotonic() - started
    print(f"{until - first} steps in {seconds:.0f} s", flush=True)
    open_loop = evaluate(state, Pool([(validation, work / "validation.npy")], plan), EVALUATED_DEPTHS)
    provenance = {"trainedBy": "depthdeck_training.demo", "plan": asdict(plan), "backboneSteps": arguments.backbone_steps,
                  "rounds": arguments.rounds, "round": arguments.round,
                  "states": [states.count for states, _ in recordings], "openLoop": open_loop}
    save_policy(Policy(state.head, state.projector, backbone, provenance), run / "policy.pt")
    (run / "open-loop.json").write_text(json.dumps({"seconds": round(seconds), "openLoop": open_loop}, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(open_loop, indent=1), flush=True)


if __name__ == "__main__":
    sys.exit(main())

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from depthdeck_training.compact import CompactBackbone
from depthdeck_training.config import HeadConfig
from depthdeck_training.demo import last_step_of
from depthdeck_training.demonstrations import BIN_PATCHES, PAD_PATCHES, DemonstrationError, Demonstrations
from depthdeck_training.muon import Muon, orthogonalise
from depthdeck_training.pretrain import pretrain, write_features
from depthdeck_training.products import batched_product
from depthdeck_training.train import (
    FIRST_PATCH, Pool, TrainingPlan, TrainingState, longest_chain, run_training, supervision_loss, train_step,
)

STATES = 48
CONFIG = HeadConfig(
    hidden_dim=16, num_heads=2, prelude_vlm_layers=(0,), recurrent_vlm_layers=(0,), coda_vlm_layers=(0,),
    action_chunk_len=8, action_dim=4, proprio_dim=4, mean_recurrence=3, backprop_depth=3, rope="none",
    ffn_multiplier=2, gate_init=1.5, proprio_activation="silu",
)


def write_demonstrations(folder: Path) -> None:
    """A few states as the recorder writes them: the target in the tray's first cell, its blocker to the right."""
    random = np.random.default_rng(3)
    quantities = {
        "top": ("uint8", [64, 64]), "wrist": ("uint8", [32, 32]), "proprio": ("float32", [4]),
        "chunk": ("float32", [8, 4]), "words": ("uint8", [2]), "cells": ("uint8", [6, 6]), "bins": ("uint8", [4]),
        "held": ("uint8", [2]), "chain": ("int8", [11]),
    }
    arrays = {name: np.zeros((STATES, *shape), kind) for name, (kind, shape) in quantities.items()}
    arrays["top"][:] = random.integers(0, 3, arrays["top"].shape)
    arrays["wrist"][:] = random.integers(0, 3, arrays["wrist"].shape)
    arrays["proprio"][:] = random.uniform(0, 0.05, arrays["proprio"].shape)
    arrays["words"][:] = (2, 1)
    arrays["cells"][:, 0, 0] = 1 + 4 * 2 + 0
    arrays["cells"][:, 0, 1] = 1 + 4 * 5 + 3
    arrays["bins"][:] = (3, 1, 0, 2)
    arrays["chain"][:] = -1
    arrays["chain"][:, :2] = (0, 1)
    arrays["held"][: STATES // 3] = (3, 1)
    # What is to be done follows from the gripper's opening.
    arrays["proprio"][: STATES // 3, 3] = 1
    arrays["chunk"][:] = -0.6
    arrays["chunk"][: STATES // 3] = 0.8
    arrays["chain"][: STATES // 3] = -1
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        array.tofile(folder / f"{name}.bin")
    described = {name: {"type": kind, "shape": shape} for name, (kind, shape) in quantities.items()}
    about = {"format": 1, "states": STATES, "palette": [[0, 0, 0], [128, 128, 128], [255, 255, 255]], "quantities": described}
    (folder / "demonstrations.json").write_text(json.dumps(about))


class WithDemonstrations(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        write_demonstrations(self.folder)

    def pool(self, plan: TrainingPlan) -> Pool:
        demonstrations = Demonstrations(self.folder)
        features = self.folder / "features.npy"
        if not features.exists():
            torch.manual_seed(1)
            write_features(CompactBackbone(16).eval(), demonstrations, features)
        return Pool([(demonstrations, features)], plan)


class Reading(WithDemonstrations):
    def test_places_what_the_tray_holds(self) -> None:
        seen = Demonstrations(self.folder).perception(torch.tensor([STATES - 1, 0]))
        target, blocker = 9, 10
        self.assertEqual(seen["kind"][0, [target, blocker]].tolist(), [3, 6])
        self.assertEqual(seen["direction"][0, [target, blocker]].tolist(), [1, 4])
        # The target leaves to the right, where the other is; that one leaves upwards, where nothing is.
        self.assertEqual(seen["blocker"][0, [target, blocker]].tolist(), [blocker, blocker])
        self.assertEqual(seen["target"].tolist(), [target, -1])
        self.assertEqual(seen["kind"][0, list(BIN_PATCHES)].tolist(), [10, 8, 7, 9])
        self.assertEqual(seen["bin"][0].item(), BIN_PATCHES[1])

    def test_names_what_is_wrong(self) -> None:
        about = self.folder / "demonstrations.json"
        good = about.read_text()
        (self.folder / "chain.bin").write_bytes(b"short")
        with self.assertRaisesRegex(DemonstrationError, "chain.bin has 5 bytes, 528 are expected"):
            Demonstrations(self.folder)
        about.write_text(good.replace('"format": 1', '"format": 2'))
        with self.assertRaisesRegex(DemonstrationError, "format 2, this reads 1"):
            Demonstrations(self.folder)
        about.write_text("{")
        with self.assertRaisesRegex(DemonstrationError, "cannot be read"):
            Demonstrations(self.folder)


class Pools(WithDemonstrations):
    def test_what_is_held_has_a_place_to_go(self) -> None:
        held = np.fromfile(self.folder / "held.bin", np.uint8).reshape(-1, 2)
        held[0], held[1] = (6, 1), (3, 0)
        held.tofile(self.folder / "held.bin")
        goal = Demonstrations(self.folder).goal
        self.assertEqual(goal[[0, 1, 2, STATES - 1]].tolist(), [PAD_PATCHES[0], -1, BIN_PATCHES[1], -1])
        pool = self.pool(TrainingPlan(steps=1))
        self.assertEqual(pool.chain[2].tolist(), [BIN_PATCHES[1]] + [-1] * 10)
        self.assertEqual(pool.chain[STATES - 1, :3].tolist(), [9, 10, -1])

    def test_several_recordings_are_one_pool_with_their_own_weights(self) -> None:
        plan = TrainingPlan(steps=1, visited_weight=3.0)
        alone = self.pool(plan)
        second = self.folder / "second"
        write_demonstrations(second)
        features = np.load(self.folder / "features.npy")
        np.save(second / "features.npy", features[::-1])
        both = Pool([(Demonstrations(self.folder), self.folder / "features.npy"),
                     (Demonstrations(second), second / "features.npy")], plan)
        self.assertEqual(both.count, 2 * STATES)
        self.assertTrue(torch.equal(both.weights[STATES:], 3.0 * alone.weights))
        wanted = torch.tensor([3, STATES + 3, 2 * STATES - 1, 0])
        expected = torch.from_numpy(features[[3, STATES - 4, 0, 0]].astype(np.float32))
        h_a, h_t, _ = both.inputs(wanted)
        self.assertTrue(torch.equal(torch.cat([h_t, h_a], 2)[:, 0], expected))

    def test_features_of_other_states_are_refused(self) -> None:
        self.pool(TrainingPlan(steps=1))
        features = self.folder / "features.npy"
        np.save(features, np.load(features)[1:])
        with self.assertRaisesRegex(ValueError, f"has {STATES - 1} states, the demonstrations {STATES}"):
            self.pool(TrainingPlan(steps=1))


class Products(unittest.TestCase):
    def test_are_those_of_pytorch_with_their_gradients(self) -> None:
        torch.manual_seed(0)
        a = torch.randn(3, 5, 2, 7).transpose(1, 2).requires_grad_()
        b = torch.randn(3, 2, 4, 7).transpose(2, 3).requires_grad_()
        weight = torch.randn(3, 2, 5, 4)
        found = torch.autograd.grad((batched_product(a, b) * weight).sum(), (a, b))
        expected = torch.autograd.grad((torch.matmul(a, b) * weight).sum(), (a, b))
        self.assertTrue(torch.allclose(batched_product(a, b), torch.matmul(a, b), atol=1e-6))
        for one, other in zip(found, expected):
            self.assertTrue(torch.allclose(one, other, atol=1e-5))


class Training(WithDemonstrations):
    def test_taken_up_again_gives_the_same_bits(self) -> None:
        plan = TrainingPlan(steps=8, batch=6, seed=3, supervision=0.1, curriculum_share=0.5)
        whole = TrainingState(CONFIG, plan)
        run_training(whole, self.pool(plan), self.folder / "whole.pt", lambda *_: None, save_every=100)
        checkpoint = self.folder / "parts.pt"
        for until in (3, 5, 8):
            part = TrainingState(CONFIG, plan)
            run_training(part, self.pool(plan), checkpoint, lambda *_: None, save_every=100, until=until)
            self.assertEqual(part.step, until)
        for (name, expected), (_, found) in zip(whole.average.state_dict().items(), part.average.state_dict().items()):
            self.assertTrue(torch.equal(expected, found), name)
        other = TrainingState(CONFIG, TrainingPlan(steps=8, batch=7, seed=3))
        with self.assertRaisesRegex(ValueError, "another plan .*batch"):
            run_training(other, self.pool(plan), checkpoint, lambda *_: None)

    def test_a_round_that_is_over_is_not_trained_again(self) -> None:
        self.assertEqual([last_step_of(number, 4, 100) for number in (1, 2, 3, 4)], [40, 60, 80, 100])
        self.assertEqual(last_step_of(1, 1, 100), 100)
        plan = TrainingPlan(steps=4, batch=4)
        checkpoint = self.folder / "run.pt"
        self.assertEqual(run_training(TrainingState(CONFIG, plan), self.pool(plan), checkpoint, lambda *_: None, until=3), 0)
        self.assertEqual(run_training(TrainingState(CONFIG, plan), self.pool(plan), checkpoint, lambda *_: None), 3)
        with self.assertRaisesRegex(ValueError, "is at step 4, past 2"):
            run_training(TrainingState(CONFIG, plan), self.pool(plan), checkpoint, lambda *_: None, until=2)

    def test_learns_a_handful_of_states_by_heart(self) -> None:
        plan = TrainingPlan(steps=260, batch=12, learning_rate=6e-3)
        state, pool = TrainingState(CONFIG, plan), self.pool(plan)
        errors = [train_step(state, pool) for _ in range(plan.steps)]
        self.assertLess(np.mean(errors[-10:]), 0.4 * np.mean(errors[:10]))

    def test_a_gradient_that_is_not_finite_is_not_applied(self) -> None:
        plan = TrainingPlan(steps=4, batch=4)
        state, pool = TrainingState(CONFIG, plan), self.pool(plan)
        pool.chunk[:] = float("nan")
        before = {name: value.clone() for name, value in state.model.state_dict().items()}
        train_step(state, pool)
        self.assertEqual(state.step, 1)
        for name, value in state.model.state_dict().items():
            self.assertTrue(torch.equal(value, before[name]), name)

    def test_the_curriculum_grows_to_the_longest_chain(self) -> None:
        plan = TrainingPlan(steps=100, curriculum_share=0.5)
        grown = [longest_chain(plan, step, 7) for step in range(100)]
        self.assertEqual([grown[0], grown[49], grown[99]], [1, 7, 7])
        self.assertEqual(grown, sorted(grown))
        self.assertEqual(longest_chain(TrainingPlan(steps=100), 0, 7), 7)

    def test_supervision_wants_the_kth_blocker_at_iteration_k(self) -> None:
        chain = torch.full((2, 11), -1)
        chain[0, :3] = torch.tensor([9, 10, 18])

        def looking_at(patches):
            trace = []
            for k, patch in enumerate(patches):
                attention = torch.full((2, 8, FIRST_PATCH + 68), 1e-6)
                attention[:, :, FIRST_PATCH + patch] = 1.0
                trace.append((k, attention))
            return supervision_loss(trace, chain).item()

        self.assertLess(looking_at([10, 18, 18]), 1e-3)
        self.assertGreater(looking_at([9, 10, 18]), 5)
        self.assertEqual(supervision_loss([(0, torch.ones(1, 8, 73))], torch.full((1, 11), -1)).item(), 0)


class Pretraining(WithDemonstrations):
    def test_is_seeded_and_learns(self) -> None:
        demonstrations = Demonstrations(self.folder)
        reported = []
        first = pretrain(demonstrations, 16, 200, 5, lambda step, accuracy: reported.append((step, accuracy)))
        again = pretrain(demonstrations, 16, 200, 5, lambda *_: None)
        for (name, expected), (_, found) in zip(first.state_dict().items(), again.state_dict().items()):
            self.assertTrue(torch.equal(expected, found), name)
        self.assertEqual([step for step, _ in reported], [100, 200])
        self.assertGreater(reported[-1][1]["kind"], 0.9)


class Orthogonal(unittest.TestCase):
    def test_updates_are_nearly_orthogonal(self) -> None:
        torch.manual_seed(0)
        values = torch.linalg.svdvals(orthogonalise(torch.randn(5, 24, 24)))
        self.assertLess(values.max().item(), 1.3)
        self.assertGreater(values.median().item(), 0.6)

    def test_refuses_matrices_that_are_not_made_of_blocks(self) -> None:
        with self.assertRaisesRegex(ValueError, r"\(24, 10\)"):
            Muon([torch.nn.Parameter(torch.zeros(24, 10))], 8)


if __name__ == "__main__":
    unittest.main()

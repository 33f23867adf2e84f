import contextlib
import io
import json
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Tuple
from unittest import mock

import numpy as np
import torch
from torch import Tensor

from depthdeck_training import bundle as bundle_module
from depthdeck_training.__main__ import main, random_observations
from depthdeck_training.backbones import BackboneAdapter, Camera, Instruction, word_tokenizer
from depthdeck_training.bundle import ExportError, PolicyDescription, digest, export_bundle
from depthdeck_training.checkpoints import Policy, load_policy, save_policy
from depthdeck_training.compact import CompactBackbone
from depthdeck_training.config import HeadConfig
from depthdeck_training.head import ProprioProjector, RecurrentHead
from depthdeck_training.released import CheckpointError
from depthdeck_training.robots import tray_arm

from .test_released import write_released
from .tiny import tiny_config

ROOT = Path(__file__).resolve().parents[2]
DEMO_CONFIG = HeadConfig(
    hidden_dim=96, num_heads=4, prelude_vlm_layers=(0,), recurrent_vlm_layers=(0,), coda_vlm_layers=(0,),
    action_chunk_len=8, action_dim=4, proprio_dim=4, mean_recurrence=8, rope="none", ffn_multiplier=2, gate_init=1.5,
    proprio_activation="silu",
)


def demo_policy(seed: int = 0) -> Policy:
    torch.manual_seed(seed)
    head, backbone = RecurrentHead(DEMO_CONFIG), CompactBackbone(96)
    return Policy(head.eval(), ProprioProjector(DEMO_CONFIG).eval(), backbone.eval(), {"trainedBy": "a test"})


class TokenBackbone(BackboneAdapter):
    """An adapter as a user would write one for a larger model: two hidden layers, made of patches and words."""

    cameras = (Camera("front", 16, 8, mean=(0.5, 0.4, 0.3), std=(0.2, 0.3, 0.4)),)
    instruction = Instruction("pick the {thing}", {"thing": ("cup", "pen")},
                              word_tokenizer(("pick", "the", "cup", "pen")), "[UNK]", 3)

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        width, layers = config.hidden_dim, len(config.backbone_layers)
        self.patches = torch.nn.Conv2d(3, width * layers, 4, 4)
        self.embedding = torch.nn.Embedding(5, width * layers)
        self.layers, self.width = layers, width

    def forward(self, *inputs: Tensor) -> Tuple[Tensor, Tensor]:
        image, tokens = inputs
        split = lambda x: x.reshape(1, -1, self.layers, self.width).transpose(1, 2)  # noqa: E731
        return split(self.patches(image).flatten(2).transpose(1, 2)), split(self.embedding(tokens))


def token_backbone(config: HeadConfig) -> TokenBackbone:
    torch.manual_seed(7)
    return TokenBackbone(config)


class Export(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def run_cli(self, *arguments: str) -> Tuple[int, str]:
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = main(arguments)
        return code, output.getvalue()

    def test_a_checkpoint_becomes_a_bundle_that_the_app_runs(self) -> None:
        checkpoint, out = self.folder / "policy.pt", self.folder / "bundle"
        save_policy(demo_policy(), checkpoint)
        code, said = self.run_cli("export", "--checkpoint", str(checkpoint), "--name", "made-here", "--description", "made by a test",
                                  "--out", str(out))
        self.assertEqual(code, 0, said)
        manifest = json.loads((out / "manifest.json").read_text())
        self.assertLess(manifest["parity"]["chain"]["state"], 1e-4)
        self.assertEqual([variant["precision"] for variant in manifest["variants"]], ["float32", "int8"])
        self.assertGreater(manifest["variants"][1]["maxActionError"], manifest["variants"][0]["maxActionError"])
        self.assertEqual(manifest["provenance"]["trainedBy"], "a test")
        self.assertEqual(manifest["layers"], {"prelude": [0], "core": [0], "coda": [0]})
        self.assertEqual({path.name for path in out.iterdir()} - {"manifest.json"},
                         {file["path"] for file in manifest["files"]})
        for file in manifest["files"]:
            self.assertEqual(file["sha256"], digest(out / file["path"]))
        app = ROOT / "out" / "main" / "benchMemory.cjs"
        if not app.exists():
            self.skipTest("the app is not built: npm run build")
        done = subprocess.run(["node", str(app), "--bundle", str(out), "--iterations", "64"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertLess(json.loads(done.stdout)["selfTest"]["maxStateError"], 1e-4)

    def test_a_released_checkpoint_with_a_users_own_backbone(self) -> None:
        source, out = self.folder / "released", self.folder / "bundle"
        source.mkdir()
        write_released(source, tiny_config(action_dim=7, proprio_dim=8))
        robot = ROOT / "training" / "robots" / "libero.json"
        code, said = self.run_cli(
            "export", "--released", str(source), "--backbone", "tests.test_export:token_backbone", "--robot", str(robot),
            "--name", "libero-10", "--description", "made by a test", "--no-int8", "--out", str(out),
        )
        self.assertEqual(code, 0, said)
        manifest = json.loads((out / "manifest.json").read_text())
        self.assertEqual(manifest["dims"]["backboneLayers"], 3)
        self.assertEqual(manifest["layers"], {"prelude": [2, 7], "core": [7, 7], "coda": [4]})
        self.assertEqual(manifest["cameras"][0]["normalisation"]["std"], [0.2, 0.3, 0.4])
        self.assertEqual([len(manifest["robot"][what]["dimensions"]) for what in ("action", "proprioception")], [7, 8])
        self.assertEqual(manifest["robot"]["action"]["statistics"]["mask"], [True] * 6 + [False])
        self.assertEqual(manifest["defaults"]["stopping"]["threshold"], 1e-3)
        self.assertIn("action_head--120000", manifest["provenance"]["released"])

    def test_weights_of_large_graphs_travel_beside_them(self) -> None:
        policy = demo_policy()
        description = PolicyDescription("large", "1", "", tray_arm(), {}, 10.0)
        observations = random_observations(policy.backbone, tray_arm(), 1, 1)
        manifest = export_bundle(policy.head, policy.projector, policy.backbone, description, observations, self.folder,
                                 int8=False, largest_graph_bytes=700_000)
        graphs = manifest["variants"][0]["graphs"]
        moved = {name for name, graph in graphs.items() if graph["externalData"]}
        self.assertIn("backbone", moved)
        self.assertNotIn("coda", moved)
        listed = {file["path"]: file["bytes"] for file in manifest["files"]}
        self.assertGreater(listed["backbone.weights.bin"], 500_000)
        self.assertLess(listed["backbone.onnx"], 100_000)

    def test_an_export_that_is_off_is_refused(self) -> None:
        policy = demo_policy()
        description = PolicyDescription("off", "1", "", tray_arm(), {}, 10.0)
        observations = random_observations(policy.backbone, tray_arm(), 1, 1)
        with mock.patch.object(bundle_module, "STATE_TOLERANCE", 1e-12):
            with self.assertRaisesRegex(ExportError, "states differ from PyTorch by .* 1e-12 is allowed"):
                export_bundle(policy.head, policy.projector, policy.backbone, description, observations, self.folder)
        with mock.patch.object(bundle_module, "LARGEST_FILE_BYTES", 1000):
            with self.assertRaisesRegex(ExportError, "the backbone has .* files end at 2 GiB"):
                export_bundle(policy.head, policy.projector, policy.backbone, description, observations, self.folder)
        with self.assertRaisesRegex(ExportError, "--no-int8"):
            export_bundle(policy.head, policy.projector, policy.backbone, description, observations, self.folder,
                          largest_graph_bytes=1000)
        with self.assertRaisesRegex(ExportError, "at least one observation"):
            export_bundle(policy.head, policy.projector, policy.backbone, description, [], self.folder)

    def test_what_cannot_be_exported_says_why(self) -> None:
        out = ("--name", "x", "--description", "y", "--out", str(self.folder / "out"))
        bad = self.folder / "bad.pt"
        bad.write_bytes(b"nothing")
        for arguments, message in (
            (("--checkpoint", str(bad)), "bad.pt is not a readable checkpoint"),
            (("--checkpoint", str(self.folder / "none.pt")), "none.pt is not a readable checkpoint"),
            (("--released", str(self.folder)), "--released needs --backbone"),
            (("--released", str(self.folder), "--backbone", "a:b"), "has no action_head_config"),
        ):
            code, said = self.run_cli("export", *arguments, *out)
            self.assertEqual(code, 1)
            self.assertIn(message, said)
        write_released(self.folder, tiny_config())
        for backbone, message in (("json", "package.module:factory"), ("nowhere:made", "No module named"),
                                  ("json:dumps", "not a BackboneAdapter")):
            with mock.patch.object(json, "dumps", lambda _: "text"):
                code, said = self.run_cli("export", "--released", str(self.folder), "--backbone", backbone, *out)
            self.assertEqual(code, 1)
            self.assertIn(message, said)


class OwnCheckpoints(unittest.TestCase):
    def test_survive_a_round_trip_and_name_what_is_broken(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "policy.pt"
            policy = demo_policy(3)
            save_policy(policy, path)
            loaded = load_policy(path)
            for name in ("head", "projector", "backbone"):
                for key, value in getattr(policy, name).state_dict().items():
                    self.assertTrue(torch.equal(value, getattr(loaded, name).state_dict()[key]), f"{name}.{key}")
            content = torch.load(path)
            for change, message in (
                ({"format": 2}, "no checkpoint of this version"),
                ({"config": "{}"}, "config: the config lacks hidden_dim"),
                ({"head": {}}, "policy.pt: head lacks action_queries"),
            ):
                torch.save({**content, **change}, path)
                with self.assertRaisesRegex(CheckpointError, message):
                    load_policy(path)


class Words(unittest.TestCase):
    def test_unknown_words_are_refused(self) -> None:
        instruction = CompactBackbone.instruction
        self.assertEqual(len(instruction.encode("put the red block in the blue bin")), instruction.tokens)
        with self.assertRaisesRegex(ValueError, "'pink'"):
            instruction.encode("put the pink block in the blue bin")

    def test_the_backbone_refuses_a_word_that_is_no_colour(self) -> None:
        backbone = CompactBackbone(24)
        images = torch.zeros(1, 3, 64, 64), torch.zeros(1, 3, 32, 32)
        good = torch.tensor([CompactBackbone.instruction.encode("put the red block in the blue bin")])
        self.assertEqual([tuple(t.shape) for t in backbone(*images, good)], [(1, 1, 68, 24), (1, 1, 4, 24)])
        bad = torch.tensor(np.zeros((1, 8), dtype=np.int64))
        with self.assertRaises(IndexError):
            backbone(*images, bad)


if __name__ == "__main__":
    unittest.main()

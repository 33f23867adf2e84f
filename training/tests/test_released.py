import json
import pickle
import tempfile
import unittest
from pathlib import Path

import torch

from depthdeck_training.config import HeadConfig, released_config
from depthdeck_training.head import ProprioProjector, RecurrentHead
from depthdeck_training.released import CheckpointError, load_released

from .tiny import tiny_config


def write_released(folder: Path, config: HeadConfig, prefix: str = "module.model.", dtype=torch.bfloat16) -> RecurrentHead:
    """A folder as released, with random weights of `config`'s sizes. Returns the head in float32."""
    torch.manual_seed(0)
    head, projector = RecurrentHead(config), ProprioProjector(config)
    with torch.no_grad():
        for block in [*head.prelude, *head.recurrent, *head.coda]:
            block.gate.fill_(0.5)
    for module in (head, projector):
        module.to(dtype).to(torch.float32)
    save = lambda module, name, before: torch.save(  # noqa: E731
        {f"{before}{key}": value.to(dtype) for key, value in module.state_dict().items()}, folder / name
    )
    save(head, "action_head--120000_checkpoint.pt", prefix)
    save(projector, "proprio_projector--120000_checkpoint.pt", "module.")
    keys = ("hidden_dim num_heads prelude_vlm_layers recurrent_vlm_layers coda_vlm_layers action_chunk_len action_dim "
            "mean_recurrence backprop_depth init_std rms_norm_eps rope_base ffn_multiplier").split()
    given = {key: value for key, value in config.to_json().items() if key in keys}
    (folder / "action_head_config--120000.json").write_text(
        json.dumps({"_type": "recurrent", "random_iterations": True, "use_persistent_memory": False, **given})
    )

    def statistics(size: int, **more):
        return {"q01": [-1.0] * size, "q99": [2.0] * size, "mean": [0.0] * size, "std": [1.0] * size, **more}

    mask = [True] * (config.action_dim - 1) + [False]
    (folder / "dataset_statistics.json").write_text(json.dumps({
        "libero_10_no_noops": {
            "action": statistics(config.action_dim, mask=mask), "proprio": statistics(config.proprio_dim)
        }
    }))
    return head


class Released(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def refused(self, message: str, **options) -> None:
        with self.assertRaisesRegex(CheckpointError, message):
            load_released(self.folder, **options)

    def test_reads_a_full_size_checkpoint(self) -> None:
        config = released_config()
        head = write_released(self.folder, config)
        loaded = load_released(self.folder)
        self.assertEqual(loaded.head.config, config)
        self.assertEqual(sum(p.numel() for p in loaded.head.parameters()), sum(p.numel() for p in head.parameters()))
        for (name, expected), (_, found) in zip(head.state_dict().items(), loaded.head.state_dict().items()):
            self.assertTrue(torch.equal(expected, found), name)
        self.assertEqual(loaded.statistics["action"]["mask"], [True] * 6 + [False])
        self.assertEqual(loaded.source, "action_head--120000_checkpoint.pt (libero_10_no_noops)")

    def test_prefixes_and_precision_do_not_matter(self) -> None:
        for prefix, dtype in (("", torch.float32), ("model.", torch.float32), ("module._orig_mod.model.", torch.bfloat16)):
            head = write_released(self.folder, tiny_config(), prefix, dtype)
            found = load_released(self.folder).head.state_dict()
            for name, expected in head.state_dict().items():
                self.assertTrue(torch.equal(expected, found[name]), name)

    def test_a_flat_range_is_not_scaled(self) -> None:
        write_released(self.folder, tiny_config())
        path = self.folder / "dataset_statistics.json"
        content = json.loads(path.read_text())
        content["libero_10_no_noops"]["proprio"]["q99"][2] = -1.0
        path.write_text(json.dumps(content))
        proprio = load_released(self.folder).statistics["proprio"]
        self.assertEqual([proprio["mask"][2], proprio["low"][2], proprio["high"][2]], [False, -1.0, 0.0])

    def test_bad_checkpoints_are_refused_by_name(self) -> None:
        config = tiny_config()

        def resave(change) -> None:
            write_released(self.folder, config)
            path = self.folder / "action_head--120000_checkpoint.pt"
            tensors = torch.load(path)
            change(tensors)
            torch.save(tensors, path)

        def poison(tensors) -> None:
            tensors["module.model.adapter.weight"][0, 0] = float("nan")

        cases = [
            (lambda t: t.pop("module.model.coda.0.gate"), "lacks coda.0.gate"),
            (lambda t: t.update({"module.model.memory.weight": torch.zeros(1)}), "has memory.weight, which this head"),
            (lambda t: t.update({"module.model.gamma_adapt": torch.zeros(2)}), r"gamma_adapt is \[2\], the config makes it \[1\]"),
            (poison, "adapter.weight holds values that are not finite"),
            (lambda t: t.update({"module.model.adapter.weight": "hello"}), "not a state dict of tensors"),
        ]
        for change, message in cases:
            resave(change)
            self.refused(message)

    def test_a_file_that_would_run_code_does_not(self) -> None:
        write_released(self.folder, tiny_config())
        marker = self.folder / "executed"

        class Hostile:
            def __reduce__(self):
                return (Path.touch, (marker,))

        with (self.folder / "action_head--120000_checkpoint.pt").open("wb") as file:
            pickle.dump({"weight": Hostile()}, file)
        self.refused("not a readable checkpoint")
        torch.save({"weight": Hostile()}, self.folder / "action_head--120000_checkpoint.pt")
        self.refused("not a readable checkpoint")
        self.assertFalse(marker.exists())

    def test_missing_double_and_broken_files_are_named(self) -> None:
        self.refused(r"has no action_head_config--\*.json")
        write_released(self.folder, tiny_config())
        config_file = self.folder / "action_head_config--120000.json"
        good = config_file.read_text()
        config_file.write_text("{")
        self.refused("action_head_config--120000.json cannot be read")
        config_file.write_text(json.dumps({**json.loads(good), "use_persistent_memory": True}))
        self.refused("action_head_config--120000.json: use_persistent_memory")
        config_file.write_text(json.dumps({**json.loads(good), "hidden_dim": 48}))
        self.refused("the config makes it")
        config_file.write_text(good)
        (self.folder / "action_head--5_checkpoint.pt").write_bytes(b"")
        self.refused("several action_head--")
        (self.folder / "action_head--120000_checkpoint.pt").unlink()
        self.refused("action_head--5_checkpoint.pt is not a readable checkpoint")

    def test_statistics_are_checked(self) -> None:
        write_released(self.folder, tiny_config())
        path = self.folder / "dataset_statistics.json"
        content = json.loads(path.read_text())
        path.write_text(json.dumps({**content, "other": content["libero_10_no_noops"]}))
        self.refused("several datasets")
        self.refused("no dataset nowhere", dataset="nowhere")
        self.assertIn("(other)", load_released(self.folder, dataset="other").source)
        content["libero_10_no_noops"]["action"]["q01"].append(0.0)
        path.write_text(json.dumps(content))
        self.refused("5 q01, 4 q99, 4 mask")
        del content["libero_10_no_noops"]["action"]["q01"]
        path.write_text(json.dumps(content))
        self.refused("action lacks q01")


if __name__ == "__main__":
    unittest.main()

"""python3 -m depthdeck_training export … : a checkpoint becomes a policy bundle that Depthdeck opens."""
import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
import torch

from .backbones import BackboneAdapter
from .bundle import ExportError, Observation, PolicyDescription, export_bundle
from .checkpoints import load_policy
from .compact import BLOCK_COLOURS
from .config import ConfigError, HeadConfig
from .demonstrations import DemonstrationError, Demonstrations
from .onnx_files import MissingOnnx
from .released import CheckpointError, load_released
from .robots import from_statistics, si_range, tray_arm

REFERENCE_DEFAULTS: Dict[str, Any] = {
    "stopping": {"kind": "actionMse", "threshold": 1e-3, "minIterations": 2, "patience": 1},
    "horizon": {"kind": "linearDecay"},
    "maxIterations": 32,
}
"""What the published evaluation uses when nothing else is chosen."""


class UsageError(RuntimeError):
    """The command line asks for something that can't be done; the message says what to give instead."""


def random_observations(backbone: BackboneAdapter, robot: Dict[str, Any], count: int, seed: int) -> List[Observation]:
    """Observations of noise: enough to compare graphs with, and for a fixture. The same for the same seed."""
    random = np.random.default_rng(seed)
    low, high = (np.array(side) for side in si_range(robot["proprioception"]["statistics"]))
    made = []
    for _ in range(count):
        proprio = random.uniform(-1, 1, len(low)).astype(np.float32)
        values = {name: options[int(random.integers(len(options)))] for name, options in backbone.instruction.values.items()}
        made.append(Observation(
            images={camera.name: random.integers(0, 256, (camera.height, camera.width, 3), dtype=np.uint8)
                    for camera in backbone.cameras},
            proprio=proprio,
            proprio_si=((low + high) / 2 + (high - low) / 2 * proprio).astype(np.float32),
            instruction=backbone.instruction.template.format(**values),
        ))
    return made


def demonstrated_observations(folder: Path, backbone: BackboneAdapter, count: int) -> List[Observation]:
    """The first recorded states, as the app would see them."""
    demonstrations = Demonstrations(folder)
    low, high = (np.array(side) for side in si_range(tray_arm()["proprioception"]["statistics"]))
    made = []
    for index in range(min(count, demonstrations.count)):
        top, wrist = demonstrations.images(np.array([index]))
        block, bin_colour = (BLOCK_COLOURS[int(colour)] for colour in demonstrations.colours[index])
        proprio = demonstrations.proprio[index].numpy().astype(np.float32)
        made.append(Observation(
            images={camera.name: (image[0].permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
                    for camera, image in zip(backbone.cameras, (top, wrist))},
            proprio=proprio,
            proprio_si=((low + high) / 2 + (high - low) / 2 * proprio).astype(np.float32),
            instruction=backbone.instruction.template.format(blockColour=block, binColour=bin_colour),
        ))
    return made


def load_backbone(reference: str, config: HeadConfig) -> BackboneAdapter:
    """`package.module:factory` -> factory(config): a user's own adapter, see backbones.py."""
    module_name, _, factory_name = reference.partition(":")
    if not factory_name:
        raise UsageError(f"--backbone is package.module:factory, not {reference!r}")
    try:
        factory = getattr(importlib.import_module(module_name), factory_name)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"--backbone {reference}: {error}") from error
    backbone = factory(config)
    if not isinstance(backbone, BackboneAdapter):
        raise UsageError(f"--backbone {reference} gave a {type(backbone).__name__}, not a BackboneAdapter")
    return backbone


def export(arguments: argparse.Namespace) -> None:
    robot = json.loads(arguments.robot.read_text(encoding="utf-8")) if arguments.robot else tray_arm()
    if arguments.released is not None:
        if arguments.backbone is None:
            raise UsageError("--released needs --backbone package.module:factory: the head alone sees nothing")
        checkpoint = load_released(arguments.released, arguments.dataset)
        head, projector = checkpoint.head, checkpoint.projector
        backbone = load_backbone(arguments.backbone, head.config)
        robot = from_statistics(robot, checkpoint.statistics)
        provenance: Dict[str, Any] = {"released": checkpoint.source}
    else:
        policy = load_policy(arguments.checkpoint)
        head, projector, backbone, provenance = policy.head, policy.projector, policy.backbone, policy.provenance
    description = PolicyDescription(
        name=arguments.name,
        version=arguments.version,
        description=arguments.description,
        robot=robot,
        defaults=json.loads(arguments.defaults.read_text(encoding="utf-8")) if arguments.defaults else REFERENCE_DEFAULTS,
        control_rate_hz=arguments.control_rate,
        provenance=provenance,
    )
    observations = (
        demonstrated_observations(arguments.demonstrations, backbone, arguments.observations)
        if arguments.demonstrations
        else random_observations(backbone, robot, arguments.observations, seed=11)
    )
    manifest = export_bundle(head, projector, backbone, description, observations, arguments.out, int8=not arguments.no_int8)
    chain = manifest["parity"]["chain"]
    print(f"Largest difference to PyTorch over 12 iterations: state {chain['state']:.2e}, action {chain['action']:.2e}")
    for variant in manifest["variants"]:
        print(f"  {variant['precision']}: largest action error {variant['maxActionError']:.2e}")
    total = sum(file["bytes"] for file in manifest["files"])
    print(f"Wrote {total / 1e6:.2f} MB to {arguments.out}")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="depthdeck_training", description=__doc__)
    commands = made.add_subparsers(dest="command", required=True)
    one = commands.add_parser("export", help="checkpoint -> policy bundle")
    source = one.add_mutually_exclusive_group(required=True)
    source.add_argument("--checkpoint", type=Path, help="a checkpoint of this package")
    source.add_argument("--released", type=Path, help="folder with the released layout")
    one.add_argument("--dataset", help="which dataset's statistics, where there are several")
    one.add_argument("--backbone", help="package.module:factory that makes a BackboneAdapter from the HeadConfig")
    one.add_argument("--robot", type=Path, help="JSON of the manifest's robot section (default: the bench's arm)")
    one.add_argument("--defaults", type=Path, help="JSON with stopping, horizon and maxIterations")
    one.add_argument("--control-rate", type=float, default=10.0, help="actions per second")
    one.add_argument("--observations", type=int, default=4, help="how many observations to compare with")
    one.add_argument("--demonstrations", type=Path, help="recorded states to take them from (default: noise)")
    one.add_argument("--no-int8", action="store_true", help="float32 graphs only")
    one.add_argument("--name", required=True)
    one.add_argument("--version", default="0.1.0")
    one.add_argument("--description", required=True, help="what it does and how it was made, for people")
    one.add_argument("--out", type=Path, required=True, help="bundle folder to write")
    return made


def main(given: Optional[Sequence[str]] = None) -> int:
    arguments = parser().parse_args(given)
    torch.set_num_threads(1)
    try:
        export(arguments)
    except (CheckpointError, ConfigError, DemonstrationError, ExportError, MissingOnnx, UsageError, OSError) as error:
        print(f"depthdeck_training: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

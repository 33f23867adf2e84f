"""The robots that policies are exported for, as the manifest's `robot` section describes them."""
from typing import Any, Dict, List, Mapping, Tuple

METRES_PER_UNIT = 0.25
"""The TrayPick bench's unit square is 25 cm wide."""
STEP_UNITS = 0.25
"""What a normalised action of 1 moves along an axis."""
Z_HIGH_UNITS = 0.2


def tray_arm() -> Dict[str, Any]:
    """The simulated arm over the TrayPick bench: end-effector deltas in metres, gripper opening 0…1."""
    reach = STEP_UNITS * METRES_PER_UNIT
    dimensions = [{"name": axis, "unit": "m"} for axis in "xyz"] + [{"name": "gripper", "unit": "opening"}]
    return {
        "name": "tray-arm",
        "action": {
            "kind": "endEffectorDelta",
            "gripper": {"dimension": 3, "kind": "binary", "closesAbove": 0, "opensBelow": 0},
            "dimensions": dimensions,
            "statistics": {"kind": "bounds", "low": [-reach] * 3 + [1], "high": [reach] * 3 + [0]},
        },
        "proprioception": {
            "dimensions": dimensions,
            "statistics": {
                "kind": "bounds",
                "low": [0, 0, 0, 1],
                "high": [METRES_PER_UNIT, METRES_PER_UNIT, Z_HIGH_UNITS * METRES_PER_UNIT, 0],
            },
        },
    }


def from_statistics(robot: Mapping[str, Any], statistics: Mapping[str, Mapping[str, Any]]) -> Dict[str, Any]:
    """A robot section whose ranges are a dataset's own (`released.read_statistics`)."""
    return {
        **robot,
        "action": {**robot["action"], "statistics": dict(statistics["action"])},
        "proprioception": {**robot["proprioception"], "statistics": dict(statistics["proprio"])},
    }


def si_range(statistics: Mapping[str, Any]) -> Tuple[List[float], List[float]]:
    """What −1 and +1 stand for, per dimension; a masked one stands for itself."""
    mask = statistics.get("mask", [True] * len(statistics["low"]))
    low = [value if keep else -1.0 for value, keep in zip(statistics["low"], mask)]
    high = [value if keep else 1.0 for value, keep in zip(statistics["high"], mask)]
    return low, high

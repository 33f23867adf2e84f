"""Writing graphs as ONNX: export with static shapes, weights outside the file, dynamic int8 weights."""
import inspect
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from .graphs import OPSET, Graph


class MissingOnnx(RuntimeError):
    """The onnx package is needed and not installed."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} needs the onnx package (Debian: apt-get install python3-onnx; elsewhere: pip install onnx)")


def import_onnx(what: str):
    try:
        import onnx
        import onnx.checker
        import onnx.helper
        import onnx.numpy_helper
    except ImportError as error:
        raise MissingOnnx(what) from error
    return onnx


def export_graph(graph: Graph, example: Mapping[str, Tensor], folder: Path) -> None:
    """Writes `graph` with the shapes of `example` (tensors by contract name): what isn't dynamic is constant."""
    newer: Dict[str, Any] = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    torch.onnx.export(
        graph.module.eval(),
        tuple(example[name] for name in graph.inputs),
        str(folder / graph.file),
        input_names=graph.inputs,
        output_names=graph.outputs,
        opset_version=OPSET,
        do_constant_folding=True,
        **newer,
    )


def move_weights_out(path: Path) -> List[str]:
    """Rewrites a graph so that its weights lie in `<name>.weights.bin` beside it; returns the weight files' names."""
    onnx = import_onnx("writing weights outside a graph")
    model = onnx.load(str(path))
    location = f"{path.stem}.weights.bin"
    (path.parent / location).unlink(missing_ok=True)
    onnx.save_model(model, str(path), save_as_external_data=True, all_tensors_to_one_file=True, location=location,
                    size_threshold=1024)
    return [location]


SMALLEST_QUANTISED = 4096
"""Products with fewer weights than this gain nothing."""


def quantise_weights(source: Path, target: Path) -> int:
    """Dynamic int8 quantisation: weights per output channel, activations per call. Returns how many products changed.

    Every MatMul with a constant right-hand matrix W becomes DynamicQuantizeLinear → MatMulInteger → Cast → Mul:
    x·W ≈ scale_x·scale_W·((q_x − z_x)·q_W), with q_W = round(W / scale_W) in −127…127 and scale_W = max|W| / 127 per
    column. ONNX Runtime fuses the four into one kernel. Source: ONNX operator specification, opset 17.
    """
    onnx = import_onnx("int8 quantisation")
    helper, numpy_helper = onnx.helper, onnx.numpy_helper
    model = onnx.load(str(source))
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    uses: Dict[str, int] = {}
    for node in model.graph.node:
        for name in node.input:
            uses[name] = uses.get(name, 0) + 1
    nodes: List[Any] = []
    quantised_inputs: Dict[str, Sequence[str]] = {}
    added: List[Any] = []
    removed = set()
    count = 0
    for node in model.graph.node:
        weight = weights.get(node.input[1]) if node.op_type == "MatMul" else None
        if weight is None or len(weight.dims) != 2 or int(np.prod(weight.dims)) < SMALLEST_QUANTISED:
            nodes.append(node)
            continue
        matrix = numpy_helper.to_array(weight).astype(np.float64)
        scale = np.abs(matrix).max(0) / 127
        scale[scale == 0] = 1
        stem = f"{node.output[0]}_int8"
        added += [
            numpy_helper.from_array(np.clip(np.round(matrix / scale), -127, 127).astype(np.int8), f"{stem}_weight"),
            numpy_helper.from_array(scale.astype(np.float32), f"{stem}_scale"),
            numpy_helper.from_array(np.array(0, np.int8), f"{stem}_zero"),
        ]
        source_name = node.input[0]
        if source_name not in quantised_inputs:
            names = [f"{source_name}_q8", f"{source_name}_q8_scale", f"{source_name}_q8_zero"]
            nodes.append(helper.make_node("DynamicQuantizeLinear", [source_name], names))
            quantised_inputs[source_name] = names
        values, value_scale, value_zero = quantised_inputs[source_name]
        nodes += [
            helper.make_node("MatMulInteger", [values, f"{stem}_weight", value_zero, f"{stem}_zero"], [f"{stem}_sum"]),
            helper.make_node("Cast", [f"{stem}_sum"], [f"{stem}_float"], to=onnx.TensorProto.FLOAT),
            helper.make_node("Mul", [value_scale, f"{stem}_scale"], [f"{stem}_both"]),
            helper.make_node("Mul", [f"{stem}_float", f"{stem}_both"], [node.output[0]]),
        ]
        if uses[node.input[1]] == 1:
            removed.add(node.input[1])
        count += 1
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    kept = [tensor for tensor in model.graph.initializer if tensor.name not in removed]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept + added)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))
    return count

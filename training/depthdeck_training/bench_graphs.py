"""Full-size graphs without their weights, for `npm run bench:policy`: topology from PyTorch, random numbers at run time.

    python3 -m depthdeck_training.bench_graphs ../resources/bench

Timing needs shapes, not values: the repository carries a few hundred kilobytes instead of half a gigabyte.
"""
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, List

import torch
from torch import Generator

from .bundle import write_json
from .config import HeadConfig, released_config
from .graphs import Graph, UnhoistedPrelude, UnhoistedStep, head_graphs
from .head import ProprioProjector, RecurrentHead
from .onnx_files import export_graph, import_onnx, quantise_weights

LATENT_TOKENS, VISION_TOKENS = 64, 512
KEPT_BYTES = 32 * 1024
"""Tensors up to this size stay in the graph: norms, rotary tables, scales."""


def examples(head: RecurrentHead, projector: ProprioProjector) -> Dict[str, torch.Tensor]:
    """Random inputs of every graph, by name."""
    config, generator = head.config, Generator().manual_seed(1)
    layers = len(config.backbone_layers)

    def noise(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    proprio = noise(1, config.proprio_dim)
    return {
        "h_a": noise(1, layers, LATENT_TOKENS, config.hidden_dim),
        "h_t": noise(1, layers, VISION_TOKENS, config.hidden_dim),
        "proprio": proprio,
        "token": projector(proprio),
        "state": head.draw_state(1, generator),
        "prev_action": torch.zeros(1, config.action_chunk_len, config.action_dim),
    }


def strip_weights(source: Path, target: Path) -> List[Dict[str, Any]]:
    """Writes the graph with its large tensors as references into `<name>.weights.bin`; says what belongs there."""
    onnx = import_onnx("stripping weights")
    model = onnx.load(str(source))
    offset, tensors = 0, []
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.nbytes <= KEPT_BYTES:
            continue
        tensors.append({"type": str(values.dtype), "count": int(values.size), "byteOffset": offset,
                        "std": float(values.astype("float64").std())})
        shape, kind, name = list(tensor.dims), tensor.data_type, tensor.name
        tensor.Clear()
        tensor.name, tensor.data_type = name, kind
        tensor.dims.extend(shape)
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (("location", f"{target.stem}.weights.bin"), ("offset", offset), ("length", values.nbytes)):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, str(value)
        # Page-aligned, so that the runtime may map the file.
        offset += -(-values.nbytes // 4096) * 4096
    onnx.save(model, str(target))
    return tensors


def product(source: Path, size: int) -> None:
    """A bare matrix product of two inputs: what the machine can compute at best."""
    onnx = import_onnx("the product graph")
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    values = [helper.make_tensor_value_info(name, kind, [size, size]) for name in ("a", "b", "c")]
    graph = helper.make_graph([helper.make_node("MatMul", ["a", "b"], ["c"])], "product", values[:2], values[2:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(source))


PRODUCT_SIZE = 1024


def write_bench_graphs(folder: Path, config: HeadConfig) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    head, projector = RecurrentHead(config).eval(), ProprioProjector(config).eval()
    with torch.no_grad(), tempfile.TemporaryDirectory() as scratch:
        example = examples(head, projector)
        hoisted = head_graphs(head, projector)
        prelude = hoisted[0]
        example.update(zip(prelude.outputs, prelude.module(*(example[name] for name in prelude.inputs))))
        plain = [
            Graph("unhoisted_prelude", UnhoistedPrelude(head), ["h_a", "h_t", "token"], ["s_pre"]),
            Graph("unhoisted", UnhoistedStep(head), ["state", "s_pre", "h_a", "h_t", "token"], ["state_next", "action"]),
        ]
        described: Dict[str, Any] = {}

        def add(name: str, graph: Graph, source: Path) -> None:
            described[name] = {
                "file": f"{name}.onnx",
                "inputs": {tensor: list(example[tensor].shape) for tensor in graph.inputs},
                "outputs": graph.outputs,
                "weights": strip_weights(source, folder / f"{name}.onnx"),
            }

        for graph in [*hoisted, *plain]:
            export_graph(graph, example, Path(scratch))
            add(graph.name, graph, Path(scratch) / graph.file)
        for graph in hoisted[1:]:
            source = Path(scratch) / f"{graph.name}_int8.onnx"
            quantise_weights(Path(scratch) / graph.file, source)
            add(f"{graph.name}_int8", graph, source)
    product(folder / "product.onnx", PRODUCT_SIZE)
    write_json(folder / "graphs.json", {"config": config.to_json(), "productSize": PRODUCT_SIZE, "graphs": described})


if __name__ == "__main__":
    write_bench_graphs(Path(sys.argv[1]), released_config())

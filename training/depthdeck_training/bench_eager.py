"""PyTorch eager as the reference runs, one measurement per line asked for: `npm run bench:policy` starts this.

stdin: `prelude` or `iteration`; stdout: milliseconds, one number a line, after a first line of JSON about this PyTorch.
"""
import json
import subprocess
import sys
import time

import torch

from .bench_graphs import examples
from .config import released_config
from .graphs import UnhoistedPrelude, UnhoistedStep
from .head import ProprioProjector, RecurrentHead


def blas() -> str:
    """The BLAS that PyTorch is linked with, as far as the system's alternatives tell."""
    known = torch.__config__.show()
    if "MKL" in known and "BLAS_INFO=mkl" in known:
        return "MKL"
    try:
        listed = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return "unknown"
    return "OpenBLAS" if "libopenblas" in listed else "reference BLAS"


def main() -> None:
    torch.set_num_threads(1)
    config = released_config()
    torch.manual_seed(0)
    head, projector = RecurrentHead(config).eval(), ProprioProjector(config).eval()
    prelude, iteration = UnhoistedPrelude(head), UnhoistedStep(head)
    with torch.no_grad():
        given = examples(head, projector)
        tokens = given["h_a"], given["h_t"], given["token"]
        s_pre = prelude(*tokens)
        print(json.dumps({"torch": torch.__version__, "blas": blas(), "threads": torch.get_num_threads()}), flush=True)
        for line in sys.stdin:
            started = time.perf_counter()
            if line.strip() == "prelude":
                prelude(*tokens)
            else:
                iteration(given["state"], s_pre, *tokens)
            print((time.perf_counter() - started) * 1e3, flush=True)


if __name__ == "__main__":
    main()

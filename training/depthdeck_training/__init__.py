"""Recurrent-Depth VLA (RD-VLA, arXiv 2602.07845) in PyTorch: the action head, its training, its export to bundles.

Runs unchanged on PyTorch 1.13 and 2. Everything that computes is in small modules of its own; `__main__` is the
command line.
"""

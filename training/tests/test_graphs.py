import unittest

import torch

from depthdeck_training.graphs import CodaGraph, PreludeGraph, StepGraph, UnhoistedStep, head_graphs

from .tiny import tiny, tiny_config


class FoldedGraphs(unittest.TestCase):
    def check(self, config) -> None:
        made = tiny(config, batch=1)
        head, token = made.head, made.projector(made.proprio)
        states, chunks = head.rollout(made.h_a, made.h_t, token, 12, made.state)
        prelude, step, coda = PreludeGraph(head, made.projector), StepGraph(head), CodaGraph(head)
        unhoisted = UnhoistedStep(head)
        plain_s_pre, _, _ = head.encode(made.h_a, made.h_t, token)
        with torch.no_grad():
            s_pre, *context = prelude(made.h_a, made.h_t, made.proprio)
            split = 2 * len(config.recurrent_vlm_layers)
            state, previous, plain = made.state, torch.zeros_like(chunks[0]), made.state
            for k in range(12):
                before = state
                state, metrics = step(state, s_pre, *context[:split])
                action, mse = coda(state, *context[split:], previous)
                plain, plain_action = unhoisted(plain, plain_s_pre, made.h_a, made.h_t, token)
                for found, expected in ((state, states[k]), (action, chunks[k]), (plain, states[k]),
                                        (plain_action, chunks[k])):
                    torch.testing.assert_close(found, expected, rtol=0, atol=1e-11)
                self.assertAlmostEqual(mse.item(), (chunks[k] - previous).square().mean().item(), places=11)
                change = states[k] - before
                self.assertAlmostEqual(metrics[0].item(), change.square().mean().item(), places=11)
                self.assertAlmostEqual(metrics[1].item(), (change.norm() / before.norm()).item(), places=11)
                cosine = torch.dot(states[k].flatten(), before.flatten()) / states[k].norm() / before.norm()
                self.assertAlmostEqual(metrics[2].item(), 1 - cosine.item(), places=11)
                previous = action

    def test_hoisting_and_folding_change_nothing(self) -> None:
        self.check(tiny_config())

    def test_nor_without_rotary_embedding_and_coda(self) -> None:
        self.check(tiny_config(rope="none", coda_vlm_layers=()))

    def test_names_follow_the_bundle_contract(self) -> None:
        made = tiny()
        prelude, step, coda = head_graphs(made.head, made.projector)
        core = ["k_core_0", "v_core_0", "k_core_1", "v_core_1"]
        self.assertEqual(prelude.outputs, ["s_pre", *core, "k_coda_0", "v_coda_0"])
        self.assertEqual(step.inputs, ["state", "s_pre", *core])
        self.assertEqual(coda.inputs, ["state", "k_coda_0", "v_coda_0", "prev_action"])


if __name__ == "__main__":
    unittest.main()

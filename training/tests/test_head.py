import math
import unittest

import torch

from depthdeck_training.config import ConfigError, HeadConfig, parse_layout, released_config
from depthdeck_training.depth import MAX_DEPTH, sample_depth
from depthdeck_training.head import RecurrentHead

from .reference import Reference
from .tiny import tiny, tiny_config


class HeadParity(unittest.TestCase):
    def check(self, config: HeadConfig) -> None:
        made = tiny(config)
        states, chunks = made.head.rollout(made.h_a, made.h_t, made.projector(made.proprio), 4, made.state)
        weights = {name: value.detach().numpy() for name, value in made.head.state_dict().items()}
        reference = Reference(config, weights)
        for sample in range(2):
            by_layer = [
                {layer: tensor[sample, config.slot(layer)].numpy() for layer in config.backbone_layers}
                for tensor in (made.h_a, made.h_t)
            ]
            token = made.projector(made.proprio)[sample].detach().numpy()
            trace = reference.run(*by_layer, token, made.state[sample].numpy(), 4)
            for k in range(4):
                torch.testing.assert_close(states[k, sample], torch.from_numpy(trace[2 * k]), rtol=0, atol=1e-12)
                torch.testing.assert_close(chunks[k, sample], torch.from_numpy(trace[2 * k + 1]), rtol=0, atol=1e-12)

    def test_equals_the_float64_reference_with_the_released_rotary_embedding(self) -> None:
        self.check(tiny_config())

    def test_equals_it_without_rotary_embedding_prelude_and_coda(self) -> None:
        self.check(tiny_config(rope="none", prelude_vlm_layers=(), coda_vlm_layers=()))

    def test_state_dict_has_the_released_names(self) -> None:
        head = RecurrentHead(tiny_config(prelude_vlm_layers=(1,), recurrent_vlm_layers=(1,), coda_vlm_layers=()))
        block = [f"{name}.weight" for name in (
            "norm1 norm2 norm3 q_self k_self v_self o_self q_cross k_latents v_latents k_vision v_vision o_cross "
            "ffn_gate ffn_up ffn_down"
        ).split()] + ["gate"]
        expected = {"action_queries", "adapter.weight", "adapter_norm.weight", "gamma_adapt", "gamma_init",
                    "recurrent_norm.weight", "output_norm.weight", "output_proj.weight", "output_proj.bias",
                    *(f"prelude.0.{name}" for name in block), *(f"recurrent.0.{name}" for name in block)}
        self.assertEqual(set(head.state_dict()), expected)

    def test_states_start_from_a_truncated_normal(self) -> None:
        head = RecurrentHead(tiny_config(hidden_dim=48))
        with torch.no_grad():
            head.gamma_init.fill_(0.5)
        state = head.draw_state(400, torch.Generator().manual_seed(3)).double()
        sigma = 0.5 * 0.632
        self.assertAlmostEqual(head.sigma, sigma, places=6)
        self.assertLessEqual(state.abs().max().item(), 3 * sigma * (1 + 1e-6))
        # Var of N(0, 1) truncated at ±3: 1 − 6·φ(3)/(1 − 2Φ(−3)).
        density = math.exp(-4.5) / math.sqrt(2 * math.pi)
        kept = math.erf(3 / math.sqrt(2))
        expected = sigma * math.sqrt(1 - 6 * density / kept)
        self.assertAlmostEqual(state.std().item() / expected, 1, delta=0.01)
        self.assertAlmostEqual(state.mean().item(), 0, delta=0.005)


class TruncatedBackpropagation(unittest.TestCase):
    def gradients(self, depth: int, backprop_depth):
        made = tiny()
        token = made.projector(made.proprio)
        out = made.head(made.h_a, made.h_t, token, depth, made.state, backprop_depth)
        out.square().sum().backward()
        return out.detach(), {name: p.grad.clone() for name, p in made.head.named_parameters() if p.grad is not None}

    def test_equals_full_backpropagation_when_d_covers_r(self) -> None:
        whole_out, whole = self.gradients(5, None)
        for d in (5, 8):
            out, truncated = self.gradients(5, d)
            torch.testing.assert_close(out, whole_out, rtol=0, atol=0)
            self.assertEqual(set(truncated), set(whole))
            for name, gradient in whole.items():
                torch.testing.assert_close(truncated[name], gradient, rtol=0, atol=0)

    def test_changes_gradients_but_not_the_output_when_d_is_smaller(self) -> None:
        whole_out, whole = self.gradients(6, None)
        out, truncated = self.gradients(6, 2)
        torch.testing.assert_close(out, whole_out, rtol=0, atol=0)
        different = [name for name in whole if not torch.equal(whole[name], truncated[name])]
        self.assertIn("adapter.weight", different)
        self.assertIn("recurrent.0.q_self.weight", different)

    def test_keeps_no_more_tensors_for_a_deeper_recurrence(self) -> None:
        def saved(depth: int) -> int:
            made, count = tiny(), 0

            def pack(tensor):
                nonlocal count
                count += tensor.numel()
                return tensor

            with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
                made.head(made.h_a, made.h_t, made.projector(made.proprio), depth, made.state, 3)
            return count

        self.assertEqual(saved(24), saved(4))
        self.assertGreater(saved(4), saved(1))


class Depth(unittest.TestCase):
    def test_follows_the_log_normal_poisson(self) -> None:
        generator = torch.Generator().manual_seed(11)
        drawn = torch.tensor([sample_depth(8, generator) for _ in range(20_000)], dtype=torch.float64)
        # E r = r̄ + 1; Var r = r̄ + r̄²(e^{0.25} − 1) before the cap, which r̄ = 8 all but never meets.
        self.assertAlmostEqual(drawn.mean().item(), 9, delta=0.12)
        self.assertAlmostEqual(drawn.var().item() / (8 + 64 * (math.exp(0.25) - 1)), 1, delta=0.06)
        self.assertGreaterEqual(drawn.min().item(), 1)
        self.assertLessEqual(drawn.max().item(), MAX_DEPTH)

    def test_is_capped_and_repeats_with_its_generator(self) -> None:
        first, second = (
            [sample_depth(60, generator) for _ in range(200)]
            for generator in (torch.Generator().manual_seed(4), torch.Generator().manual_seed(4))
        )
        self.assertEqual(first, second)
        self.assertEqual(max(first), MAX_DEPTH)
        with self.assertRaisesRegex(ValueError, "mean_recurrence"):
            sample_depth(0, torch.Generator())


class Config(unittest.TestCase):
    def test_reads_layout_names(self) -> None:
        self.assertEqual(parse_layout("12_24-24_24"), ((11,), (23, 23), (23,)))
        self.assertEqual(released_config().backbone_layers, (11, 23))
        for bad in ("", "12", "12_24", "12_24-x_24", "0_24_24", "1_2_3_4"):
            with self.assertRaisesRegex(ConfigError, "layout"):
                parse_layout(bad)

    def test_survives_json_and_names_what_is_wrong(self) -> None:
        config = tiny_config()
        self.assertEqual(HeadConfig.from_json({**config.to_json(), "learning_rate": 1e-4}), config)
        good = config.to_json()
        for change, message in (
            ({"num_heads": 5}, "not divisible"),
            ({"rope": "usual"}, "rope"),
            ({"recurrent_vlm_layers": []}, "core"),
            ({"coda_vlm_layers": "23"}, "coda_vlm_layers"),
            ({"coda_vlm_layers": [-1]}, "coda_vlm_layers"),
            ({"hidden_dim": 24.0}, "hidden_dim"),
            ({"proprio_activation": "tanh"}, "proprio_activation"),
            ({"use_persistent_memory": True}, "persistent memory"),
        ):
            with self.assertRaisesRegex(ConfigError, message):
                HeadConfig.from_json({**good, **change})
        with self.assertRaisesRegex(ConfigError, "lacks action_dim"):
            HeadConfig.from_json({key: value for key, value in good.items() if key != "action_dim"})


if __name__ == "__main__":
    unittest.main()

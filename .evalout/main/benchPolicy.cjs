const require_xoshiro = require("./chunks/xoshiro-m3HhS9pj.cjs");
const require_median = require("./chunks/median-CH3ql3UE.cjs");
const require_clock = require("./chunks/clock-SVqwD5Ya.cjs");
const require_numberFlag = require("./chunks/numberFlag-BK_Pj61o.cjs");
let node_fs = require("node:fs");
let node_os = require("node:os");
let node_path = require("node:path");
let zod = require("zod");
let node_util = require("node:util");
let node_fs_promises = require("node:fs/promises");
let onnxruntime_node = require("onnxruntime-node");
let node_child_process = require("node:child_process");
let node_readline = require("node:readline");
// src/main/policy/benchGraphs.ts
/**
* Full-size graphs of a released layout with random weights, for timing: `resources/bench` holds their topology
* (`training/depthdeck_training/bench_graphs.py`), the numbers are drawn here.
*/
var shape = zod.z.array(zod.z.int().min(1)).min(1);
var weight = zod.z.object({
	type: zod.z.enum(["float32", "int8"]),
	count: zod.z.int().min(1),
	byteOffset: zod.z.int().min(0),
	std: zod.z.number().min(0)
});
var graphSpec = zod.z.object({
	file: zod.z.string(),
	inputs: zod.z.record(zod.z.string(), shape),
	outputs: zod.z.array(zod.z.string()).min(1),
	weights: zod.z.array(weight)
});
var benchGraphs = zod.z.object({
	config: zod.z.object({
		hidden_dim: zod.z.int(),
		num_heads: zod.z.int(),
		action_chunk_len: zod.z.int(),
		recurrent_vlm_layers: zod.z.array(zod.z.int()),
		coda_vlm_layers: zod.z.array(zod.z.int())
	}),
	productSize: zod.z.int().min(1),
	graphs: zod.z.record(zod.z.enum([
		"prelude",
		"step",
		"coda",
		"step_int8",
		"coda_int8",
		"unhoisted_prelude",
		"unhoisted"
	]), graphSpec)
});
var readBenchGraphs = async (folder) => benchGraphs.parse(JSON.parse(await (0, node_fs_promises.readFile)((0, node_path.join)(folder, "graphs.json"), "utf8")));
/** Bytes of the weights a graph reads once per run, without the small ones it holds itself. */
var weightBytes = ({ graphs }, name) => graphs[name].weights.reduce((sum, { type, count }) => sum + count * (type === "int8" ? 1 : 4), 0);
/** Multiplications and additions of a graph's weight products: every weight meets each of the T latents. */
var weightFlops = ({ graphs, config }, name) => graphs[name].weights.reduce((sum, { count }) => sum + 2 * count * config.action_chunk_len, 0);
/** Bell-shaped enough for timing, and fast: the mean of four uniforms, scaled to `std`. */
function fill(values, std, random) {
	const scale = std * Math.sqrt(12) * 2;
	for (let index = 0; index < values.length; index++) {
		const bits = random.uint32();
		const sum = (bits & 255) + (bits >>> 8 & 255) + (bits >>> 16 & 255) + (bits >>> 24);
		values[index] = (sum / 1020 - .5) * scale;
	}
}
function writeWeights(path, spec) {
	const random = require_xoshiro.createRandom(1);
	const file = (0, node_fs.openSync)(path, "w");
	try {
		for (const { type, count, byteOffset, std } of spec.weights) {
			const values = type === "int8" ? new Int8Array(count) : new Float32Array(count);
			fill(values, std, random);
			(0, node_fs.writeSync)(file, new Uint8Array(values.buffer), 0, values.byteLength, byteOffset);
		}
	} finally {
		(0, node_fs.closeSync)(file);
	}
}
var OPTIONS = {
	executionProviders: ["cpu"],
	intraOpNumThreads: 1,
	interOpNumThreads: 1,
	executionMode: "sequential",
	logSeverityLevel: 3,
	extra: { "session.intra_op.allow_spinning": "0" }
};
function randomTensor(dims, random) {
	const values = new Float32Array(dims.reduce((product, size) => product * size, 1));
	fill(values, 1, random);
	return new onnxruntime_node.Tensor("float32", values, dims);
}
/** Loads one graph with fresh random weights written into `scratch`. */
async function openBenchGraph(folder, scratch, { graphs }, name) {
	const spec = graphs[name];
	await (0, node_fs_promises.copyFile)((0, node_path.join)(folder, spec.file), (0, node_path.join)(scratch, spec.file));
	writeWeights((0, node_path.join)(scratch, `${name}.weights.bin`), spec);
	const session = await onnxruntime_node.InferenceSession.create((0, node_path.join)(scratch, spec.file), OPTIONS);
	const random = require_xoshiro.createRandom(2);
	return {
		run: (feeds) => session.run(feeds),
		inputs: Object.fromEntries(Object.entries(spec.inputs).map(([input, dims]) => [input, randomTensor(dims, random)]))
	};
}
/** A square matrix product on one thread: how many floating-point operations one run has, and the run. */
async function openProduct(folder, { productSize }) {
	const session = await onnxruntime_node.InferenceSession.create((0, node_path.join)(folder, "product.onnx"), OPTIONS);
	const random = require_xoshiro.createRandom(3);
	const dims = [productSize, productSize];
	const feeds = {
		a: randomTensor(dims, random),
		b: randomTensor(dims, random)
	};
	return {
		flops: 2 * productSize ** 3,
		run: () => session.run(feeds)
	};
}
// src/main/hosts/eagerReference.ts
var about = zod.z.object({
	torch: zod.z.string(),
	blas: zod.z.string(),
	threads: zod.z.int()
});
async function startEagerReference(training) {
	for (const python of [
		process.env.DEPTHDECK_PYTHON,
		"python3",
		"/usr/bin/python3"
	]) {
		const reference = python === void 0 ? null : await start(python, training);
		if (reference) return reference;
	}
	return null;
}
async function start(python, training) {
	const child = (0, node_child_process.spawn)(python, ["-m", "depthdeck_training.bench_eager"], {
		cwd: training,
		stdio: [
			"pipe",
			"pipe",
			"ignore"
		],
		env: {
			...process.env,
			OPENBLAS_NUM_THREADS: "1",
			OMP_NUM_THREADS: "1"
		}
	});
	const lines = (0, node_readline.createInterface)({ input: child.stdout })[Symbol.asyncIterator]();
	const nextLine = async () => {
		const next = await lines.next();
		return next.done === true ? null : next.value;
	};
	const ended = new Promise((resolve) => {
		child.once("error", () => resolve(null));
		child.once("exit", () => resolve(null));
	});
	child.stdin.on("error", () => void 0);
	const first = await Promise.race([nextLine(), ended]);
	if (first === null) return null;
	return {
		about: about.parse(JSON.parse(first)),
		async measure(what) {
			child.stdin.write(`${what}\n`);
			const line = await nextLine();
			if (line === null) throw new Error("PyTorch ended in the middle of the measurement");
			return Number(line);
		},
		dispose: () => child.kill()
	};
}
// src/main/hosts/benchPolicy.ts
/**
* `npm run bench:policy`: one iteration of a full-size head (released layout, random weights) as this app runs it,
* hoisted and in int8, against the same head unhoisted in the same runtime and in PyTorch eager. One thread, the
* candidates in turn, medians of one run: compare the ratios.
*/
var ROOT = (0, node_path.join)(__dirname, "../..");
async function milliseconds(work) {
	const started = require_clock.hostMillis();
	await work();
	return require_clock.hostMillis() - started;
}
/** Bytes of keys and values that one iteration reads besides the weights. */
var contextBytes = (feeds) => Object.entries(feeds).filter(([name]) => name.startsWith("k_") || name.startsWith("v_")).reduce((sum, [, tensor]) => sum + 4 * tensor.size, 0);
/** Comparing two equal blocks reads both once, faster than any of our graphs could: what memory can give. */
function readGigabytesPerSecond(rounds) {
	const block = Buffer.alloc(268435456, 1);
	const other = Buffer.from(block);
	const times = Array.from({ length: rounds }, () => {
		const started = require_clock.hostMillis();
		if (!block.equals(other)) throw new Error("equal blocks differ");
		return require_clock.hostMillis() - started;
	});
	return 2 * block.length / 1e6 / require_median.median(times);
}
/** The hoisted loop in one precision: prelude once, then step and coda at every k. */
async function openHoisted(graphs, open, step, coda, conditioning) {
	const [stepGraph, codaGraph] = [await open(step), await open(coda)];
	const pick = (names) => Object.fromEntries(names.flatMap((name) => conditioning[name] ? [[name, conditioning[name]]] : []));
	const stepFeeds = {
		...stepGraph.inputs,
		...pick(Object.keys(graphs.graphs[step].inputs))
	};
	const codaFeeds = {
		...codaGraph.inputs,
		...pick(Object.keys(graphs.graphs[coda].inputs))
	};
	return {
		bytes: weightBytes(graphs, step) + weightBytes(graphs, coda) + contextBytes({
			...stepFeeds,
			...codaFeeds
		}),
		iterate: async () => {
			const { state_next: state } = await stepGraph.run(stepFeeds);
			return codaGraph.run({
				...codaFeeds,
				...state && { state }
			});
		}
	};
}
/** Attention over the context: T queries against C keys and values, every head, every block of step and coda. */
function attentionFlops({ config }, conditioning) {
	const blocks = config.recurrent_vlm_layers.length + config.coda_vlm_layers.length;
	const tokens = conditioning["v_core_0"]?.dims[2] ?? 0;
	return blocks * 4 * config.action_chunk_len * tokens * config.hidden_dim;
}
async function main() {
	const { values } = (0, node_util.parseArgs)({ options: {
		rounds: {
			type: "string",
			default: "21"
		},
		json: { type: "string" }
	} });
	const rounds = require_numberFlag.wholeNumber("rounds", values.rounds, 3, 1e3);
	const folder = (0, node_path.join)(ROOT, "resources/bench");
	const scratch = await (0, node_fs_promises.mkdtemp)((0, node_path.join)((0, node_os.tmpdir)(), "depthdeck-bench-"));
	const eager = await startEagerReference((0, node_path.join)(ROOT, "training"));
	try {
		const graphs = await readBenchGraphs(folder);
		const open = (name) => openBenchGraph(folder, scratch, graphs, name);
		const prelude = await open("prelude");
		const conditioning = await prelude.run(prelude.inputs);
		const float32 = await openHoisted(graphs, open, "step", "coda", conditioning);
		const int8 = await openHoisted(graphs, open, "step_int8", "coda_int8", conditioning);
		const plainPrelude = await open("unhoisted_prelude");
		const plain = await open("unhoisted");
		const multiply = await openProduct(folder, graphs);
		const candidates = {
			hoistedF32: () => milliseconds(float32.iterate),
			hoistedInt8: () => milliseconds(int8.iterate),
			unhoistedOrt: () => milliseconds(() => plain.run(plain.inputs)),
			prelude: () => milliseconds(() => prelude.run(prelude.inputs)),
			unhoistedPrelude: () => milliseconds(() => plainPrelude.run(plainPrelude.inputs)),
			product: () => milliseconds(multiply.run),
			...eager && {
				torchEager: () => eager.measure("iteration"),
				torchPrelude: () => eager.measure("prelude")
			}
		};
		const times = {};
		for (let round = 0; round <= rounds; round++) for (const [name, measure] of Object.entries(candidates)) {
			const elapsed = await measure();
			if (round > 0) (times[name] ??= []).push(elapsed);
		}
		const ms = (name) => times[name] ? require_median.median(times[name]) : null;
		const total = (k) => ({
			hoistedF32: (ms("prelude") ?? NaN) + k * (ms("hoistedF32") ?? NaN),
			hoistedInt8: (ms("prelude") ?? NaN) + k * (ms("hoistedInt8") ?? NaN),
			unhoistedOrt: (ms("unhoistedPrelude") ?? NaN) + k * (ms("unhoistedOrt") ?? NaN),
			torchEager: eager ? (ms("torchPrelude") ?? NaN) + k * (ms("torchEager") ?? NaN) : null
		});
		const report = {
			perIterationMs: {
				hoistedF32: ms("hoistedF32"),
				hoistedInt8: ms("hoistedInt8"),
				unhoistedOrt: ms("unhoistedOrt"),
				torchEager: ms("torchEager")
			},
			ratios: {
				unhoistedOverHoisted: (ms("unhoistedOrt") ?? NaN) / (ms("hoistedF32") ?? NaN),
				hoistedOverInt8: (ms("hoistedF32") ?? NaN) / (ms("hoistedInt8") ?? NaN)
			},
			preludeMs: {
				hoisted: ms("prelude"),
				unhoisted: ms("unhoistedPrelude"),
				torchEager: ms("torchPrelude")
			},
			totalMs: {
				k8: total(8),
				k12: total(12)
			},
			ceilings: {
				readGBps: readGigabytesPerSecond(7),
				gflops: multiply.flops / 1e6 / (ms("product") ?? NaN)
			},
			bytesPerStep: {
				hoistedF32: float32.bytes,
				hoistedInt8: int8.bytes
			},
			flopsPerStep: weightFlops(graphs, "step") + weightFlops(graphs, "coda") + attentionFlops(graphs, conditioning),
			blas: eager?.about.blas ?? null,
			torch: eager?.about.torch ?? null,
			threads: 1,
			rounds
		};
		console.log(JSON.stringify(report, null, 2));
		if (values.json) await (0, node_fs_promises.writeFile)(values.json, `${JSON.stringify(report, null, 2)}\n`);
	} finally {
		eager?.dispose();
		await (0, node_fs_promises.rm)(scratch, {
			recursive: true,
			force: true
		});
	}
}
main().catch((error) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});

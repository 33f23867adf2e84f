const require_result = require("./result-C6aRCjrD.cjs");
const require_benchObservations = require("./benchObservations-O-FiTKO7.cjs");
const require_units = require("./units-Da9LRzHK.cjs");
let node_fs = require("node:fs");
let node_path = require("node:path");
let zod = require("zod");
let node_fs_promises = require("node:fs/promises");
let onnxruntime_node = require("onnxruntime-node");
let _huggingface_tokenizers = require("@huggingface/tokenizers");
let node_crypto = require("node:crypto");
let yauzl = require("yauzl");
// src/main/policy/statistics.ts
/** Turns a bundle's statistics into the affine map from normalised to SI values. */
function affineScale(statistics) {
	const { scale, offset } = unmasked(statistics);
	const { mask } = statistics;
	if (!mask) return {
		scale,
		offset
	};
	return {
		scale: scale.map((value, index) => mask[index] ? value : 1),
		offset: offset.map((value, index) => mask[index] ? value : 0)
	};
}
function unmasked(statistics) {
	switch (statistics.kind) {
		case "bounds": {
			const pairs = statistics.low.map((low, index) => [low, statistics.high[index] ?? low]);
			return {
				scale: pairs.map(([low, high]) => (high - low) / 2),
				offset: pairs.map(([low, high]) => (high + low) / 2)
			};
		}
		case "meanStd": return {
			scale: statistics.std,
			offset: statistics.mean
		};
	}
}
/** Writes the normalised form of SI values into `target`; all of the same length. */
function normaliseInto(target, si, { scale, offset }) {
	for (let index = 0; index < target.length; index++) target[index] = ((si[index] ?? NaN) - (offset[index] ?? NaN)) / (scale[index] ?? NaN);
}
// src/main/policy/actionMapper.ts
var GRIPPER_CLOSED = 0;
var GRIPPER_OPEN = 1;
/**
* Maps a normalised chunk (T×A, row-major) to end-effector deltas in metres and gripper openings. Values are
* clamped to [−1, 1] first, as they were in training.
*
* Throws where the bundle has no gripper (`drivingProblem` refuses those before), and on a chunk of another size or with a non-finite value: both were checked before a chunk gets here, and
* nothing of the kind may ever reach the robot.
*/
function createActionMapper({ dims, robot }) {
	const { chunkLength, actionDim } = dims;
	const { gripper, statistics } = robot.action;
	if (gripper === void 0) throw new RangeError("createActionMapper: the bundle describes no gripper");
	const { scale, offset } = affineScale(statistics);
	return (chunk) => {
		if (chunk.length !== chunkLength * actionDim) throw new RangeError(`toActions: expected ${chunkLength}×${actionDim} values, got ${chunk.length}`);
		if (!chunk.every(Number.isFinite)) throw new RangeError("toActions: the chunk has a non-finite value");
		return Array.from({ length: chunkLength }, (_, step) => {
			const normalised = (dimension) => require_units.clamp(chunk[step * actionDim + dimension] ?? NaN, -1, 1);
			const metres = (dimension) => (offset[dimension] ?? NaN) + (scale[dimension] ?? NaN) * normalised(dimension);
			const grip = normalised(gripper.dimension);
			return {
				deltaMetres: [
					metres(0),
					metres(1),
					metres(2)
				],
				gripperOpening: grip > gripper.closesAbove ? GRIPPER_CLOSED : grip < gripper.opensBelow ? GRIPPER_OPEN : null
			};
		});
	};
}
// src/main/policy/bundleFault.ts
var TIPS = {
	"bundle-unreadable": "Check that the path is a bundle folder or its .zip and that you may read it.",
	"bundle-path": "Do not use this bundle unless you trust where it came from; export it again.",
	"bundle-limit": "Do not use this bundle unless you trust where it came from; export it again.",
	"bundle-manifest": "Export the bundle again with the exporter in training/.",
	"bundle-version": "Update Depthdeck, or export the bundle again for this version.",
	"bundle-files": "Copy the bundle again, whole and without additions.",
	"bundle-hash": "Copy or download the bundle again: a file differs from what was exported.",
	"bundle-graph": "Export the bundle again: graphs and manifest must come from the same export.",
	"bundle-tokenizer": "Export the bundle again with its tokenizer.json.",
	"bundle-self-test": "Do not run this policy: it computes something else than what was trained. Export it again.",
	"policy-provider": "Choose another execution provider; cpu works everywhere.",
	"policy-robot": "Load a bundle that was made for this arm, or connect the arm it was made for.",
	"policy-precision": "Choose a precision that the bundle has, or export it with that one.",
	"policy-compare": "Compare bundles that were made for the same robot, cameras and tasks.",
	"policy-observation": "Check that the robot and its cameras are the ones this policy was trained for.",
	"policy-instruction": "Choose one of the tasks the policy was trained for.",
	"policy-non-finite": "The robot holds. Resume to observe again; if it happens again, load another policy.",
	"policy-inference": "The robot holds. Resume to observe again; if it happens again, choose another execution provider.",
	"policy-order": "The prediction was replaced while it was computed; observe again."
};
function policyFault(code, message) {
	return {
		severity: "high",
		source: "policy",
		code,
		message,
		tip: TIPS[code]
	};
}
/** What a caught value says, for a fault's message. */
var errorText = (error) => error instanceof Error ? error.message : String(error);
var float = (name, ...shape) => ({
	name,
	type: "float32",
	shape
});
/** Element count of a shape. */
var elements = (shape) => shape.reduce((product, size) => product * size, 1);
/** `float32[1,8,96]`, as faults show a tensor. */
var describeTensor = (type, shape) => `${type}[${shape.join(",")}]`;
/**
* What the four graphs of the bundle contract take and give, from the manifest's sizes alone.
*
* Context tokens C = latent tokens + 1 (proprioception) + vision tokens, in this order; head width E = D / heads.
* `k [1,H,E,C]` comes transposed with tanh(gate) and 1/√E folded in, `v [1,H,C,E]`.
*/
function graphSignatures({ dims, cameras }) {
	const contextTokens = dims.latentTokens + 1 + dims.visionTokens;
	const headDim = dims.latentDim / dims.heads;
	const context = (role, layers) => Array.from({ length: layers }, (_, layer) => [float(`k_${role}_${layer}`, 1, dims.heads, headDim, contextTokens), float(`v_${role}_${layer}`, 1, dims.heads, contextTokens, headDim)]).flat();
	const core = context("core", dims.coreLayers);
	const coda = context("coda", dims.codaLayers);
	const latent = (name) => float(name, 1, dims.chunkLength, dims.latentDim);
	const chunk = (name) => float(name, 1, dims.chunkLength, dims.actionDim);
	const visionTokens = float("h_t", 1, dims.backboneLayers, dims.visionTokens, dims.contextDim);
	const latentTokens = float("h_a", 1, dims.backboneLayers, dims.latentTokens, dims.contextDim);
	return {
		backbone: {
			inputs: [...cameras.map(({ name, width, height }) => float(name, 1, 3, height, width)), {
				name: "tokens",
				type: "int64",
				shape: [1, dims.instructionTokens]
			}],
			outputs: [visionTokens, latentTokens]
		},
		prelude: {
			inputs: [
				latentTokens,
				visionTokens,
				float("proprio", 1, dims.proprioDim)
			],
			outputs: [
				latent("s_pre"),
				...core,
				...coda
			]
		},
		step: {
			inputs: [
				latent("state"),
				latent("s_pre"),
				...core
			],
			outputs: [latent("state_next"), float("latent_metrics", 3)]
		},
		coda: {
			inputs: [
				latent("state"),
				...coda,
				chunk("prev_action")
			],
			outputs: [chunk("action"), float("action_mse", 1)]
		}
	};
}
// src/main/policy/fixture.ts
/** Reads the fixture file by the manifest's index; every tensor must have the shape the contract gives it. */
function parseFixture(bundle, signatures) {
	const { fixture, cameras, dims } = bundle.manifest;
	const bytes = bundle.files.get(fixture.file);
	if (bytes === void 0) throw new Error(`Bundle file ${fixture.file} was not loaded`);
	const entries = new Map(fixture.tensors.map((entry) => [entry.name, entry]));
	const refuse = (message) => policyFault("bundle-self-test", `${fixture.file}: ${message}`);
	/** Copies one tensor out, so that its alignment in the file doesn't matter. */
	function slice(name, type, shape) {
		const entry = entries.get(name);
		const expected = describeTensor(type, shape);
		if (entry === void 0) return require_result.err(refuse(`the fixture lacks ${name} (${expected})`));
		const found = describeTensor(entry.type, entry.shape);
		if (found !== expected) return require_result.err(refuse(`${name}: expected ${expected}, found ${found}`));
		const end = entry.byteOffset + elements(shape) * (type === "float32" ? Float32Array.BYTES_PER_ELEMENT : 1);
		if (end > (bytes?.byteLength ?? 0)) return require_result.err(refuse(`${name} ends at byte ${end}, beyond the file`));
		return require_result.ok(Uint8Array.prototype.slice.call(bytes, entry.byteOffset, end).buffer);
	}
	const floats = (name, shape) => {
		const raw = slice(name, "float32", shape);
		return raw.ok ? require_result.ok(new Float32Array(raw.value)) : raw;
	};
	const images = [];
	for (const { name, width, height } of cameras) {
		const raw = slice(`image_${name}`, "uint8", [
			height,
			width,
			3
		]);
		if (!raw.ok) return raw;
		images.push({
			name,
			width,
			height,
			capturedNanos: 0,
			rgb: new Uint8Array(raw.value)
		});
	}
	const proprioception = floats("proprioception", [dims.proprioDim]);
	if (!proprioception.ok) return proprioception;
	const stateShape = [
		1,
		dims.chunkLength,
		dims.latentDim
	];
	const initialState = floats("state_0", stateShape);
	if (!initialState.ok) return initialState;
	const conditioning = /* @__PURE__ */ new Map();
	for (const spec of [...signatures.backbone.outputs, ...signatures.prelude.outputs]) {
		if (!entries.has(spec.name)) continue;
		const expected = floats(spec.name, spec.shape);
		if (!expected.ok) return expected;
		conditioning.set(spec.name, expected.value);
	}
	const iterations = [];
	for (let k = 1; k <= fixture.iterations; k++) {
		const state = floats(`state_${k}`, stateShape);
		if (!state.ok) return state;
		const action = floats(`action_${k}`, [
			1,
			dims.chunkLength,
			dims.actionDim
		]);
		if (!action.ok) return action;
		iterations.push({
			state: state.value,
			action: action.value
		});
	}
	return require_result.ok({
		input: {
			images,
			proprioception: [...proprioception.value],
			instruction: fixture.instruction
		},
		initialState: initialState.value,
		conditioning,
		iterations
	});
}
var GRAPH_NAMES = [
	"backbone",
	"prelude",
	"step",
	"coda"
];
var size = (max) => zod.z.int().min(1).max(max);
var text = zod.z.string().min(1).max(4096);
var identifier = zod.z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/);
var filePath = zod.z.string();
var sha256$1 = zod.z.string().regex(/^[0-9a-f]{64}$/);
var vector = zod.z.array(zod.z.number()).min(1).max(256);
var dimension = zod.z.object({
	name: text,
	unit: text
});
/** False where a dimension goes through as it is (a gripper that is −1…1 already); absent: all are normalised. */
var mask = zod.z.array(zod.z.boolean()).min(1).max(256).optional();
/**
* How a quantity is normalised, per dimension. `bounds`: `low` ↦ −1, `high` ↦ +1 (either order; q01/q99 statistics
* go in as they are). `meanStd`: (value − mean) / std.
*/
var statistics = zod.z.discriminatedUnion("kind", [zod.z.object({
	kind: zod.z.literal("bounds"),
	low: vector,
	high: vector,
	mask
}), zod.z.object({
	kind: zod.z.literal("meanStd"),
	mean: vector,
	std: zod.z.array(zod.z.number().positive()).min(1).max(256),
	mask
})]);
var camera = zod.z.object({
	name: identifier,
	width: size(4096),
	height: size(4096),
	/** Frames must arrive at exactly this size; kernels come with the cameras that need them. */
	resize: zod.z.literal("none"),
	/** Per RGB channel, after division by 255. */
	normalisation: zod.z.object({
		mean: zod.z.tuple([
			zod.z.number(),
			zod.z.number(),
			zod.z.number()
		]),
		std: zod.z.tuple([
			zod.z.number().positive(),
			zod.z.number().positive(),
			zod.z.number().positive()
		])
	})
});
var graphFile = zod.z.object({
	file: filePath,
	/** Weight files that the graph refers to by these very paths. */
	externalData: zod.z.array(filePath).max(256).default([])
});
var fixtureTensor = zod.z.object({
	name: text,
	type: zod.z.enum(["float32", "uint8"]),
	shape: zod.z.array(size(1e6)).min(1).max(6),
	byteOffset: zod.z.int().min(0)
});
var manifestSchema = zod.z.object({
	formatVersion: zod.z.string(),
	name: identifier,
	version: text,
	description: text,
	/** Where the weights came from, for people; whatever the exporter knew. */
	provenance: zod.z.record(zod.z.string(), zod.z.unknown()).default({}),
	instruction: zod.z.object({
		/** Prompt with `{placeholders}`; the tasks are all combinations of their values. */
		template: text,
		values: zod.z.record(zod.z.string(), zod.z.array(text).min(1).max(64)),
		tokenizer: filePath,
		unknownToken: text
	}),
	robot: zod.z.object({
		name: identifier,
		action: zod.z.object({
			/**
			* `endEffectorDelta`: counted from the last commanded target, in the robot's world frame. `jointPosition`:
			* absolute. What can't be executed can be examined (`drivability`).
			*/
			kind: zod.z.enum(["endEffectorDelta", "jointPosition"]),
			dimensions: zod.z.array(dimension),
			statistics,
			gripper: zod.z.object({
				dimension: zod.z.int().min(0),
				kind: zod.z.literal("binary"),
				/** Normalised value above which the gripper closes, below which it opens; between them it stays. */
				closesAbove: zod.z.number(),
				opensBelow: zod.z.number()
			}).optional()
		}),
		proprioception: zod.z.object({
			dimensions: zod.z.array(dimension),
			statistics
		})
	}),
	cameras: zod.z.array(camera).min(1).max(8),
	dims: zod.z.object({
		/** T */ chunkLength: size(256),
		/** A */ actionDim: size(64),
		proprioDim: size(256),
		/** D */ latentDim: size(16384),
		/** Width of the backbone's tokens. */
		contextDim: size(16384),
		heads: size(256),
		/** Backbone layers the head reads. */
		backboneLayers: size(64),
		visionTokens: size(16384),
		latentTokens: size(4096),
		instructionTokens: size(4096),
		preludeLayers: size(64),
		coreLayers: size(64),
		codaLayers: size(64)
	}),
	/** Backbone layers, 0-based, that each block of a stage reads; for people and for exporting again. */
	layers: zod.z.object({
		prelude: zod.z.array(zod.z.int().min(0)).max(64),
		core: zod.z.array(zod.z.int().min(0)).max(64),
		coda: zod.z.array(zod.z.int().min(0)).max(64)
	}).optional(),
	/** S_0 ~ TruncNormal(0, γ·σ_init, ±truncationSigmas): drawn by the app, from a recorded seed. */
	scratchpad: zod.z.object({
		distribution: zod.z.literal("truncatedNormal"),
		generator: zod.z.literal("xoshiro128**/splitmix32/inverse-cdf"),
		truncationSigmas: zod.z.literal(3),
		gammaInit: zod.z.number().positive(),
		sigmaInit: zod.z.number().positive()
	}),
	/** Standard deviation of the `kl` signal; absent: √(T·A/2), at which `kl` equals `actionMse`. */
	sigmaA: zod.z.number().positive().optional(),
	defaults: zod.z.object({
		stopping: require_result.stoppingRule,
		horizon: require_result.horizonRule,
		maxIterations: size(32)
	}),
	controlRateHz: zod.z.number().positive().max(1e3),
	variants: zod.z.array(zod.z.object({
		precision: zod.z.enum(["float32", "int8"]),
		graphs: zod.z.object({
			backbone: graphFile,
			prelude: graphFile,
			step: graphFile,
			coda: graphFile
		}),
		/** Largest absolute difference of a normalised action to PyTorch, measured by the exporter. */
		maxActionError: zod.z.number().min(0)
	})).min(1).max(8),
	/** Absolute tolerance of the load-time self-test; bounded, or a bundle could switch it off. */
	selfTest: zod.z.object({ tolerance: zod.z.number().positive().max(.01) }),
	fixture: zod.z.object({
		file: filePath,
		iterations: zod.z.int().min(3).max(32),
		instruction: text,
		tensors: zod.z.array(fixtureTensor).min(1).max(1024)
	}),
	files: zod.z.array(zod.z.object({
		path: filePath,
		bytes: zod.z.int().min(0),
		sha256: sha256$1
	})).min(1)
});
/** Parses manifest.json: text, JSON, format version, schema, in this order, so that the message fits the cause. */
function parseManifest(bytes) {
	let json;
	try {
		json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
	} catch (error) {
		return require_result.err(policyFault("bundle-manifest", `manifest.json is not valid JSON: ${errorText(error)}`));
	}
	const version = zod.z.object({ formatVersion: zod.z.string().regex(/^\d{1,4}\.\d{1,4}$/) }).safeParse(json);
	if (!version.success) return require_result.err(policyFault("bundle-manifest", "manifest.json: formatVersion must be a string like \"1.0\""));
	if (Number.parseInt(version.data.formatVersion, 10) !== 1) return require_result.err(policyFault("bundle-version", `The bundle has format version ${version.data.formatVersion}; this app reads 1.x`));
	const parsed = manifestSchema.safeParse(json);
	if (parsed.success) return require_result.ok(parsed.data);
	const shown = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join(".")}: ${issue.message}`);
	return require_result.err(policyFault("bundle-manifest", `manifest.json: ${shown.join("; ")}`));
}
// src/main/policy/graphSessions.ts
/**
* One thread, no spinning: the cores are shared with the robot loop, and a fixed order of additions keeps
* traces bit-identical.
*/
function sessionOptions(provider, graph, externalData) {
	const mustStayOnProvider = provider !== "cpu" && (graph === "step" || graph === "coda");
	return {
		executionProviders: [provider],
		intraOpNumThreads: 1,
		interOpNumThreads: 1,
		executionMode: "sequential",
		logSeverityLevel: 4,
		externalData: [{
			path: "-",
			data: /* @__PURE__ */ new Uint8Array(1)
		}, ...externalData],
		extra: {
			"session.intra_op.allow_spinning": "0",
			...mustStayOnProvider ? { "session.disable_cpu_ep_fallback": "1" } : {}
		}
	};
}
/**
* Creates the four sessions on one provider and checks their names, types and shapes against the manifest.
* On a fault, every session created so far is released.
*/
async function createGraphSessions(bundle, variant, signatures, provider) {
	const created = {};
	const refuse = async (fault) => {
		await Promise.all(Object.values(created).map((session) => session.release()));
		return require_result.err(fault);
	};
	for (const graph of GRAPH_NAMES) {
		const { file, externalData } = variant.graphs[graph];
		try {
			const options = sessionOptions(provider, graph, externalData.map((path) => ({
				path,
				data: bundleFile(bundle, path)
			})));
			created[graph] = await onnxruntime_node.InferenceSession.create(bundleFile(bundle, file), options);
		} catch (error) {
			return refuse(policyFault("bundle-graph", `${file} can't be loaded on ${provider}: ${errorText(error)}`));
		}
		const problem = signatureProblem(created[graph], signatures[graph]);
		if (problem !== null) return refuse(policyFault("bundle-graph", `${file}: ${problem}`));
	}
	const { backbone, prelude, step, coda } = created;
	if (!backbone || !prelude || !step || !coda) throw new Error("createGraphSessions: a graph was skipped");
	return require_result.ok({
		backbone,
		prelude,
		step,
		coda
	});
}
async function releaseSessions(sessions) {
	await Promise.all(Object.values(sessions).map((session) => session.release()));
}
/** Every file a manifest refers to is listed and loaded: `checkManifest` and `loadBundle` saw to it. */
function bundleFile(bundle, path) {
	const content = bundle.files.get(path);
	if (content === void 0) throw new Error(`Bundle file ${path} was not loaded`);
	return content;
}
function signatureProblem(session, signature) {
	return tensorsProblem("input", signature.inputs, session.inputMetadata) ?? tensorsProblem("output", signature.outputs, session.outputMetadata);
}
/** First difference between the tensors a graph should have and those it has, or null. */
function tensorsProblem(direction, expected, found) {
	for (const spec of expected) {
		const wanted = describeTensor(spec.type, spec.shape);
		const actual = found.find((metadata) => metadata.name === spec.name);
		if (actual === void 0) {
			const names = found.map((metadata) => metadata.name).join(", ");
			return `${direction} ${spec.name}: expected ${wanted}, found none (the graph has ${names})`;
		}
		const shown = actual.isTensor ? describeTensor(actual.type, actual.shape) : "no tensor";
		if (shown !== wanted) return `${direction} ${spec.name}: expected ${wanted}, found ${shown}`;
	}
	const extra = found.find((metadata) => !expected.some((spec) => spec.name === metadata.name));
	return extra === void 0 ? null : `${direction} ${extra.name} is not part of the contract`;
}
// src/shared/engine/signals.ts
/** Signals of k = 1: there is nothing to compare with. */
var NO_SIGNALS = {
	actionMse: null,
	kl: null,
	actionL2: null,
	cosine: null,
	latentDelta: null,
	latentL2: null,
	latentCosine: null,
	latentAcceleration: null
};
/** σ_a at which `kl` equals `actionMse`: √(T·A/2). */
var defaultSigmaA = (chunkLength, actionDims) => Math.sqrt(chunkLength * actionDims / 2);
/**
* Signals of iteration k (formulas: `signals` in domain/policy.ts).
*
* @param k 1 gives null everywhere; `latentAcceleration` is null below 3
* @param previousChunk a_{k−1}, T×A normalised; null where its coda was not evaluated
* @param chunk a_k, same shape; null where its coda was not evaluated
* @param sigmaA σ_a of the bundle, normalised action units, > 0
*/
function computeSignals(k, previousChunk, chunk, sigmaA, latent) {
	if (k < 2) return NO_SIGNALS;
	const { latentDelta, latentL2, latentCosine } = latent;
	return {
		...previousChunk && chunk ? actionSignals(previousChunk, chunk, sigmaA) : NO_ACTION_SIGNALS,
		latentDelta,
		latentL2,
		latentCosine,
		latentAcceleration: k < 3 ? null : latent.latentAcceleration
	};
}
var NO_ACTION_SIGNALS = {
	actionMse: null,
	kl: null,
	actionL2: null,
	cosine: null
};
function actionSignals(previous, chunk, sigmaA) {
	if (previous.length !== chunk.length || chunk.length === 0) throw new RangeError(`Cannot compare chunks of ${previous.length} and ${chunk.length} values`);
	let squaredDifference = 0;
	let dot = 0;
	let squaredPrevious = 0;
	let squaredChunk = 0;
	for (const [i, value] of chunk.entries()) {
		const before = previous[i] ?? 0;
		squaredDifference += (value - before) ** 2;
		dot += value * before;
		squaredPrevious += before * before;
		squaredChunk += value * value;
	}
	const norms = Math.sqrt(squaredPrevious) * Math.sqrt(squaredChunk);
	return {
		actionMse: squaredDifference / chunk.length,
		kl: squaredDifference / (2 * sigmaA * sigmaA),
		actionL2: Math.sqrt(squaredDifference),
		cosine: norms === 0 ? null : Math.max(0, 1 - dot / norms)
	};
}
/** Index of the first NaN or infinite value; null when all are finite. */
function firstNonFinite(values) {
	for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
	return null;
}
/** Name of the first non-finite latent metric; null when all (that exist) are finite. */
function firstNonFiniteMetric(latent) {
	if (!Number.isFinite(latent.latentDelta)) return "latentDelta";
	if (!Number.isFinite(latent.latentL2)) return "latentL2";
	if (!Number.isFinite(latent.latentCosine)) return "latentCosine";
	const acceleration = latent.latentAcceleration;
	return acceleration === null || Number.isFinite(acceleration) ? null : "latentAcceleration";
}
// src/main/policy/latentSignals.ts
/** ‖current − previous‖₂ over all elements, accumulated in float64. */
function latentL2(current, previous) {
	let sum = 0;
	for (let index = 0; index < current.length; index++) {
		const difference = (current[index] ?? NaN) - (previous[index] ?? NaN);
		sum += difference * difference;
	}
	return Math.sqrt(sum);
}
/** ‖(S_k − S_{k−1}) − (S_{k−1} − S_{k−2})‖₂ / ‖S_{k−1}‖₂. */
function latentAcceleration(current, previous, beforePrevious) {
	let bend = 0;
	let norm = 0;
	for (let index = 0; index < current.length; index++) {
		const middle = previous[index] ?? NaN;
		const second = (current[index] ?? NaN) - 2 * middle + (beforePrevious[index] ?? NaN);
		bend += second * second;
		norm += middle * middle;
	}
	return Math.sqrt(bend / norm);
}
// src/main/policy/preprocess.ts
var CHANNELS = 3;
/**
* RGB uint8 [H,W,3] → float32 [1,3,H,W], (value / 255 − mean) / std per channel, by table: at most 256 values
* per channel exist, and each is rounded to float32 once, as PyTorch's division rounds it.
*/
function createImagePreprocessor(camera) {
	const { name, width, height, normalisation } = camera;
	const tables = [
		0,
		1,
		2
	].map((channel) => Float32Array.from({ length: 256 }, (_, value) => {
		return (Math.fround(value / 255) - (normalisation.mean[channel] ?? 0)) / (normalisation.std[channel] ?? 1);
	}));
	const pixels = width * height;
	return (images, target) => {
		const image = images.find((candidate) => candidate.name === name);
		if (image === void 0) {
			const seen = images.map((candidate) => candidate.name).join(", ") || "none";
			return require_result.err(policyFault("policy-observation", `The observation has no camera "${name}" (it has: ${seen})`));
		}
		if (image.width !== width || image.height !== height) return require_result.err(policyFault("policy-observation", `Camera "${name}" gave ${image.width}×${image.height} pixels, the policy takes ${width}×${height}`));
		if (image.rgb.length !== pixels * CHANNELS) return require_result.err(policyFault("policy-observation", `Camera "${name}" gave ${image.rgb.length} bytes, ${width}×${height} RGB has ${pixels * CHANNELS}`));
		tables.forEach((table, channel) => {
			const plane = channel * pixels;
			for (let pixel = 0; pixel < pixels; pixel++) target[plane + pixel] = table[image.rgb[pixel * CHANNELS + channel] ?? 0] ?? 0;
		});
		return require_result.ok(void 0);
	};
}
// src/main/policy/tensorBuffers.ts
/** S_0…S_32 and a_0…a_32 (a_0 stays zero: iteration 1 has no previous action). */
var SLOTS = 33;
/** Bytes that `createTensorBuffers` will allocate. */
function tensorBufferBytes(signatures) {
	const { backbone, prelude, step, coda } = signatures;
	const once = [
		...backbone.inputs,
		...backbone.outputs,
		...prelude.inputs,
		...prelude.outputs
	];
	const perSlot = [...step.outputs, ...coda.outputs];
	const count = (specs) => specs.reduce((sum, spec) => sum + elements(spec.shape), 0);
	return Float32Array.BYTES_PER_ELEMENT * (count(once) + SLOTS * count(perSlot));
}
function createTensorBuffers(signatures) {
	const { backbone, prelude, step, coda } = signatures;
	const tokens = new BigInt64Array(elements(specOf(backbone.inputs, "tokens").shape));
	const slots = (spec) => Array.from({ length: SLOTS }, () => floatBuffer(spec));
	return {
		images: named(backbone.inputs.filter((spec) => spec.name !== "tokens")),
		tokens: {
			data: tokens,
			tensor: new onnxruntime_node.Tensor("int64", tokens, [1, tokens.length])
		},
		proprio: floatBuffer(specOf(prelude.inputs, "proprio")),
		conditioning: named([...backbone.outputs, ...prelude.outputs]),
		states: slots(specOf(step.outputs, "state_next")),
		actions: slots(specOf(coda.outputs, "action")),
		latentMetrics: floatBuffer(specOf(step.outputs, "latent_metrics")),
		actionMse: floatBuffer(specOf(coda.outputs, "action_mse"))
	};
}
/** The buffer of slot k; k outside 0…32 is a bug of the caller. */
function slot(buffers, k) {
	const buffer = buffers[k];
	if (buffer === void 0) throw new RangeError(`Slot ${k} does not exist: k runs from 0 to ${buffers.length - 1}`);
	return buffer;
}
function floatBuffer(spec) {
	const data = new Float32Array(elements(spec.shape));
	return {
		data,
		tensor: new onnxruntime_node.Tensor("float32", data, spec.shape)
	};
}
var named = (specs) => new Map(specs.map((spec) => [spec.name, floatBuffer(spec)]));
function specOf(specs, name) {
	const spec = specs.find((candidate) => candidate.name === name);
	if (spec === void 0) throw new Error(`The graph contract has no tensor ${name}`);
	return spec;
}
// src/main/policy/inferenceCore.ts
function graphCall(graph, feeds, fetches, when = "") {
	const outputs = [...fetches].map(([name, { data }]) => ({
		name,
		data
	}));
	return {
		graph,
		feeds,
		fetches: tensorsOf(fetches),
		outputs,
		when
	};
}
/**
* The CPU runtime fills the given output tensors and returns copies besides (measured with 1.30); the copies are
* dropped here, results are read from the buffers.
*/
function createInferenceCore(parts) {
	const { manifest, signatures, sessions, instructions, nowMs } = parts;
	const buffers = createTensorBuffers(signatures);
	const preprocessors = manifest.cameras.map((camera) => ({
		write: createImagePreprocessor(camera),
		target: bufferOf(buffers.images, camera.name)
	}));
	const proprioScale = affineScale(manifest.robot.proprioception.statistics);
	const conditioning = (names) => new Map(names.filter(({ name }) => buffers.conditioning.has(name)).map(({ name }) => [name, bufferOf(buffers.conditioning, name)]));
	const backboneCall = graphCall("backbone", {
		...tensorsOf(buffers.images),
		tokens: buffers.tokens.tensor
	}, conditioning(signatures.backbone.outputs));
	const preludeCall = graphCall("prelude", {
		...tensorsOf(conditioning(signatures.prelude.inputs)),
		proprio: buffers.proprio.tensor
	}, conditioning(signatures.prelude.outputs));
	const stepContext = tensorsOf(conditioning(signatures.step.inputs));
	const codaContext = tensorsOf(conditioning(signatures.coda.inputs));
	/** Entry i belongs to k = i + 1. */
	const iterations = buffers.states.slice(1).map((state, index) => {
		const k = index + 1;
		const previous = slot(buffers.states, k - 1);
		const action = slot(buffers.actions, k);
		const when = ` at k = ${k}`;
		return {
			previous,
			state,
			action,
			step: graphCall("step", {
				...stepContext,
				state: previous.tensor
			}, /* @__PURE__ */ new Map([["state_next", state], ["latent_metrics", buffers.latentMetrics]]), when),
			coda: graphCall("coda", {
				...codaContext,
				state: state.tensor,
				prev_action: slot(buffers.actions, k - 1).tensor
			}, /* @__PURE__ */ new Map([["action", action], ["action_mse", buffers.actionMse]]), when)
		};
	});
	/** Milliseconds the call took; a fault when the runtime refuses it or an output isn't finite. */
	async function run({ graph, feeds, fetches, outputs, when }) {
		const session = sessions[graph];
		const started = nowMs();
		try {
			await session.run(feeds, fetches);
		} catch (error) {
			return require_result.err(policyFault("policy-inference", `${graph} failed${when}: ${errorText(error)}`));
		}
		const elapsed = nowMs() - started;
		for (const { name, data } of outputs) {
			const index = firstNonFinite(data);
			if (index !== null) return require_result.err(policyFault("policy-non-finite", `${graph} gave ${data[index]} in ${name}[${index}]${when}`));
		}
		return require_result.ok(elapsed);
	}
	function writeInputs({ images, proprioception, instruction }) {
		for (const { write, target } of preprocessors) {
			const written = write(images, target.data);
			if (!written.ok) return written;
		}
		const { proprioDim } = manifest.dims;
		if (proprioception.length !== proprioDim || !proprioception.every(Number.isFinite)) return require_result.err(policyFault("policy-observation", `Proprioception is [${proprioception.join(", ")}]; the policy takes ${proprioDim} finite values`));
		normaliseInto(buffers.proprio.data, proprioception, proprioScale);
		const ids = instructions.encode(instruction);
		if (!ids.ok) return ids;
		ids.value.forEach((id, index) => {
			buffers.tokens.data[index] = BigInt(id);
		});
		return require_result.ok(void 0);
	}
	return {
		buffers,
		async encode(input) {
			const written = writeInputs(input);
			if (!written.ok) return written;
			const encodeMs = await run(backboneCall);
			if (!encodeMs.ok) return encodeMs;
			const preludeMs = await run(preludeCall);
			return preludeMs.ok ? require_result.ok({
				encodeMs: encodeMs.value,
				preludeMs: preludeMs.value
			}) : preludeMs;
		},
		async iterate(k) {
			const iteration = iterations[k - 1];
			if (iteration === void 0) throw new RangeError(`iterate(${k}): k runs from 1 to 32`);
			const { previous, state, action } = iteration;
			const stepMs = await run(iteration.step);
			if (!stepMs.ok) return stepMs;
			const codaMs = await run(iteration.coda);
			if (!codaMs.ok) return codaMs;
			const [, relativeL2 = NaN, cosineDistance = NaN] = buffers.latentMetrics.data;
			return require_result.ok({
				k,
				chunk: action.data.slice(),
				latent: {
					latentDelta: relativeL2,
					latentL2: latentL2(state.data, previous.data),
					latentCosine: cosineDistance,
					latentAcceleration: k < 3 ? null : latentAcceleration(state.data, previous.data, slot(buffers.states, k - 2).data)
				},
				stepMs: stepMs.value,
				codaMs: codaMs.value
			});
		}
	};
}
function bufferOf(buffers, name) {
	const buffer = buffers.get(name);
	if (buffer === void 0) throw new Error(`No buffer was allocated for ${name}`);
	return buffer;
}
var tensorsOf = (buffers) => Object.fromEntries([...buffers].map(([name, { tensor }]) => [name, tensor]));
// src/main/policy/tasks.ts
/** More than this many tasks can't be shown or checked as a list. */
var MAX_TASKS = 4096;
var PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9]*)\}/g;
/** Why a template and its values don't fit together, or null. */
function taskProblem({ template, values }) {
	const used = [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "");
	const missing = used.find((name) => values[name] === void 0);
	if (missing !== void 0) return `instruction.template uses {${missing}}, which has no values`;
	const unused = Object.keys(values).find((name) => !used.includes(name));
	if (unused !== void 0) return `instruction.values has "${unused}", which the template doesn't use`;
	if (new Set(used).size !== used.length) return "instruction.template uses a placeholder twice";
	const braced = used.find((name) => values[name]?.some((value) => /[{}]/.test(value)));
	if (braced !== void 0) return `a value of instruction.values.${braced} contains a brace`;
	const count = used.reduce((product, name) => product * (values[name]?.length ?? 0), 1);
	return count > MAX_TASKS ? `the instruction template stands for ${count} tasks; at most ${MAX_TASKS} are allowed` : null;
}
/** All instructions of a template, first placeholder slowest. Requires `taskProblem(spec) === null`. */
function expandTasks({ template, values }) {
	const placeholder = /\{([A-Za-z][A-Za-z0-9]*)\}/.exec(template);
	if (placeholder === null) return [template];
	const [literal, name = ""] = placeholder;
	return (values[name] ?? []).flatMap((value) => expandTasks({
		template: template.replace(literal, () => value),
		values
	}));
}
/** The template with its choices written out, for people. */
var describeTasks = ({ template, values }) => template.replace(PLACEHOLDER, (_, name) => `{${(values[name] ?? []).join("|")}}`);
// src/main/policy/instructionEncoder.ts
/**
* Tokenises with the bundle's own tokenizer.json. An instruction is known when its tokens are those of one of the
* bundle's tasks (so case and spacing count only if they do for the tokenizer); anything else is refused, because
* a policy given untrained words moves all the same.
*/
function createInstructionEncoder(manifest, tokenizerJson) {
	const { instruction: spec, dims } = manifest;
	const refuse = (message) => require_result.err(policyFault("bundle-tokenizer", `${spec.tokenizer}: ${message}`));
	let tokenizer;
	try {
		const json = zod.z.looseObject({ model: zod.z.looseObject({ type: zod.z.string() }) }).parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(tokenizerJson)));
		tokenizer = new _huggingface_tokenizers.Tokenizer(json, {});
	} catch (error) {
		return refuse(`not a tokenizer: ${errorText(error)}`);
	}
	const unknownId = tokenizer.token_to_id(spec.unknownToken);
	if (unknownId === void 0) return refuse(`has no token ${JSON.stringify(spec.unknownToken)}`);
	const tasks = expandTasks(spec);
	const known = /* @__PURE__ */ new Set();
	for (const task of tasks) {
		const { ids } = tokenizer.encode(task);
		if (ids.includes(unknownId)) return refuse(`doesn't know every word of the task ${JSON.stringify(task)}`);
		if (ids.length !== dims.instructionTokens) return refuse(`the task ${JSON.stringify(task)} has ${ids.length} tokens, the backbone takes ${dims.instructionTokens}`);
		known.add(ids.join(" "));
	}
	return require_result.ok({
		tasks,
		encode(instruction) {
			const { ids } = tokenizer.encode(instruction);
			if (known.has(ids.join(" "))) return require_result.ok(ids);
			const unknownWords = instruction.split(/\s+/).filter((word) => word !== "" && tokenizer.encode(word).ids.includes(unknownId));
			const reason = unknownWords.length > 0 ? `it has unknown words (${unknownWords.join(", ")})` : ids.length !== dims.instructionTokens ? `it has ${ids.length} tokens instead of ${dims.instructionTokens}` : "it is none of its tasks";
			return require_result.err(policyFault("policy-instruction", `The policy can't be told ${JSON.stringify(instruction)}: ${reason}. It knows: ${describeTasks(spec)}`));
		}
	});
}
// src/main/policy/policyInfo.ts
/** What a bundle is, whether or not it runs or drives anything here. */
function describeBundle({ manifest, hash, origin, files }) {
	const { dims, robot, defaults } = manifest;
	return {
		origin,
		hash,
		bytes: [...files.values()].reduce((sum, content) => sum + content.length, 0),
		name: manifest.name,
		version: manifest.version,
		description: manifest.description,
		provenance: provenanceOf(manifest),
		robot: robot.name,
		actionDims: robot.action.dimensions,
		proprioDims: robot.proprioception.dimensions,
		chunkLength: dims.chunkLength,
		latentShape: [dims.chunkLength, dims.latentDim],
		controlRateHz: manifest.controlRateHz,
		cameras: manifest.cameras.map(({ name, width, height }) => ({
			name,
			width,
			height
		})),
		tasks: expandTasks(manifest.instruction),
		defaults: {
			...defaults,
			paceMs: 0,
			pauseAt: "never"
		},
		variants: manifest.variants.map(({ precision, maxActionError }) => ({
			precision,
			maxActionError
		}))
	};
}
/** What people and the engine are told of a loaded policy. */
function describePolicy(bundle, run) {
	const { manifest } = bundle;
	const { dims, robot } = manifest;
	const { scale, offset } = affineScale(robot.action.statistics);
	const { name, version, description, hash, origin, provenance, ...described } = describeBundle(bundle);
	return {
		name,
		version,
		description,
		bundleHash: hash,
		origin,
		provenance,
		chunkLength: described.chunkLength,
		actionDims: described.actionDims,
		actionScale: [...scale],
		actionOffset: [...offset],
		sigmaA: manifest.sigmaA ?? defaultSigmaA(dims.chunkLength, dims.actionDim),
		controlRateHz: described.controlRateHz,
		latentShape: described.latentShape,
		cameras: described.cameras,
		tasks: described.tasks,
		defaults: described.defaults,
		...run
	};
}
var MAX_PROVENANCE_ENTRIES = 64;
var MAX_PROVENANCE_TEXT = 200;
/** The manifest's free-form provenance as names and values: nested names are joined by dots, lists by commas. */
function provenanceOf({ provenance }) {
	const entries = [];
	const add = (name, value) => {
		if (entries.length >= MAX_PROVENANCE_ENTRIES || value === null || value === void 0) return;
		if (typeof value === "object" && !Array.isArray(value)) {
			for (const [key, inner] of Object.entries(value)) add(name === "" ? key : `${name}.${key}`, inner);
			return;
		}
		const text = Array.isArray(value) ? value.map((item) => JSON.stringify(item)).join(", ") : String(value);
		entries.push([name.slice(0, MAX_PROVENANCE_TEXT), text.slice(0, MAX_PROVENANCE_TEXT)]);
	};
	add("", provenance);
	return entries;
}
// src/main/policy/providers.ts
/** Execution providers this app may ask ONNX Runtime for. */
var PROVIDER_NAMES = [
	"tensorrt",
	"cuda",
	"dml",
	"coreml",
	"webgpu",
	"cpu"
];
/** Runs everywhere and bit-identically: what is used unless others are asked for. */
var DEFAULT_PROVIDERS = ["cpu"];
/** All candidates of a platform, fastest first. CUDA and TensorRT need an opt-in install of the runtime. */
function providerOrder(platform) {
	switch (platform) {
		case "linux": return [
			"tensorrt",
			"cuda",
			"webgpu",
			"cpu"
		];
		case "win32": return [
			"dml",
			"webgpu",
			"cpu"
		];
		case "darwin": return [
			"coreml",
			"webgpu",
			"cpu"
		];
		default: return ["cpu"];
	}
}
// src/main/policy/selfTest.ts
/**
* Replays the fixture and compares every tensor it knows, in the order they are computed: the first one that is
* off names where the computation went wrong.
*/
async function replayFixture(core, fixture, limits) {
	const stateLimit = limits.state ?? Number.MAX_VALUE;
	const encoded = await core.encode(fixture.input);
	if (!encoded.ok) return require_result.err(asSelfTest(encoded.error));
	for (const [name, expected] of fixture.conditioning) {
		const compared = compare(name, core.buffers.conditioning.get(name)?.data, expected, stateLimit);
		if (!compared.ok) return compared;
	}
	slot(core.buffers.states, 0).data.set(fixture.initialState);
	let maxStateError = 0;
	let maxActionError = 0;
	for (const [index, expected] of fixture.iterations.entries()) {
		const k = index + 1;
		const iterated = await core.iterate(k);
		if (!iterated.ok) return require_result.err(asSelfTest(iterated.error));
		const state = compare(`state_${k}`, slot(core.buffers.states, k).data, expected.state, stateLimit);
		if (!state.ok) return state;
		const action = compare(`action_${k}`, iterated.value.chunk, expected.action, limits.action);
		if (!action.ok) return action;
		maxStateError = Math.max(maxStateError, state.value);
		maxActionError = Math.max(maxActionError, action.value);
	}
	return require_result.ok({
		maxStateError,
		maxActionError,
		tolerance: limits.action,
		judgesStates: limits.state !== null
	});
}
var asSelfTest = (fault) => policyFault("bundle-self-test", `The self-test failed: ${fault.message}`);
/** Largest absolute difference; NaN on either side is a mismatch. */
function compare(name, found, expected, tolerance) {
	let worst = 0;
	let worstIndex = 0;
	for (let index = 0; index < expected.length; index++) {
		const error = Math.abs((found?.[index] ?? NaN) - (expected[index] ?? NaN));
		if (!(error <= worst)) {
			worst = error;
			worstIndex = index;
		}
		if (Number.isNaN(error)) break;
	}
	if (worst <= tolerance) return require_result.ok(worst);
	return require_result.err(policyFault("bundle-self-test", `The self-test failed: ${name}[${worstIndex}] is ${found?.[worstIndex]}, the fixture says ${expected[worstIndex]} (error ${worst.toExponential(2)}, tolerance ${tolerance.toExponential(2)})`));
}
// src/main/policy/backend.ts
/** More than any head this app was made for; a manifest with absurd sizes must not exhaust the machine. */
var MAX_BUFFER_BYTES = 1073741824;
/** Times the exporter's measured action error. */
var INT8_MARGIN = 1.5;
/** Rounded weights that may be off by more than this, of an action's range of 2, would be another policy. */
var MAX_INT8_ERROR = .25;
/**
* Builds the policy of a verified bundle on the first provider that loads its graphs and replays its fixture.
*
* @returns a fault naming the graph, tensor and error when no provider does
*/
async function createPolicyBackend(bundle, options) {
	const { providers = DEFAULT_PROVIDERS, refused: refusedBefore = [], precision = "float32" } = options;
	const { onTrying, nowMs } = options;
	const { manifest } = bundle;
	const signatures = graphSignatures(manifest);
	const bufferBytes = tensorBufferBytes(signatures);
	if (bufferBytes > MAX_BUFFER_BYTES) return require_result.err(policyFault("bundle-limit", `The sizes in dims need ${bufferBytes} bytes of tensors, more than the ${MAX_BUFFER_BYTES} allowed`));
	const tokenizerJson = bundle.files.get(manifest.instruction.tokenizer);
	if (tokenizerJson === void 0) throw new Error(`Bundle file ${manifest.instruction.tokenizer} was not loaded`);
	const instructions = createInstructionEncoder(manifest, tokenizerJson);
	if (!instructions.ok) return instructions;
	const variant = manifest.variants.find((candidate) => candidate.precision === precision);
	if (variant === void 0) {
		const known = manifest.variants.map((candidate) => candidate.precision).join(", ");
		return require_result.err(policyFault("policy-precision", `The bundle has no ${precision} graphs; it has ${known}`));
	}
	if (precision !== "float32" && variant.maxActionError > MAX_INT8_ERROR) {
		const [off, allowed] = [variant.maxActionError, MAX_INT8_ERROR].map((value) => value.toPrecision(2));
		return require_result.err(policyFault("policy-precision", `The ${precision} graphs are up to ${off} off in a normalised action, by their exporter’s measure; at most ${allowed} is run`));
	}
	const parts = {
		bundle,
		variant,
		signatures,
		instructions: instructions.value,
		nowMs
	};
	const refused = [];
	for (const provider of providers) {
		onTrying?.(provider);
		const run = await tryProvider(parts, provider);
		if (run.ok) {
			const refusedProviders = [...refusedBefore, ...refused.map((refusal) => ({
				provider: refusal.provider,
				reason: refusal.fault.message
			}))];
			const info = describePolicy(bundle, {
				provider,
				precision: variant.precision,
				refusedProviders,
				selfTest: run.value.selfTest
			});
			return require_result.ok(createBackend(manifest, info, run.value));
		}
		refused.push({
			provider,
			fault: run.error
		});
	}
	return require_result.err(refusalFault(refused, refusedBefore));
}
/** With one candidate its own fault says it best; with several, all reasons belong together. */
function refusalFault(refused, before) {
	const [first, ...others] = refused;
	if (first !== void 0 && others.length + before.length === 0) return first.fault;
	return policyFault("policy-provider", `No execution provider runs this policy: ${[...before.map(({ provider, reason }) => `${provider}: ${reason}`), ...refused.map(({ provider, fault }) => `${provider}: ${fault.message}`)].join("; ") || "none was asked for"}`);
}
async function tryProvider(parts, provider) {
	const { bundle, variant, signatures } = parts;
	const sessions = await createGraphSessions(bundle, variant, signatures, provider);
	if (!sessions.ok) return sessions;
	const refuse = async (fault) => {
		await releaseSessions(sessions.value);
		return require_result.err(fault);
	};
	const fixture = parseFixture(bundle, signatures);
	if (!fixture.ok) return refuse(fixture.error);
	const core = createInferenceCore({
		...parts,
		manifest: bundle.manifest,
		sessions: sessions.value
	});
	const selfTest = await replayFixture(core, fixture.value, selfTestLimits(bundle.manifest, variant));
	if (!selfTest.ok) return refuse(selfTest.error);
	return require_result.ok({
		provider,
		sessions: sessions.value,
		core,
		selfTest: selfTest.value
	});
}
/**
* Rounded weights give other states by design; their actions may be off by what the exporter measured, and a little
* more on another machine.
*/
function selfTestLimits({ selfTest }, variant) {
	if (variant.precision === "float32") return {
		state: selfTest.tolerance,
		action: selfTest.tolerance
	};
	return {
		state: null,
		action: Math.max(selfTest.tolerance, INT8_MARGIN * variant.maxActionError)
	};
}
function createBackend(manifest, info, { sessions, core }) {
	const { gammaInit, sigmaInit } = manifest.scratchpad;
	const initialState = slot(core.buffers.states, 0).data;
	let mapActions = null;
	let encoded = false;
	/** S_0…S_computed are valid; −1 before the first draw. */
	let computed = -1;
	/** Raised by every draw and encode: what was started under an older one must not count. */
	let generation = 0;
	let disposed = false;
	let last = Promise.resolve();
	/** The runtime reads and writes shared buffers, so that overlapping calls have to queue. */
	function inTurn(work) {
		const turn = last.then(() => disposed ? require_result.err(policyFault("policy-order", "The policy was unloaded")) : work());
		last = turn.catch(() => void 0);
		return turn;
	}
	return {
		info,
		encode: (input) => inTurn(async () => {
			generation += 1;
			encoded = false;
			computed = Math.min(computed, 0);
			const result = await core.encode(input);
			encoded = result.ok;
			return result;
		}),
		initialise(seed) {
			generation += 1;
			require_benchObservations.fillTruncatedNormal(initialState, seed, gammaInit * sigmaInit);
			computed = 0;
		},
		iterate: (k) => inTurn(async () => {
			if (!encoded) return require_result.err(policyFault("policy-order", `Iteration ${k} has no encoded observation`));
			if (k > computed + 1) return require_result.err(policyFault("policy-order", `Iteration ${k} needs S_${k - 1}; the last one computed is S_${computed}`));
			const started = generation;
			const result = await core.iterate(k);
			if (generation !== started) return require_result.err(policyFault("policy-order", `Iteration ${k} was overtaken by a new start`));
			if (result.ok) computed = k;
			return result;
		}),
		toActions: (chunk) => (mapActions ??= createActionMapper(manifest))(chunk),
		dispose: () => {
			const released = last.then(async () => {
				if (disposed) return;
				disposed = true;
				await releaseSessions(sessions);
			});
			last = released.catch(() => void 0);
			return released;
		}
	};
}
// src/main/policy/bundleSource.ts
var MIB = 1048576;
/** A bundle is held in memory, and the runtime copies its weights once more. */
var MEMORY_SHARE = 1 / 4;
/** Limits on a machine with that much memory. */
var bundleLimits = (memoryBytes) => ({
	maxFiles: 256,
	maxManifestBytes: 4 * MIB,
	maxFileBytes: 2048 * MIB,
	maxTotalBytes: Math.min(8192 * MIB, Math.floor(memoryBytes * MEMORY_SHARE)),
	maxCompressionRatio: 100
});
// src/main/policy/drivability.ts
/** What the robot host takes and gives: the end effector in metres and the gripper's opening. */
var END_EFFECTOR = [
	"x",
	"y",
	"z",
	"gripper"
];
var UNITS = {
	x: "m",
	y: "m",
	z: "m",
	gripper: "opening"
};
var GRIPPER = END_EFFECTOR.indexOf("gripper");
/**
* Why a bundle's policy can't drive the arm that is here, or null: it is made for another one, or its actions are
* none that this version executes. Such a bundle can still be examined.
*/
function drivingProblem({ name, robot, dims, cameras }, arm) {
	if (robot.name !== arm.robot) return `The policy ${name} drives ${robot.name}; the arm here is ${arm.robot}`;
	const { action, proprioception } = robot;
	if (action.kind !== "endEffectorDelta") return `The policy ${name} gives joint positions; this version executes end-effector deltas`;
	const problem = endEffectorProblem("action", dims.actionDim, action.dimensions) ?? endEffectorProblem("proprio", dims.proprioDim, proprioception.dimensions);
	if (problem !== null) return problem;
	if (action.gripper === void 0 || action.gripper.dimension !== GRIPPER) return `robot.action.gripper.dimension is ${action.gripper?.dimension ?? "missing"}; this app executes ${GRIPPER}`;
	const unseen = cameras.find((wanted) => !arm.cameras.some((camera) => describe(camera) === describe(wanted)));
	return unseen === void 0 ? null : `The policy ${name} looks through ${describe(unseen)}; here are ${arm.cameras.map(describe).join(" and ")}`;
}
var describe = ({ name, width, height }) => `${name} ${width}×${height}`;
/** Millimetres taken for metres would be a thousandfold motion: names and units must be the ones executed. */
function endEffectorProblem(kind, size, dimensions) {
	const wanted = END_EFFECTOR.length;
	if (size !== wanted) return `dims.${kind}Dim is ${size}; this version drives end effectors of ${wanted} (${END_EFFECTOR.join(", ")})`;
	const field = kind === "action" ? "robot.action" : "robot.proprioception";
	const odd = END_EFFECTOR.findIndex((name, index) => {
		const dimension = dimensions[index];
		return dimension?.name !== name || dimension.unit !== UNITS[name];
	});
	const name = END_EFFECTOR[odd];
	if (name === void 0) return null;
	const found = dimensions[odd];
	return `${field}.dimensions.${odd} is ${found?.name} in ${found?.unit}; this app executes ${name} in ${UNITS[name]}`;
}
// src/main/policy/bundlePath.ts
var MAX_PATH_LENGTH = 240;
var MAX_SEGMENTS = 8;
/** Windows can't store these in a name; a colon would also name a drive or an alternate stream. */
var FORBIDDEN_CHARACTERS = "<>:\"|?*";
/**
* Why a path from a manifest or a zip must not be used, or null when it is a plain relative path with forward
* slashes that stays inside the bundle on every platform.
*/
function bundlePathProblem(path) {
	if (path === "") return "is empty";
	if (path.length > MAX_PATH_LENGTH) return `is longer than ${MAX_PATH_LENGTH} characters`;
	if (path.includes("\\")) return "contains a backslash";
	if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is absolute";
	for (const character of path) {
		if (character === "\0") return "contains a NUL character";
		if (character < " " || character === "") return "contains a control character";
		if (FORBIDDEN_CHARACTERS.includes(character)) return `contains the character ${character}`;
	}
	const segments = path.split("/");
	if (segments.length > MAX_SEGMENTS) return `is nested deeper than ${MAX_SEGMENTS} levels`;
	if (segments.includes("..")) return "leaves the bundle (..)";
	if (segments.includes("") || segments.includes(".")) return "has an empty or \".\" segment";
	return null;
}
/** Two paths with equal keys are one file on a case-insensitive disk. */
var bundlePathKey = (path) => path.normalize("NFC").toLowerCase();
/** A path as shown to people: control characters escaped, never longer than a line. */
var quotePath = (path) => JSON.stringify(path.length > 80 ? `${path.slice(0, 80)}…` : path);
// src/main/policy/folderSource.ts
/** Undefined on Windows, where the walk below is the only check for links. */
var NO_FOLLOW = node_fs.constants.O_NOFOLLOW ?? 0;
/**
* Lists a bundle folder. Symbolic links are refused wherever they point (what they point to can change after
* the check), as is anything that is neither a file nor a folder: reading a pipe would never end.
*/
async function openFolderSource(root, limits) {
	const files = /* @__PURE__ */ new Map();
	const keys = /* @__PURE__ */ new Set();
	let totalBytes = 0;
	const pending = [""];
	try {
		for (let folder = pending.pop(); folder !== void 0; folder = pending.pop()) for (const name of await (0, node_fs_promises.readdir)((0, node_path.join)(root, folder))) {
			const path = folder === "" ? name : `${folder}/${name}`;
			const problem = bundlePathProblem(path);
			if (problem !== null) return require_result.err(policyFault("bundle-path", `The path ${quotePath(path)} in the bundle ${problem}`));
			const entry = await (0, node_fs_promises.lstat)((0, node_path.join)(root, path));
			if (entry.isSymbolicLink()) return require_result.err(policyFault("bundle-path", `${quotePath(path)} is a symbolic link; a bundle may not contain links`));
			if (entry.isDirectory()) {
				pending.push(path);
				continue;
			}
			if (!entry.isFile()) return require_result.err(policyFault("bundle-path", `${quotePath(path)} is not a regular file`));
			if (keys.has(bundlePathKey(path))) return require_result.err(policyFault("bundle-path", `The bundle contains ${quotePath(path)} twice (upper and lower case don't count)`));
			keys.add(bundlePathKey(path));
			totalBytes += entry.size;
			files.set(path, entry.size);
			const excess = limitProblem(path, entry.size, files.size, totalBytes, limits);
			if (excess !== null) return require_result.err(policyFault("bundle-limit", excess));
		}
	} catch (error) {
		return require_result.err(policyFault("bundle-unreadable", `Can't list the bundle folder: ${errorText(error)}`));
	}
	return require_result.ok({
		files,
		async read(path) {
			const bytes = files.get(path);
			if (bytes === void 0) return require_result.err(policyFault("bundle-files", `The bundle has no file ${quotePath(path)}`));
			try {
				return require_result.ok(await readExactly((0, node_path.join)(root, path), bytes));
			} catch (error) {
				return require_result.err(policyFault("bundle-unreadable", `Can't read ${quotePath(path)}: ${errorText(error)}`));
			}
		},
		close: () => Promise.resolve()
	});
}
/** Why one more entry breaks a limit, or null. Shared with the zip source. */
function limitProblem(path, bytes, fileCount, totalBytes, limits) {
	if (fileCount > limits.maxFiles) return `The bundle has more than ${limits.maxFiles} files`;
	if (bytes > limits.maxFileBytes) return `${quotePath(path)} has ${bytes} bytes, more than the ${limits.maxFileBytes} allowed`;
	if (totalBytes > limits.maxTotalBytes) return `The bundle's files add up to more than ${limits.maxTotalBytes} bytes`;
	return null;
}
/** Reads a file whose size was listed before; throws when it changed in between or became a link. */
async function readExactly(path, bytes) {
	const handle = await (0, node_fs_promises.open)(path, node_fs.constants.O_RDONLY | NO_FOLLOW);
	try {
		const content = new Uint8Array(bytes);
		let filled = 0;
		while (filled < bytes) {
			const { bytesRead } = await handle.read(content, filled, bytes - filled, filled);
			if (bytesRead === 0) throw new Error(`it ended after ${filled} of ${bytes} bytes`);
			filled += bytesRead;
		}
		return content;
	} finally {
		await handle.close();
	}
}
// src/main/policy/manifestCheck.ts
/** Checks what a schema of single fields can't: that the parts of a manifest fit each other. */
function checkManifest(manifest) {
	const badPath = pathProblem(manifest);
	if (badPath !== null) return require_result.err(policyFault("bundle-path", `manifest.json: ${badPath}`));
	const problem = listingProblem(manifest) ?? robotProblem(manifest) ?? dimsProblem(manifest) ?? taskProblem(manifest.instruction);
	return problem === null ? require_result.ok(manifest) : require_result.err(policyFault("bundle-manifest", `manifest.json: ${problem}`));
}
/** Every file the manifest refers to, with the field that does. */
function referencedFiles(manifest) {
	const { instruction, fixture, variants } = manifest;
	const graphFiles = variants.flatMap((variant) => GRAPH_NAMES.flatMap((graph) => {
		const field = `variants.${variant.precision}.${graph}`;
		const { file, externalData } = variant.graphs[graph];
		return [{
			field,
			path: file
		}, ...externalData.map((path) => ({
			field: `${field}.externalData`,
			path
		}))];
	}));
	return [
		{
			field: "instruction.tokenizer",
			path: instruction.tokenizer
		},
		{
			field: "fixture.file",
			path: fixture.file
		},
		...graphFiles
	];
}
function pathProblem(manifest) {
	const listed = manifest.files.map(({ path }) => ({
		field: "files",
		path
	}));
	for (const { field, path } of [...listed, ...referencedFiles(manifest)]) {
		const problem = bundlePathProblem(path);
		if (problem !== null) return `${field}: the path ${quotePath(path)} ${problem}`;
	}
	return null;
}
function listingProblem(manifest) {
	const keys = /* @__PURE__ */ new Set();
	for (const { path } of manifest.files) {
		if (keys.has(bundlePathKey(path))) return `files lists ${quotePath(path)} twice`;
		keys.add(bundlePathKey(path));
	}
	if (keys.has("manifest.json")) return "files must not list manifest.json itself";
	const listed = new Set(manifest.files.map(({ path }) => path));
	const referenced = referencedFiles(manifest);
	const unlisted = referenced.find(({ path }) => !listed.has(path));
	if (unlisted !== void 0) return `${unlisted.field} is ${quotePath(unlisted.path)}, which files doesn't list`;
	const used = new Set(referenced.map(({ path }) => path));
	const unused = manifest.files.find(({ path }) => !used.has(path));
	return unused === void 0 ? null : `files lists ${quotePath(unused.path)}, which nothing refers to`;
}
function robotProblem({ robot, dims }) {
	const { action, proprioception } = robot;
	if (action.gripper !== void 0 && action.gripper.dimension >= dims.actionDim) return `robot.action.gripper.dimension is ${action.gripper.dimension} of ${dims.actionDim} (counted from 0)`;
	return vectorProblem("robot.action", action.dimensions.length, action.statistics, dims.actionDim) ?? vectorProblem("robot.proprioception", proprioception.dimensions.length, proprioception.statistics, dims.proprioDim);
}
function vectorProblem(field, names, statistics, size) {
	if (names !== size) return `${field}.dimensions has ${names} entries, dims says ${size}`;
	if (statistics.mask !== void 0 && statistics.mask.length !== size) return `${field}.statistics.mask needs ${size} values`;
	switch (statistics.kind) {
		case "bounds": {
			if (statistics.low.length !== size || statistics.high.length !== size) return `${field}.statistics needs ${size} values each`;
			const flat = statistics.low.findIndex((low, index) => low === statistics.high[index]);
			return flat === -1 ? null : `${field}.statistics: low equals high in dimension ${flat}`;
		}
		case "meanStd": return statistics.mean.length === size && statistics.std.length === size ? null : `${field}.statistics needs ${size} values each`;
	}
}
function dimsProblem({ dims, layers, cameras, defaults }) {
	const stages = [
		["prelude", dims.preludeLayers],
		["core", dims.coreLayers],
		["coda", dims.codaLayers]
	];
	for (const [stage, count] of stages) if (layers && layers[stage].length !== count) return `layers.${stage} has ${layers[stage].length} entries, dims.${stage}Layers says ${count}`;
	if (dims.latentDim % dims.heads !== 0) return `dims.latentDim ${dims.latentDim} is not divisible by ${dims.heads} heads`;
	const names = cameras.map((camera) => camera.name);
	if (new Set(names).size !== names.length) return "two cameras have the same name";
	if (names.includes("tokens")) return "a camera must not be named \"tokens\": the backbone has an input of that name";
	if (defaults.horizon.kind === "fixed" && defaults.horizon.actions > dims.chunkLength) return `defaults.horizon executes ${defaults.horizon.actions} actions of a chunk of ${dims.chunkLength}`;
	return null;
}
// src/main/policy/zipSource.ts
/** Below this an entry can't hurt, and tiny texts may compress very well. */
var RATIO_EXEMPT_BYTES = 65536;
var UNIX_FILE_TYPE_MASK = 61440;
var UNIX_SYMBOLIC_LINK = 40960;
/**
* Lists a zipped bundle from its central directory, without inflating anything; entries are checked again
* while they are inflated, because a directory can lie. One common top folder is stripped ("the folder, zipped").
*/
async function openZipSource(path, limits) {
	let zip;
	try {
		zip = await (0, yauzl.openPromise)(path, {
			autoClose: false,
			strictFileNames: true,
			validateEntrySizes: false
		});
	} catch (error) {
		return require_result.err(policyFault("bundle-unreadable", `Not a readable .zip: ${errorText(error)}`));
	}
	const listed = await listEntries(zip, limits);
	if (!listed.ok) {
		zip.close();
		return listed;
	}
	const entries = stripCommonFolder(listed.value);
	return require_result.ok({
		files: new Map([...entries].map(([name, entry]) => [name, entry.uncompressedSize])),
		async read(name) {
			const entry = entries.get(name);
			if (entry === void 0) return require_result.err(policyFault("bundle-files", `The bundle has no file ${quotePath(name)}`));
			return inflate(zip, name, entry);
		},
		close() {
			zip.close();
			return Promise.resolve();
		}
	});
}
async function listEntries(zip, limits) {
	const entries = /* @__PURE__ */ new Map();
	const keys = /* @__PURE__ */ new Set();
	let seen = 0;
	let totalBytes = 0;
	try {
		for await (const entry of zip.eachEntry()) {
			seen += 1;
			if (seen > 2 * limits.maxFiles) return require_result.err(policyFault("bundle-limit", `The .zip has more than ${2 * limits.maxFiles} entries`));
			const isFolder = entry.fileName.endsWith("/");
			const path = isFolder ? entry.fileName.slice(0, -1) : entry.fileName;
			const problem = entryProblem(path, entry);
			if (problem !== null) return require_result.err(policyFault("bundle-path", problem));
			if (isFolder) continue;
			if (keys.has(bundlePathKey(path))) return require_result.err(policyFault("bundle-path", `The .zip contains ${quotePath(path)} twice`));
			keys.add(bundlePathKey(path));
			entries.set(path, entry);
			totalBytes += entry.uncompressedSize;
			const excess = limitProblem(path, entry.uncompressedSize, entries.size, totalBytes, limits) ?? ratioProblem(path, entry, limits);
			if (excess !== null) return require_result.err(policyFault("bundle-limit", excess));
		}
	} catch (error) {
		return require_result.err(policyFault("bundle-path", `The .zip's directory is refused: ${errorText(error)}`));
	}
	return require_result.ok(entries);
}
function entryProblem(path, entry) {
	const problem = bundlePathProblem(path);
	if (problem !== null) return `The path ${quotePath(path)} in the .zip ${problem}`;
	if ((entry.externalFileAttributes >>> 16 & UNIX_FILE_TYPE_MASK) === UNIX_SYMBOLIC_LINK) return `${quotePath(path)} is a symbolic link; a bundle may not contain links`;
	if (entry.isEncrypted()) return `${quotePath(path)} is encrypted`;
	if (!entry.canDecodeFileData()) return `${quotePath(path)} uses compression method ${entry.compressionMethod}; only store and deflate are read`;
	return null;
}
function ratioProblem(path, entry, limits) {
	const { compressedSize, uncompressedSize } = entry;
	if (uncompressedSize <= RATIO_EXEMPT_BYTES || uncompressedSize <= compressedSize * limits.maxCompressionRatio) return null;
	return `${quotePath(path)} would inflate from ${compressedSize} to ${uncompressedSize} bytes, more than ${limits.maxCompressionRatio} to 1 (zip bomb)`;
}
/** Inflates one entry into memory of the declared size; an entry that gives more or less is refused. */
async function inflate(zip, name, entry) {
	const declared = entry.uncompressedSize;
	try {
		const stream = await zip.openReadStreamPromise(entry);
		const content = new Uint8Array(declared);
		let filled = 0;
		for await (const chunk of stream) {
			if (filled + chunk.byteLength > declared) {
				stream.destroy();
				return require_result.err(policyFault("bundle-limit", `${quotePath(name)} inflates to more than its declared ${declared} bytes (zip bomb)`));
			}
			content.set(chunk, filled);
			filled += chunk.byteLength;
		}
		if (filled < declared) return require_result.err(policyFault("bundle-files", `${quotePath(name)} inflates to ${filled} of its declared ${declared} bytes`));
		return require_result.ok(content);
	} catch (error) {
		return require_result.err(policyFault("bundle-files", `Can't inflate ${quotePath(name)}: ${errorText(error)}`));
	}
}
/** Removes a single top folder that everything lies in, when the manifest isn't at the top itself. */
function stripCommonFolder(entries) {
	const paths = [...entries.keys()];
	const top = paths[0]?.split("/")[0];
	if (top === void 0 || entries.has("manifest.json")) return entries;
	if (!paths.every((path) => path.startsWith(`${top}/`))) return entries;
	return new Map([...entries].map(([path, entry]) => [path.slice(top.length + 1), entry]));
}
// src/main/policy/loadBundle.ts
var MANIFEST = "manifest.json";
/**
* Loads and verifies a bundle folder or .zip. Nothing is written to disk, and no session reads from it: graphs
* are created from the very bytes that were hashed.
*
* @returns a fault that names the file and the cause when anything is missing, extra, changed, too large, outside
*   the bundle, or of an unknown format version
*/
async function loadBundle(path, limits) {
	const opened = await openSource(path, limits);
	if (!opened.ok) return opened;
	const source = opened.value;
	try {
		return await verify(path, source, limits);
	} finally {
		await source.close();
	}
}
async function openSource(path, limits) {
	try {
		return (await (0, node_fs_promises.stat)(path)).isDirectory() ? await openFolderSource(path, limits) : await openZipSource(path, limits);
	} catch (error) {
		return require_result.err(policyFault("bundle-unreadable", `Can't open the bundle: ${errorText(error)}`));
	}
}
async function verify(path, source, limits) {
	const manifestBytes = source.files.get(MANIFEST);
	if (manifestBytes === void 0) return require_result.err(policyFault("bundle-files", `No ${MANIFEST}: this is not a policy bundle`));
	if (manifestBytes > limits.maxManifestBytes) return require_result.err(policyFault("bundle-limit", `${MANIFEST} has ${manifestBytes} bytes, more than the ${limits.maxManifestBytes} allowed`));
	const raw = await source.read(MANIFEST);
	if (!raw.ok) return raw;
	const parsed = parseManifest(raw.value);
	if (!parsed.ok) return parsed;
	const checked = checkManifest(parsed.value);
	if (!checked.ok) return checked;
	const manifest = checked.value;
	const listing = listingFault(manifest, source);
	if (listing !== null) return require_result.err(listing);
	const files = /* @__PURE__ */ new Map();
	for (const listed of manifest.files) {
		const content = await source.read(listed.path);
		if (!content.ok) return content;
		const found = sha256(content.value);
		if (found !== listed.sha256) return require_result.err(policyFault("bundle-hash", `${quotePath(listed.path)} has SHA-256 ${found}, the manifest says ${listed.sha256}`));
		files.set(listed.path, content.value);
	}
	return require_result.ok({
		origin: path,
		manifest,
		hash: sha256(raw.value),
		files
	});
}
/** Files and sizes must be the manifest's, no more and no less, before any of them is read. */
function listingFault(manifest, source) {
	for (const { path, bytes } of manifest.files) {
		const found = source.files.get(path);
		if (found === void 0) return policyFault("bundle-files", `The file ${quotePath(path)} is missing from the bundle`);
		if (found !== bytes) return policyFault("bundle-files", `${quotePath(path)} has ${found} bytes, the manifest says ${bytes}`);
	}
	const listed = new Set(manifest.files.map(({ path }) => path));
	const extra = [...source.files.keys()].find((path) => path !== MANIFEST && !listed.has(path));
	return extra === void 0 ? null : policyFault("bundle-files", `The bundle contains ${quotePath(extra)}, which the manifest doesn't list`);
}
var sha256 = (bytes) => (0, node_crypto.createHash)("sha256").update(bytes).digest("hex");
Object.defineProperty(exports, "DEFAULT_PROVIDERS", {
	enumerable: true,
	get: function() {
		return DEFAULT_PROVIDERS;
	}
});
Object.defineProperty(exports, "PROVIDER_NAMES", {
	enumerable: true,
	get: function() {
		return PROVIDER_NAMES;
	}
});
Object.defineProperty(exports, "affineScale", {
	enumerable: true,
	get: function() {
		return affineScale;
	}
});
Object.defineProperty(exports, "bundleLimits", {
	enumerable: true,
	get: function() {
		return bundleLimits;
	}
});
Object.defineProperty(exports, "computeSignals", {
	enumerable: true,
	get: function() {
		return computeSignals;
	}
});
Object.defineProperty(exports, "createPolicyBackend", {
	enumerable: true,
	get: function() {
		return createPolicyBackend;
	}
});
Object.defineProperty(exports, "describeBundle", {
	enumerable: true,
	get: function() {
		return describeBundle;
	}
});
Object.defineProperty(exports, "drivingProblem", {
	enumerable: true,
	get: function() {
		return drivingProblem;
	}
});
Object.defineProperty(exports, "errorText", {
	enumerable: true,
	get: function() {
		return errorText;
	}
});
Object.defineProperty(exports, "expandTasks", {
	enumerable: true,
	get: function() {
		return expandTasks;
	}
});
Object.defineProperty(exports, "firstNonFinite", {
	enumerable: true,
	get: function() {
		return firstNonFinite;
	}
});
Object.defineProperty(exports, "firstNonFiniteMetric", {
	enumerable: true,
	get: function() {
		return firstNonFiniteMetric;
	}
});
Object.defineProperty(exports, "graphSignatures", {
	enumerable: true,
	get: function() {
		return graphSignatures;
	}
});
Object.defineProperty(exports, "loadBundle", {
	enumerable: true,
	get: function() {
		return loadBundle;
	}
});
Object.defineProperty(exports, "parseFixture", {
	enumerable: true,
	get: function() {
		return parseFixture;
	}
});
Object.defineProperty(exports, "policyFault", {
	enumerable: true,
	get: function() {
		return policyFault;
	}
});
Object.defineProperty(exports, "providerOrder", {
	enumerable: true,
	get: function() {
		return providerOrder;
	}
});

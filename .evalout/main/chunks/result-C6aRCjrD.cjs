let zod = require("zod");
/**
* Signals of one iteration k, each comparing iteration k with k − 1. `null` where undefined: all of them at
* k = 1, `latentAcceleration` below k = 3, action signals where the coda was not evaluated.
*
* - `actionMse`: mean((a_k − a_{k−1})²) over T×A normalised actions (the reference code's `kl_divergence`)
* - `kl`: Σ(a_k − a_{k−1})² / (2σ_a²), KL of two Gaussians of equal covariance σ_a²·I
* - `actionL2`: ‖a_k − a_{k−1}‖₂ (the reference step logs' `action_delta_list`)
* - `cosine`: 1 − cos(a_k, a_{k−1})
* - `latentDelta`: ‖S_k − S_{k−1}‖₂ / ‖S_{k−1}‖₂, `latentL2`: its absolute numerator
* - `latentCosine`: 1 − cos(S_k, S_{k−1})
* - `latentAcceleration`: ‖(S_k − S_{k−1}) − (S_{k−1} − S_{k−2})‖₂ / ‖S_{k−1}‖₂
*/
var signals = zod.z.object({
	actionMse: zod.z.number().nullable(),
	kl: zod.z.number().nullable(),
	actionL2: zod.z.number().nullable(),
	cosine: zod.z.number().nullable(),
	latentDelta: zod.z.number().nullable(),
	latentL2: zod.z.number().nullable(),
	latentCosine: zod.z.number().nullable(),
	latentAcceleration: zod.z.number().nullable()
});
var patience = {
	minIterations: zod.z.int().min(2).max(32).default(2),
	patience: zod.z.int().min(1).max(32).default(1)
};
var threshold = zod.z.number().positive().finite();
/** When an iteration may stop. Data, changeable between two iterations. Tests start at k = 2. */
var stoppingRule = zod.z.discriminatedUnion("kind", [
	zod.z.object({
		kind: zod.z.literal("fixed"),
		iterations: zod.z.int().min(1).max(32)
	}),
	zod.z.object({
		kind: zod.z.literal("actionMse"),
		threshold,
		...patience
	}),
	zod.z.object({
		kind: zod.z.literal("kl"),
		threshold,
		...patience
	}),
	zod.z.object({
		kind: zod.z.literal("cosine"),
		threshold,
		...patience
	}),
	zod.z.object({
		kind: zod.z.literal("latentDelta"),
		threshold,
		...patience
	}),
	zod.z.object({
		kind: zod.z.literal("deadline"),
		/** Milliseconds after the observation's capture time. */
		milliseconds: zod.z.number().positive().finite(),
		...patience
	})
]);
/** `paper` shortens the horizon when K is large; `reference-code` does the opposite (see refinement notes). */
var horizonDirection = zod.z.enum(["paper", "reference-code"]);
/** How many of the T actions of a chunk are executed before the next prediction. */
var horizonRule = zod.z.discriminatedUnion("kind", [
	zod.z.object({
		kind: zod.z.literal("fixed"),
		actions: zod.z.int().min(1).max(256)
	}),
	zod.z.object({ kind: zod.z.literal("linearDecay") }),
	zod.z.object({
		kind: zod.z.literal("threshold"),
		kStar: zod.z.int().min(1).max(32),
		short: zod.z.int().min(1).max(256),
		long: zod.z.int().min(1).max(256),
		direction: horizonDirection
	}),
	zod.z.object({
		kind: zod.z.literal("bucket"),
		warmup: zod.z.int().min(1).max(100),
		direction: horizonDirection
	})
]);
/** What an operator may change about refinement, at any time. */
var refinementSettings = zod.z.object({
	stopping: stoppingRule,
	horizon: horizonRule,
	maxIterations: zod.z.int().min(1).max(32),
	/** At least this many milliseconds per iteration, so that people can follow; 0 runs at full speed. */
	paceMs: zod.z.number().min(0).max(1e4),
	/** Pause at k = 1 of the next prediction (once), or of every prediction. */
	pauseAt: zod.z.enum([
		"never",
		"next",
		"every"
	])
});
/** Refinement phases (policy host). `held` needs a person: the cause says why. */
var refinementPhase = zod.z.discriminatedUnion("kind", [
	zod.z.object({ kind: zod.z.literal("idle") }),
	zod.z.object({ kind: zod.z.literal("observing") }),
	zod.z.object({ kind: zod.z.literal("encoding") }),
	zod.z.object({
		kind: zod.z.literal("refining"),
		k: zod.z.int().min(0)
	}),
	zod.z.object({
		kind: zod.z.literal("paused"),
		k: zod.z.int().min(0),
		/** Why it is paused: the operator, "pause at prediction", the end of step(n), or convergence reached. */
		reason: zod.z.enum([
			"operator",
			"pauseAt",
			"stepped",
			"converged",
			"rewound"
		])
	}),
	zod.z.object({
		kind: zod.z.literal("decided"),
		k: zod.z.int().min(0)
	}),
	zod.z.object({
		kind: zod.z.literal("held"),
		k: zod.z.int().min(0),
		cause: zod.z.string()
	})
]);
/** One iteration as the engine keeps it and the scope draws it. */
var iterationRecord = zod.z.object({
	k: zod.z.int().min(1),
	signals,
	/** Decoded chunk a_k, T×A row-major, normalised to [−1, 1]; null where the coda was not evaluated. */
	chunk: zod.z.instanceof(Float32Array).nullable(),
	stepMs: zod.z.number(),
	codaMs: zod.z.number(),
	/** When the iteration was complete, nanoseconds: kept so that a deadline decides alike on replay. */
	completedNanos: zod.z.number()
});
var stopReason = zod.z.enum([
	"rule",
	"maxIterations",
	"operator",
	"override"
]);
/** Host-measured stage latencies of one prediction, milliseconds; step and coda are totals over k. */
var stageLatencies = zod.z.object({
	observe: zod.z.number(),
	encode: zod.z.number(),
	prelude: zod.z.number(),
	step: zod.z.number(),
	coda: zod.z.number()
});
/** The prediction being refined, or the one last decided. */
var predictionView = zod.z.object({
	/** Counts from 0 within the run's episode. */
	index: zod.z.int().min(0),
	episode: zod.z.int().min(0),
	epoch: zod.z.int().min(0),
	seed: zod.z.int().min(0),
	reseeds: zod.z.int().min(0),
	observationNanos: zod.z.number(),
	/** Commanded end-effector position at the observation, metres: where the chunk's path starts. */
	startMetres: zod.z.tuple([
		zod.z.number(),
		zod.z.number(),
		zod.z.number()
	]),
	k: zod.z.int().min(0),
	iterations: zod.z.array(iterationRecord),
	stages: stageLatencies,
	/** Set when a rule fired (also when people chose to go beyond it). */
	converged: zod.z.object({
		k: zod.z.int(),
		reason: stopReason
	}).nullable(),
	human: zod.z.boolean()
});
/** A finished prediction, as the strip and the records keep it. */
var predictionRecord = predictionView.extend({
	stopReason,
	rule: stoppingRule,
	horizonRule,
	/** Number of actions that will be executed, 1…T. */
	horizon: zod.z.int().min(1),
	/** The committed chunk, T×A normalised (differs from iteration K's only after an override). */
	chunk: zod.z.instanceof(Float32Array),
	provider: zod.z.string()
});
/** What an operator can do to refinement. Every command is valid in every phase; where it has no meaning it is refused with a reason. */
var refinementCommand = zod.z.discriminatedUnion("type", [
	zod.z.object({ type: zod.z.literal("pause") }),
	zod.z.object({ type: zod.z.literal("resume") }),
	zod.z.object({
		type: zod.z.literal("step"),
		count: zod.z.int().min(1).max(32)
	}),
	zod.z.object({ type: zod.z.literal("runToConvergence") }),
	zod.z.object({ type: zod.z.literal("haltNow") }),
	zod.z.object({
		type: zod.z.literal("goBeyond"),
		count: zod.z.int().min(1).max(32)
	}),
	zod.z.object({
		type: zod.z.literal("rewind"),
		k: zod.z.int().min(0).max(32)
	}),
	zod.z.object({
		type: zod.z.literal("reseed"),
		seed: zod.z.int().min(0).max(4294967295)
	}),
	zod.z.object({
		type: zod.z.literal("override"),
		/** Edited chunk, T×A normalised; policies overshoot ±1 a little, so what lies beyond is clamped, not refused. */
		chunk: zod.z.array(zod.z.number()).min(1).max(16384),
		/** Actions to execute; omitted: the horizon rule decides. */
		horizon: zod.z.int().min(1).max(256).optional()
	}),
	zod.z.object({ type: zod.z.literal("reject") }),
	zod.z.object({
		type: zod.z.literal("settings"),
		settings: refinementSettings.partial()
	})
]);
/** Per-action dimension of the bundle, for axes and labels. */
var actionDimension = zod.z.object({
	name: zod.z.string(),
	unit: zod.z.string()
});
/** What the UI needs to know of the loaded bundle. */
var policyInfo = zod.z.object({
	name: zod.z.string(),
	version: zod.z.string(),
	description: zod.z.string(),
	bundleHash: zod.z.string(),
	/** Folder or zip it was loaded from. */
	origin: zod.z.string(),
	/** Where its weights came from: name and value, as its manifest says. */
	provenance: zod.z.array(zod.z.tuple([zod.z.string(), zod.z.string()])),
	precision: zod.z.enum(["float32", "int8"]),
	chunkLength: zod.z.int().min(1),
	actionDims: zod.z.array(actionDimension).min(1),
	/** SI value per unit of normalised action and its offset: si = offset + scale · normalised. */
	actionScale: zod.z.array(zod.z.number()),
	actionOffset: zod.z.array(zod.z.number()),
	sigmaA: zod.z.number().positive(),
	controlRateHz: zod.z.number().positive(),
	latentShape: zod.z.tuple([zod.z.int(), zod.z.int()]),
	cameras: zod.z.array(zod.z.object({
		name: zod.z.string(),
		width: zod.z.int(),
		height: zod.z.int()
	})),
	tasks: zod.z.array(zod.z.string()),
	defaults: refinementSettings,
	provider: zod.z.string(),
	/** Providers tried before, each with the reason it was refused. */
	refusedProviders: zod.z.array(zod.z.object({
		provider: zod.z.string(),
		reason: zod.z.string()
	})),
	selfTest: zod.z.object({
		maxStateError: zod.z.number(),
		maxActionError: zod.z.number(),
		tolerance: zod.z.number(),
		/** False for rounded weights: their states differ by design, and only actions are held to the tolerance. */
		judgesStates: zod.z.boolean()
	})
});
// src/shared/domain/result.ts
var ok = (value) => ({
	ok: true,
	value
});
var err = (error) => ({
	ok: false,
	error
});
/** Makes a `switch` over a tagged union exhaustive at compile time. */
function assertNever(value) {
	throw new Error(`Unexpected variant: ${JSON.stringify(value)}`);
}
Object.defineProperty(exports, "actionDimension", {
	enumerable: true,
	get: function() {
		return actionDimension;
	}
});
Object.defineProperty(exports, "assertNever", {
	enumerable: true,
	get: function() {
		return assertNever;
	}
});
Object.defineProperty(exports, "err", {
	enumerable: true,
	get: function() {
		return err;
	}
});
Object.defineProperty(exports, "horizonRule", {
	enumerable: true,
	get: function() {
		return horizonRule;
	}
});
Object.defineProperty(exports, "ok", {
	enumerable: true,
	get: function() {
		return ok;
	}
});
Object.defineProperty(exports, "policyInfo", {
	enumerable: true,
	get: function() {
		return policyInfo;
	}
});
Object.defineProperty(exports, "predictionRecord", {
	enumerable: true,
	get: function() {
		return predictionRecord;
	}
});
Object.defineProperty(exports, "predictionView", {
	enumerable: true,
	get: function() {
		return predictionView;
	}
});
Object.defineProperty(exports, "refinementCommand", {
	enumerable: true,
	get: function() {
		return refinementCommand;
	}
});
Object.defineProperty(exports, "refinementPhase", {
	enumerable: true,
	get: function() {
		return refinementPhase;
	}
});
Object.defineProperty(exports, "refinementSettings", {
	enumerable: true,
	get: function() {
		return refinementSettings;
	}
});
Object.defineProperty(exports, "stoppingRule", {
	enumerable: true,
	get: function() {
		return stoppingRule;
	}
});

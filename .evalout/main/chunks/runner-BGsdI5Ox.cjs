const require_result = require("./result-C6aRCjrD.cjs");
const require_units = require("./units-Da9LRzHK.cjs");
const require_xoshiro = require("./xoshiro-m3HhS9pj.cjs");
const require_stopping = require("./stopping-BXyAV40v.cjs");
const require_loadBundle = require("./loadBundle-BCSki33S.cjs");
// src/shared/engine/snapshot.ts
function phaseOf({ activity }) {
	switch (activity.kind) {
		case "idle":
		case "observing":
		case "encoding": return { kind: activity.kind };
		case "refining":
		case "decided": return {
			kind: activity.kind,
			k: activity.prediction.k
		};
		case "paused": return {
			kind: "paused",
			k: activity.prediction.k,
			reason: activity.reason
		};
		case "held": return {
			kind: "held",
			k: activity.prediction.k,
			cause: activity.cause
		};
		default: return require_result.assertNever(activity);
	}
}
/** The prediction being refined or last decided; null when idle or waiting for an observation. */
function predictionOf({ activity }) {
	return activity.kind === "idle" || activity.kind === "observing" ? null : activity.prediction;
}
/** What the UI gets to see (a `RefinementSnapshot` of the IPC contract). Shares the state's arrays: don't write. */
function toSnapshot(state, nowNanos) {
	return {
		nanos: nowNanos,
		phase: phaseOf(state),
		settings: state.settings,
		prediction: predictionOf(state)
	};
}
// src/shared/engine/horizon.ts
var NO_STATISTICS = {
	count: 0,
	sum: 0,
	sumOfSquares: 0
};
var countIterations = (statistics, k) => ({
	count: statistics.count + 1,
	sum: statistics.sum + k,
	sumOfSquares: statistics.sumOfSquares + k * k
});
/** The chunk length the built-in numbers of `linearDecay` and `bucket` are written for. */
var REFERENCE_CHUNK_LENGTH = 8;
/** Reference default horizon: `bucket` uses it until it has seen enough predictions. */
var REFERENCE_HORIZON = 5;
/**
* How many actions of the chunk are executed, 1…T. Numbers a person wrote into the rule count actions and are
* only clamped; the built-in ones of `linearDecay` and `bucket` are for T = 8 and scale with T.
* Source: RD-VLA (arXiv 2602.07845) and its reference evaluation code.
*/
function chooseHorizon(rule, input) {
	const { iterations, chunkLength } = input;
	const within = (actions) => require_units.clamp(actions, 1, chunkLength);
	const scaled = (actions) => within(Math.round(actions * chunkLength / REFERENCE_CHUNK_LENGTH));
	switch (rule.kind) {
		case "fixed": return within(rule.actions);
		case "linearDecay": return scaled(linearDecay(iterations));
		case "threshold": {
			const deep = iterations > rule.kStar;
			return within((rule.direction === "paper" ? deep : !deep) ? rule.short : rule.long);
		}
		case "bucket": return scaled(bucket(rule, input));
		default: return require_result.assertNever(rule);
	}
}
/** More thinking = less certain = shorter. */
function linearDecay(iterations) {
	if (iterations <= 6) return 8;
	if (iterations <= 8) return 7;
	return Math.max(2, 7 - (iterations - 8));
}
/**
* The quarter of the running μ ± σ (population σ) that K falls into. The paper's direction mirrors the
* comparisons of the reference code ("shorter when K is greater"), so predictions that all need the same K
* (σ = 0) get the longest horizon in both directions.
*/
function bucket(rule, input) {
	const { iterations, statistics } = input;
	if (statistics.count < rule.warmup || statistics.count === 0) return REFERENCE_HORIZON;
	const { count, sum, sumOfSquares } = statistics;
	const mean = sum / count;
	const sigma = count > 1 ? Math.sqrt(count * sumOfSquares - sum * sum) / count : 1;
	if (rule.direction === "reference-code") {
		if (iterations < mean - sigma) return 2;
		if (iterations < mean) return 4;
		return iterations < mean + sigma ? 6 : 8;
	}
	if (iterations > mean + sigma) return 2;
	if (iterations > mean) return 4;
	return iterations > mean - sigma ? 6 : 8;
}
// src/shared/engine/state.ts
function createEngine(config, settings) {
	return {
		config,
		settings,
		epoch: 0,
		motionPaused: false,
		engaged: false,
		episode: 0,
		sceneSeed: 0,
		task: null,
		statistics: NO_STATISTICS,
		generation: 0,
		initialisedNanos: 0,
		activity: { kind: "idle" }
	};
}
// src/shared/engine/moves.ts
/** The steps that events and commands are made of. */
var stay = (state) => ({
	state,
	effects: []
});
/** Another phase or computation: what was being computed is no longer wanted. */
var enter = (state, activity) => ({
	...state,
	generation: state.generation + 1,
	activity
});
var idle = (state) => stay(enter(state, { kind: "idle" }));
function observe(state, index, pauseFirst) {
	return {
		state: enter(state, {
			kind: "observing",
			index,
			pauseFirst
		}),
		effects: [{
			type: "observe",
			epoch: state.epoch
		}]
	};
}
function encode(state, prediction, plan) {
	const next = enter(state, {
		kind: "encoding",
		prediction,
		plan
	});
	return {
		state: next,
		effects: [{
			type: "encode",
			generation: next.generation
		}]
	};
}
/** A fresh S_0 that the first iteration will start from. */
var initialise = (prediction) => ({
	type: "initialise",
	seed: prediction.seed
});
/** Asks for the next iteration; whatever was asked before is no longer wanted. */
function iterate(state, prediction, plan) {
	const notBeforeNanos = (prediction.iterations.at(-1)?.completedNanos ?? state.initialisedNanos) + require_units.millisToNanos(state.settings.paceMs);
	const next = enter(state, {
		kind: "refining",
		prediction,
		plan,
		notBeforeNanos
	});
	return {
		state: next,
		effects: [{
			type: "iterate",
			k: prediction.k + 1,
			generation: next.generation,
			notBeforeNanos
		}]
	};
}
var pause = (state, prediction, reason, whenMotionResumes = null) => stay(enter(state, {
	kind: "paused",
	prediction,
	reason,
	whenMotionResumes
}));
function hold(state, prediction, code, cause) {
	return {
		state: enter(state, {
			kind: "held",
			prediction,
			cause
		}),
		effects: [{
			type: "hold",
			code,
			message: cause
		}]
	};
}
/** Between two iterations: decide, pause or go on. */
function atBoundary(state, prediction, plan) {
	const { settings } = state;
	const { k, converged } = prediction;
	switch (plan.kind) {
		case "until": return k >= Math.min(plan.k, settings.maxIterations) ? pause(state, prediction, "stepped") : iterate(state, prediction, plan);
		case "converge": return converged ? pause(state, prediction, "converged") : iterate(state, prediction, plan);
		case "run": {
			if (k !== 1 || settings.pauseAt === "never") return carryOut(state, prediction, { kind: "run" });
			const pauseAt = settings.pauseAt === "next" ? "never" : settings.pauseAt;
			return pause({
				...state,
				settings: {
					...settings,
					pauseAt
				}
			}, prediction, "pauseAt");
		}
		default: return require_result.assertNever(plan);
	}
}
/** Does what was intended; a decision waits, paused, while the robot is paused. */
function carryOut(state, prediction, intent) {
	const { k, converged } = prediction;
	switch (intent.kind) {
		case "run":
			if (!converged) return iterate(state, prediction, { kind: "run" });
			return decide(state, prediction, intent, "converged", converged.reason);
		case "resume":
			if (!converged) return iterate(state, prediction, { kind: "run" });
			return decide(state, prediction, intent, "converged", converged.k === k ? converged.reason : "operator");
		case "halt": return decide(state, prediction, intent, "operator", "operator");
		case "override": return decide(state, prediction, intent, "operator", "override");
		default: return require_result.assertNever(intent);
	}
}
function decide(state, prediction, intent, pauseReason, stopReason) {
	if (state.motionPaused) return pause(state, prediction, pauseReason, intent);
	const chunk = intent.kind === "override" ? intent.chunk : prediction.iterations.at(-1)?.chunk;
	if (!chunk) return hold(state, prediction, "badChunk", `no chunk was decoded at k = ${prediction.k}`);
	const { config, settings } = state;
	const { k } = prediction;
	const decided = {
		...prediction,
		human: prediction.human || intent.kind === "override"
	};
	const statistics = k === 0 ? state.statistics : countIterations(state.statistics, k);
	const { chunkLength } = config;
	const chosen = intent.kind === "override" ? intent.horizon : null;
	const record = {
		...decided,
		stopReason,
		rule: settings.stopping,
		horizonRule: settings.horizon,
		horizon: chosen === null ? chooseHorizon(settings.horizon, {
			iterations: k,
			chunkLength,
			statistics
		}) : Math.min(chosen, chunkLength),
		chunk: chunk.slice(),
		provider: config.provider
	};
	return {
		state: enter({
			...state,
			statistics
		}, {
			kind: "decided",
			prediction: decided,
			pauseNext: false
		}),
		effects: [{
			type: "commit",
			record
		}]
	};
}
// src/shared/engine/prediction.ts
function newPrediction(start) {
	const { index, episode, epoch, seed, observationNanos, startMetres, observeMs } = start;
	return {
		index,
		episode,
		epoch,
		seed,
		reseeds: 0,
		observationNanos,
		startMetres: [...startMetres],
		k: 0,
		iterations: [],
		stages: {
			observe: observeMs,
			encode: 0,
			prelude: 0,
			step: 0,
			coda: 0
		},
		converged: null,
		human: false
	};
}
var withEncoding = (prediction, encode, prelude) => ({
	...prediction,
	stages: {
		...prediction.stages,
		encode,
		prelude
	}
});
function withIteration(prediction, iteration, settings) {
	const next = withIterations(prediction, [...prediction.iterations, iteration]);
	return prediction.converged ? next : judgedBy(next, settings);
}
/** Back to S_k: later iterations are forgotten. */
function rewound(prediction, k, settings) {
	const back = withIterations(prediction, prediction.iterations.slice(0, k));
	return prediction.converged && prediction.converged.k <= k ? back : judgedBy(back, settings);
}
var reseeded = (prediction, seed) => ({
	...withIterations(prediction, []),
	converged: null,
	seed,
	reseeds: prediction.reseeds + 1
});
/**
* Whether the rule fires at the newest iteration. A rule that was changed on the way never looks further back:
* what it would have accepted at an earlier k is not what would be executed now.
*/
function judgedBy(prediction, settings) {
	const { k, iterations, observationNanos } = prediction;
	const { stopping, maxIterations } = settings;
	const verdict = require_stopping.evaluateStopping(stopping, iterations, {
		observationNanos,
		maxIterations
	});
	return {
		...prediction,
		converged: verdict.stop ? {
			k,
			reason: verdict.reason
		} : null
	};
}
/** The operator changed a rule that this prediction is decided by. */
var ruledByHuman = (prediction, settings) => ({
	...judgedBy(prediction, settings),
	human: true
});
/** Everything that follows from the iterations alone, derived anew so that it can't disagree with them. */
function withIterations(prediction, iterations) {
	return {
		...prediction,
		iterations,
		k: iterations.length,
		stages: {
			...prediction.stages,
			step: iterations.reduce((sum, iteration) => sum + iteration.stepMs, 0),
			coda: iterations.reduce((sum, iteration) => sum + iteration.codaMs, 0)
		}
	};
}
// src/shared/engine/commands.ts
/** Carries out an operator's command, or refuses it with a reason; a refused command changes nothing. */
function command(state, given, nowNanos) {
	switch (given.type) {
		case "pause": return pauseCommand(state);
		case "resume": return resumeCommand(state);
		case "step": return step(state, given);
		case "runToConvergence": return runToConvergence(state);
		case "haltNow": return haltNow(state);
		case "goBeyond": return goBeyond(state, given);
		case "rewind": return rewind(state, given);
		case "reseed": return reseed(state, given, nowNanos);
		case "override": return override(state, given);
		case "reject": return reject(state);
		case "settings": return changeSettings(state, given, nowNanos);
		default: return require_result.assertNever(given);
	}
}
var refuse = (state, type, reason) => ({
	state,
	effects: [{
		type: "refused",
		command: type,
		reason
	}]
});
/** Why a command that works on iterations means nothing in these phases. */
function whyClosed(activity) {
	switch (activity.kind) {
		case "idle": return "No prediction is running";
		case "observing": return "The policy is still waiting for an observation";
		case "encoding": return "The observation is still being encoded";
		case "decided": return "The chunk is decided already and with the robot";
		case "held": return `The prediction is held (${activity.cause}): resume the robot to observe again`;
		default: return require_result.assertNever(activity);
	}
}
function pauseCommand(state) {
	const { activity } = state;
	switch (activity.kind) {
		case "observing": return stay({
			...state,
			activity: {
				...activity,
				pauseFirst: true
			}
		});
		case "encoding": return stay({
			...state,
			activity: {
				...activity,
				plan: { kind: "pause" }
			}
		});
		case "refining": return pause(state, activity.prediction, "operator");
		case "paused": return activity.whenMotionResumes ? pause(state, activity.prediction, "operator") : stay(state);
		case "decided": return stay({
			...state,
			activity: {
				...activity,
				pauseNext: true
			}
		});
		case "idle":
		case "held": return refuse(state, "pause", whyClosed(activity));
		default: return require_result.assertNever(activity);
	}
}
/** Where nothing is paused there is nothing to do, and nothing to refuse: the UI resumes robot and policy alike. */
function resumeCommand(state) {
	const { activity } = state;
	const run = { kind: "run" };
	switch (activity.kind) {
		case "idle": return stay(state);
		case "observing": return stay({
			...state,
			activity: {
				...activity,
				pauseFirst: false
			}
		});
		case "encoding": return stay({
			...state,
			activity: {
				...activity,
				plan: run
			}
		});
		case "refining": return activity.plan.kind !== "run" && activity.prediction.converged ? carryOut(state, activity.prediction, { kind: "resume" }) : stay({
			...state,
			activity: {
				...activity,
				plan: run
			}
		});
		case "paused": return activity.whenMotionResumes ? stay(state) : carryOut(state, activity.prediction, { kind: "resume" });
		case "decided": return stay({
			...state,
			activity: {
				...activity,
				pauseNext: false
			}
		});
		case "held": return refuse(state, "resume", whyClosed(activity));
		default: return require_result.assertNever(activity);
	}
}
/** Goes on by another plan: from a pause at once, otherwise with the iteration that is under way. */
function follow(state, activity, plan) {
	return activity.kind === "paused" ? iterate(state, activity.prediction, plan) : stay({
		...state,
		activity: {
			...activity,
			plan
		}
	});
}
var depthReached = (state) => `The limit of ${state.settings.maxIterations} iterations is reached: halt, rewind or reseed`;
function step(state, { type, count }) {
	const { activity, settings } = state;
	if (activity.kind === "encoding") return stay({
		...state,
		activity: {
			...activity,
			plan: {
				kind: "until",
				k: count
			}
		}
	});
	if (activity.kind !== "refining" && activity.kind !== "paused") return refuse(state, type, whyClosed(activity));
	const { k } = activity.prediction;
	if (k >= settings.maxIterations) return refuse(state, type, depthReached(state));
	return follow(state, activity, {
		kind: "until",
		k: k + count
	});
}
function runToConvergence(state) {
	const { activity } = state;
	const type = "runToConvergence";
	if (activity.kind === "encoding") return stay({
		...state,
		activity: {
			...activity,
			plan: { kind: "converge" }
		}
	});
	if (activity.kind !== "refining" && activity.kind !== "paused") return refuse(state, type, whyClosed(activity));
	const { converged } = activity.prediction;
	if (!converged) return follow(state, activity, { kind: "converge" });
	if (activity.kind === "refining") return pause(state, activity.prediction, "converged");
	return refuse(state, type, `The rule has fired already, at k = ${converged.k}: resume to accept, or go beyond`);
}
function haltNow(state) {
	const { activity } = state;
	const type = "haltNow";
	if (activity.kind !== "refining" && activity.kind !== "paused") return refuse(state, type, whyClosed(activity));
	if (!activity.prediction.iterations.at(-1)?.chunk) return refuse(state, type, "There is no decoded chunk yet: step first");
	return carryOut(state, activity.prediction, { kind: "halt" });
}
function goBeyond(state, { type, count }) {
	const { activity, settings } = state;
	if (activity.kind !== "refining" && activity.kind !== "paused") return refuse(state, type, whyClosed(activity));
	const { k, converged } = activity.prediction;
	if (!converged) return refuse(state, type, "No rule has fired yet: step or run to convergence instead");
	if (k >= settings.maxIterations) return refuse(state, type, depthReached(state));
	return follow(state, activity, {
		kind: "until",
		k: k + count
	});
}
function rewind(state, { type, k }) {
	const { activity, settings } = state;
	if (activity.kind !== "refining" && activity.kind !== "paused") return refuse(state, type, whyClosed(activity));
	const { prediction } = activity;
	if (k > prediction.k) return refuse(state, type, `Iteration ${k} doesn't exist yet: this prediction is at k = ${prediction.k}`);
	return pause(state, rewound(prediction, k, settings), "rewound");
}
function reseed(state, { type, seed }, nowNanos) {
	const { activity } = state;
	if (activity.kind === "encoding") return stay({
		...state,
		activity: {
			...activity,
			prediction: reseeded(activity.prediction, seed)
		}
	});
	if (activity.kind !== "refining" && activity.kind !== "paused") return refuse(state, type, whyClosed(activity));
	const fresh = reseeded(activity.prediction, seed);
	const drawn = {
		...state,
		initialisedNanos: nowNanos
	};
	const { state: next, effects } = activity.kind === "paused" ? pause(drawn, fresh, "operator") : iterate(drawn, fresh, activity.plan);
	return {
		state: next,
		effects: [initialise(fresh), ...effects]
	};
}
function override(state, { type, chunk, horizon }) {
	const { activity, config } = state;
	if (activity.kind !== "refining" && activity.kind !== "paused") return refuse(state, type, whyClosed(activity));
	const size = config.chunkLength * config.actionDims;
	if (chunk.length !== size) {
		const shape = `${config.chunkLength} actions × ${config.actionDims}`;
		return refuse(state, type, `The edited chunk has ${chunk.length} values, expected ${size} (${shape})`);
	}
	const edited = Float32Array.from(chunk);
	const bad = require_loadBundle.firstNonFinite(edited);
	if (bad !== null) return refuse(state, type, `The edited chunk's value ${bad} is not a finite number`);
	return carryOut(state, activity.prediction, {
		kind: "override",
		chunk: edited,
		horizon: horizon ?? null
	});
}
function reject(state) {
	const { activity } = state;
	if (activity.kind === "idle" || activity.kind === "observing" || activity.kind === "decided") return refuse(state, "reject", whyClosed(activity));
	const { episode, index } = activity.prediction;
	const next = state.engaged ? observe(state, index + 1, mustNotRunOn(activity)) : idle(state);
	return {
		...next,
		effects: [{
			type: "rejected",
			episode,
			prediction: index
		}, ...next.effects]
	};
}
/** Whether the operator paused, or would be asked again before anything is executed: so it stays for the next. */
function mustNotRunOn(activity) {
	switch (activity.kind) {
		case "encoding":
		case "refining": return activity.plan.kind !== "run";
		case "paused": return activity.whenMotionResumes === null;
		case "held": return false;
		default: return require_result.assertNever(activity);
	}
}
function changeSettings(state, { type, settings }, nowNanos) {
	const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== void 0));
	const parsed = require_result.refinementSettings.safeParse({
		...state.settings,
		...given
	});
	if (!parsed.success) return refuse(state, type, `These settings are not valid: ${parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")}`);
	const changesRules = RULES.some((rule) => given[rule] !== void 0);
	return adopt(state, parsed.data, changesRules, nowNanos);
}
/** What decides about a prediction, in contrast to how fast it goes. */
var RULES = [
	"stopping",
	"horizon",
	"maxIterations"
];
function adopt(state, settings, changesRules, nowNanos) {
	const { activity } = state;
	const next = {
		...state,
		settings
	};
	if (activity.kind === "encoding" && changesRules) return stay({
		...next,
		activity: {
			...activity,
			prediction: {
				...activity.prediction,
				human: true
			}
		}
	});
	if (activity.kind !== "refining" && activity.kind !== "paused") return stay(next);
	const prediction = changesRules ? ruledByHuman(activity.prediction, settings) : activity.prediction;
	if (activity.kind === "refining" && changesRules && prediction.converged) {
		if (activity.plan.kind === "run") return carryOut(next, prediction, { kind: "run" });
		if (activity.plan.kind === "converge") return pause(next, prediction, "converged");
	}
	if (activity.kind === "refining" && nowNanos < activity.notBeforeNanos && settings.paceMs !== state.settings.paceMs) return iterate(next, prediction, activity.plan);
	return stay({
		...next,
		activity: {
			...activity,
			prediction
		}
	});
}
// src/shared/engine/transition.ts
/**
* The refinement state machine: `idle → observing → encoding → refining(k) ⇄ paused(k) → decided`, and `held`
* when a person is needed. Pure: the host performs the effects and reports back with events.
*/
function transition(state, event) {
	switch (event.type) {
		case "engage": return engage(state, event);
		case "disengage": return disengage(state, event);
		case "observed": return observed(state, event);
		case "encoded": return encoded(state, event);
		case "iterated": return iterated(state, event);
		case "failed": return failed(state, event);
		case "executed": return executed(state, event);
		case "motionPaused": return withEpoch({
			...state,
			motionPaused: true
		}, event.epoch);
		case "motionResumed": return motionResumed(state, event);
		case "command": return command(state, event.command, event.nowNanos);
		default: return require_result.assertNever(event);
	}
}
function engage(state, event) {
	const { epoch, episode, sceneSeed, firstPrediction } = event;
	return observe({
		...state,
		epoch,
		motionPaused: false,
		engaged: true,
		episode,
		sceneSeed
	}, firstPrediction, false);
}
/** What a fault held stays to be seen until the next prediction begins. */
function disengage(state, { epoch }) {
	const ended = {
		...state,
		epoch,
		motionPaused: false,
		engaged: false
	};
	return state.activity.kind === "held" ? stay(ended) : idle(ended);
}
function observed(state, event) {
	const { activity, episode, epoch, sceneSeed } = state;
	if (activity.kind !== "observing" || event.epoch !== epoch) return stay(state);
	const { index, pauseFirst } = activity;
	const { observationNanos, startMetres, observeMs, task } = event;
	const prediction = newPrediction({
		index,
		episode,
		epoch,
		seed: require_xoshiro.deriveSeed(sceneSeed, index),
		observationNanos,
		startMetres,
		observeMs
	});
	const statistics = task === state.task ? state.statistics : NO_STATISTICS;
	return encode({
		...state,
		task,
		statistics
	}, prediction, { kind: pauseFirst ? "pause" : "run" });
}
function encoded(state, event) {
	const { activity } = state;
	if (activity.kind !== "encoding" || state.generation !== event.generation) return stay(state);
	const { plan } = activity;
	const prediction = withEncoding(activity.prediction, event.encodeMs, event.preludeMs);
	const drawn = {
		...state,
		initialisedNanos: event.nowNanos
	};
	const next = plan.kind === "pause" ? pause(drawn, prediction, "operator") : atBoundary(drawn, prediction, plan);
	return {
		...next,
		effects: [initialise(prediction), ...next.effects]
	};
}
function iterated(state, event) {
	const { activity, settings } = state;
	if (activity.kind !== "refining" || state.generation !== event.generation) return stay(state);
	const { prediction, plan } = activity;
	const { k } = event;
	if (k !== prediction.k + 1) throw new Error(`Asked for iteration ${prediction.k + 1}, got ${k}`);
	const fault = chunkFault(state, event);
	if (fault) return hold(state, prediction, fault.code, fault.cause);
	const chunk = event.chunk?.slice() ?? null;
	return atBoundary(state, withIteration(prediction, {
		k,
		signals: require_loadBundle.computeSignals(k, previousChunk(prediction), chunk, state.config.sigmaA, event.latent),
		chunk,
		stepMs: event.stepMs,
		codaMs: event.codaMs,
		completedNanos: event.nowNanos
	}, settings), plan);
}
var previousChunk = (prediction) => prediction.iterations.at(-1)?.chunk ?? null;
/** A NaN would make every comparison false and refinement run on for ever: find it where it appears. */
function chunkFault({ config }, { k, chunk, latent }) {
	const metric = require_loadBundle.firstNonFiniteMetric(latent);
	if (metric) return {
		code: "nonFinite",
		cause: `non-finite ${metric} at k = ${k}`
	};
	if (!chunk) return null;
	const expected = config.chunkLength * config.actionDims;
	if (chunk.length !== expected) return {
		code: "badChunk",
		cause: `the chunk at k = ${k} has ${chunk.length} values, expected ${expected}`
	};
	const index = require_loadBundle.firstNonFinite(chunk);
	if (index === null) return null;
	return {
		code: "nonFinite",
		cause: `non-finite action chunk at k = ${k} (${`action ${Math.floor(index / config.actionDims)}, dimension ${index % config.actionDims}`})`
	};
}
function failed(state, event) {
	const { activity } = state;
	if (activity.kind !== "encoding" && activity.kind !== "refining") return stay(state);
	if (state.generation !== event.generation) return stay(state);
	return hold(state, activity.prediction, "inferenceFailed", event.cause);
}
function executed(state, event) {
	const { activity } = state;
	if (activity.kind !== "decided") return stay(state);
	const { episode, index } = activity.prediction;
	if (event.episode !== episode || event.prediction !== index) return stay(state);
	return observe(state, index + 1, activity.pauseNext);
}
function motionResumed(state, event) {
	const resumed = withEpoch({
		...state,
		motionPaused: false
	}, event.epoch);
	const { activity } = resumed.state;
	if (activity.kind !== "paused" || !activity.whenMotionResumes) return resumed;
	return carryOut(resumed.state, activity.prediction, activity.whenMotionResumes);
}
/** Takes over the robot's epoch: an open prediction goes on under it, an observation is asked for anew. */
function withEpoch(state, epoch) {
	const { activity } = state;
	const next = {
		...state,
		epoch
	};
	switch (activity.kind) {
		case "idle":
		case "decided":
		case "held": return stay(next);
		case "observing": return epoch === state.epoch ? stay(next) : observe(next, activity.index, activity.pauseFirst);
		case "encoding":
		case "refining":
		case "paused": return stay({
			...next,
			activity: {
				...activity,
				prediction: {
					...activity.prediction,
					epoch
				}
			}
		});
		default: return require_result.assertNever(activity);
	}
}
// src/main/policy/runner.ts
function createPolicyRunner(options) {
	const { backend, nowNanos, sendRobot, sendUi } = options;
	const { info } = backend;
	let state = createEngine({
		chunkLength: info.chunkLength,
		actionDims: info.actionDims.length,
		sigmaA: info.sigmaA,
		provider: info.provider
	}, options.settings);
	let observation = null;
	let observeAskedNanos = 0;
	let scene = -1;
	let lastUsed = -1;
	let work = Promise.resolve();
	function dispatch(event) {
		const result = transition(state, event);
		state = result.state;
		if ("prediction" in state.activity) lastUsed = state.activity.prediction.index;
		for (const effect of result.effects) perform(effect);
		options.onChange();
	}
	/** Indices are never used twice on a scene: the seed of S_0 follows from them. */
	function firstUnused(engage) {
		const first = engage.scene === scene ? Math.max(engage.firstPrediction, lastUsed + 1) : engage.firstPrediction;
		scene = engage.scene;
		lastUsed = first - 1;
		return first;
	}
	function schedule(task) {
		work = work.then(task).catch((error) => {
			const message = error instanceof Error ? error.message : String(error);
			options.onFault({
				severity: "high",
				source: "policy",
				code: "inference",
				message: `Inference failed unexpectedly: ${message}`,
				tip: "The robot holds. Resume to observe again; if it stays, restart the app and report this."
			});
			sendRobot({
				type: "hold",
				code: "inference",
				message: `Inference failed: ${message}`
			});
		});
	}
	const failed = (generation, fault) => {
		options.onFault(fault);
		dispatch({
			type: "failed",
			generation,
			cause: fault.message,
			nowNanos: nowNanos()
		});
	};
	const isCurrent = (generation) => generation === state.generation;
	function perform(effect) {
		switch (effect.type) {
			case "observe":
				observeAskedNanos = nowNanos();
				return sendRobot({
					type: "observe",
					epoch: effect.epoch
				});
			case "encode": return schedule(() => encode(effect.generation));
			case "initialise": return schedule(() => Promise.resolve(backend.initialise(effect.seed)));
			case "iterate": return paced(effect.notBeforeNanos, () => schedule(() => iterate(effect.k, effect.generation)));
			case "commit": return commit(effect.record);
			case "hold": return sendRobot({
				type: "hold",
				code: effect.code,
				message: effect.message
			});
			case "rejected": return sendUi({
				type: "rejected",
				episode: effect.episode,
				prediction: effect.prediction
			});
			case "refused": return sendUi({
				type: "refused",
				command: effect.command,
				reason: effect.reason
			});
			default: require_result.assertNever(effect);
		}
	}
	async function encode(generation) {
		if (!observation || !isCurrent(generation)) return;
		const result = await backend.encode(observation);
		if (!result.ok) return failed(generation, result.error);
		dispatch({
			type: "encoded",
			generation,
			...result.value,
			nowNanos: nowNanos()
		});
	}
	/** Waits outside the work queue, so that commands given meanwhile need not wait with it. */
	function paced(notBeforeNanos, begin) {
		if (notBeforeNanos <= nowNanos()) begin();
		else options.waitUntil(notBeforeNanos).then(begin);
	}
	async function iterate(k, generation) {
		if (!isCurrent(generation)) return;
		const result = await backend.iterate(k);
		if (!result.ok) return failed(generation, result.error);
		const { latent, chunk, stepMs, codaMs } = result.value;
		dispatch({
			type: "iterated",
			generation,
			k,
			latent,
			chunk,
			stepMs,
			codaMs,
			nowNanos: nowNanos()
		});
	}
	function commit(record) {
		sendRobot({
			type: "commit",
			chunk: {
				epoch: record.epoch,
				episode: record.episode,
				prediction: record.index,
				observationNanos: record.observationNanos,
				committedNanos: nowNanos(),
				actions: backend.toActions(record.chunk),
				horizon: record.horizon,
				human: record.human
			}
		});
		options.onPrediction(record);
		sendUi({
			type: "prediction",
			record
		});
	}
	return {
		fromRobot(message) {
			const now = nowNanos();
			switch (message.type) {
				case "engage": return dispatch({
					...message,
					firstPrediction: firstUnused(message),
					nowNanos: now
				});
				case "disengage": return dispatch({
					...message,
					nowNanos: now
				});
				case "paused": return dispatch({
					type: "motionPaused",
					epoch: message.epoch,
					nowNanos: now
				});
				case "resumed": return dispatch({
					type: "motionResumed",
					epoch: message.epoch,
					nowNanos: now
				});
				case "observation": {
					const { epoch, capturedNanos, commandedMetres, instruction } = message.observation;
					if (state.activity.kind === "observing" && epoch === state.epoch) observation = message.observation;
					return dispatch({
						type: "observed",
						epoch,
						observationNanos: capturedNanos,
						startMetres: commandedMetres,
						task: instruction,
						observeMs: require_units.nanosToMillis(now - observeAskedNanos),
						nowNanos: now
					});
				}
				case "execution": return dispatch({
					type: "executed",
					episode: message.execution.episode,
					prediction: message.execution.prediction,
					nowNanos: now
				});
				default: require_result.assertNever(message);
			}
		},
		robotLost(reason) {
			scene = -1;
			lastUsed = -1;
			dispatch({
				type: "disengage",
				epoch: 0,
				reason,
				nowNanos: nowNanos()
			});
		},
		command: (command) => dispatch({
			type: "command",
			command,
			nowNanos: nowNanos()
		}),
		snapshot: () => ({
			type: "snapshot",
			snapshot: toSnapshot(state, nowNanos())
		}),
		settings: () => state.settings,
		async idle() {
			let seen = null;
			while (seen !== work) {
				seen = work;
				await seen;
			}
		}
	};
}
Object.defineProperty(exports, "createPolicyRunner", {
	enumerable: true,
	get: function() {
		return createPolicyRunner;
	}
});

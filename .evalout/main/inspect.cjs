const require_benchObservations = require("./chunks/benchObservations-O-FiTKO7.cjs");
const require_hosts = require("./chunks/hosts-DmnbtyeW.cjs");
const require_loadBundle = require("./chunks/loadBundle-BCSki33S.cjs");
const require_result = require("./chunks/result-C6aRCjrD.cjs");
const require_stopping = require("./chunks/stopping-BXyAV40v.cjs");
const require_units = require("./chunks/units-Da9LRzHK.cjs");
const require_median = require("./chunks/median-CH3ql3UE.cjs");
const require_clock = require("./chunks/clock-SVqwD5Ya.cjs");
let node_os = require("node:os");
// src/main/policy/examine.ts
var ROUNDS = 5;
/** A whole prediction is stated at this K, so that stages are measured over as many iterations. */
var ITERATIONS = 8;
var SEED = 1;
async function examineBundle(bundle, options) {
	const { manifest } = bundle;
	const { providers, lost, onTrying, onProgress } = options;
	const wanted = providers.flatMap((provider) => manifest.variants.map(({ precision }) => ({
		provider,
		precision
	})));
	const trials = [];
	for (const [done, { provider, precision }] of wanted.entries()) {
		onProgress(`${provider}, ${precision}`, done, wanted.length);
		const known = lost.find((trial) => trial.provider === provider && (trial.precision === null || trial.precision === precision));
		if (known !== void 0) {
			trials.push({
				provider,
				precision,
				outcome: {
					ok: false,
					reason: known.reason
				}
			});
			continue;
		}
		const onCall = () => onTrying(provider, precision);
		const backend = await require_loadBundle.createPolicyBackend(bundle, {
			providers: [provider],
			precision,
			onTrying: onCall,
			nowMs: options.nowMs
		});
		if (!backend.ok) {
			trials.push({
				provider,
				precision,
				outcome: {
					ok: false,
					reason: backend.error.message
				}
			});
			continue;
		}
		const measured = await measure(backend.value, exampleOf(bundle), onCall);
		trials.push({
			provider,
			precision,
			outcome: measured.ok ? {
				ok: true,
				stages: measured.value,
				selfTest: backend.value.info.selfTest
			} : {
				ok: false,
				reason: measured.error.message
			}
		});
		await backend.value.dispose();
	}
	return require_result.ok({
		bundle: require_loadBundle.describeBundle(bundle),
		undrivable: require_loadBundle.drivingProblem(manifest, options),
		trials
	});
}
/** The recorded example of a bundle whose fixture was replayed: it is known to be readable. */
function exampleOf(bundle) {
	const fixture = require_loadBundle.parseFixture(bundle, require_loadBundle.graphSignatures(bundle.manifest));
	if (!fixture.ok) throw new Error(fixture.error.message);
	return fixture.value.input;
}
/** Medians of every stage over some predictions of one observation. */
async function measure(backend, input, onCall = () => void 0) {
	const times = {
		encode: [],
		prelude: [],
		step: [],
		coda: []
	};
	for (let round = 0; round < ROUNDS; round++) {
		onCall();
		const encoded = await backend.encode(input);
		if (!encoded.ok) return encoded;
		times.encode.push(encoded.value.encodeMs);
		times.prelude.push(encoded.value.preludeMs);
		backend.initialise(SEED);
		for (let k = 1; k <= ITERATIONS; k++) {
			onCall();
			const iterated = await backend.iterate(k);
			if (!iterated.ok) return require_result.err(iterated.error);
			times.step.push(iterated.value.stepMs);
			times.coda.push(iterated.value.codaMs);
		}
	}
	return require_result.ok({
		encode: require_median.median(times.encode),
		prelude: require_median.median(times.prelude),
		step: require_median.median(times.step),
		coda: require_median.median(times.coda)
	});
}
// src/main/policy/compare.ts
/** Curves reach at least this far, whatever the rules say. */
var SHOWN_ITERATIONS = 16;
/** Both policies on the same observations and the same scratchpad seeds, float32 on the CPU. */
async function compareBundles(first, second, options) {
	const problem = incomparable(first, second);
	if (problem !== null) return require_result.err(require_loadBundle.policyFault("policy-compare", problem));
	const source = options.observations.length > 0 ? "bench" : "fixtures";
	const observations = source === "bench" ? options.observations : [first, second].map((bundle) => ({
		input: exampleOf(bundle),
		expert: null
	}));
	const sides = [];
	for (const [side, bundle] of [first, second].entries()) {
		options.onCall();
		const opened = await require_loadBundle.createPolicyBackend(bundle, { nowMs: options.nowMs });
		if (!opened.ok) return opened;
		const result = await traceAll(opened.value, observations, options.nowMs, (done) => {
			options.onCall();
			options.onProgress(`${bundle.manifest.name} ${bundle.manifest.version}`, side * observations.length + done, 2 * observations.length);
		});
		const stages = await measure(opened.value, exampleOf(bundle), options.onCall);
		await opened.value.dispose();
		if (!result.ok) return result;
		if (!stages.ok) return stages;
		sides.push({
			bundle,
			traces: result.value,
			stages: stages.value
		});
	}
	const [a, b] = sides;
	if (a === void 0 || b === void 0) throw new Error("compareBundles: a side was skipped");
	const sideOf = ({ bundle, traces, stages }) => ({
		name: bundle.manifest.name,
		version: bundle.manifest.version,
		hash: bundle.hash,
		stages,
		decidedK: traces.map(({ decidedK }) => decidedK),
		expertError: source === "bench" ? errorToExpert(traces, observations) : null
	});
	return require_result.ok({
		observations: {
			source,
			count: observations.length
		},
		actionDims: first.manifest.robot.action.dimensions,
		bundles: [sideOf(a), sideOf(b)],
		difference: byIteration((k) => meanOf(a.traces.map((trace, i) => distance(at(trace, k), at(b.traces[i], k))))),
		decided: decidedDifference(a.traces, b.traces, first.manifest.dims.actionDim)
	});
}
/** What keeps two policies from taking the same observations or giving comparable chunks; null: nothing. */
function incomparable({ manifest: a }, { manifest: b }) {
	const [nameA, nameB] = [a, b].map(({ name, version }) => `${name} ${version}`);
	if (a.robot.name !== b.robot.name) return `${nameA} drives ${a.robot.name}, ${nameB} drives ${b.robot.name}: their chunks can't be laid side by side`;
	const sizes = [
		"chunkLength",
		"actionDim",
		"proprioDim"
	].find((size) => a.dims[size] !== b.dims[size]);
	if (sizes !== void 0) return `${nameA} has ${sizes} ${a.dims[sizes]}, ${nameB} has ${b.dims[sizes]}: their chunks can't be laid side by side`;
	const cameras = ({ cameras: list }) => list.map(({ name, width, height }) => `${name} ${width}×${height}`).sort().join(", ");
	if (cameras(a) !== cameras(b)) return `${nameA} looks through ${cameras(a)}; ${nameB} through ${cameras(b)}`;
	const units = ({ robot }) => JSON.stringify(robot.action);
	if (units(a) !== units(b)) return `${nameA} and ${nameB} normalise their actions in different ways`;
	const [tasksA, tasksB] = [a, b].map(({ instruction }) => require_loadBundle.expandTasks(instruction));
	return tasksB?.includes(a.fixture.instruction) && tasksA?.includes(b.fixture.instruction) ? null : `${nameA} and ${nameB} know different tasks`;
}
async function traceAll(backend, observations, nowMs, onDone) {
	const traces = [];
	for (const [index, { input }] of observations.entries()) {
		onDone(index);
		const trace = await traceOf(backend, input, index, nowMs);
		if (!trace.ok) return trace;
		traces.push(trace.value);
	}
	return require_result.ok(traces);
}
async function traceOf(backend, input, seed, nowMs) {
	const { defaults, sigmaA } = backend.info;
	const started = nowMs();
	const encoded = await backend.encode(input);
	if (!encoded.ok) return encoded;
	backend.initialise(seed);
	const chunks = [];
	const points = [];
	let decidedK = null;
	for (let k = 1; k <= 32 && (k <= SHOWN_ITERATIONS || decidedK === null); k++) {
		const iterated = await backend.iterate(k);
		if (!iterated.ok) return iterated;
		const { chunk, latent } = iterated.value;
		const signals = require_loadBundle.computeSignals(k, chunks.at(-1) ?? null, chunk, sigmaA, latent);
		points.push({
			k,
			signals,
			completedNanos: require_units.millisToNanos(nowMs() - started)
		});
		chunks.push(chunk);
		decidedK ??= stops(defaults, points) ? k : null;
	}
	return require_result.ok({
		chunks,
		decidedK: decidedK ?? chunks.length
	});
}
var stops = ({ stopping, maxIterations }, points) => require_stopping.evaluateStopping(stopping, points, {
	observationNanos: 0,
	maxIterations
}).stop;
/** a_k; beyond the last computed one, that one. */
function at(trace, k) {
	const chunk = trace?.chunks[Math.min(k, trace.chunks.length) - 1];
	if (chunk === void 0) throw new RangeError(`There is no chunk of iteration ${k}`);
	return chunk;
}
var byIteration = (value) => Array.from({ length: SHOWN_ITERATIONS }, (_, index) => value(index + 1));
var meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Mean absolute difference. */
function distance(a, b) {
	let sum = 0;
	for (const [i, value] of a.entries()) sum += Math.abs(value - (b[i] ?? NaN));
	return sum / a.length;
}
function errorToExpert(traces, observations) {
	const experts = observations.map(({ expert }) => expert);
	return byIteration((k) => meanOf(traces.flatMap((trace, index) => {
		const expert = experts[index];
		return expert ? [distance(at(trace, k), expert)] : [];
	})));
}
/** Per action dimension, between the chunks that each policy's own rule would act on. */
function decidedDifference(a, b, actionDim) {
	const sums = Array.from({ length: actionDim }, () => ({
		sum: 0,
		largest: 0,
		count: 0
	}));
	for (const [index, trace] of a.entries()) {
		const other = b[index];
		const theirs = at(other, other?.decidedK ?? 1);
		for (const [i, value] of at(trace, trace.decidedK).entries()) {
			const entry = sums[i % actionDim];
			if (entry === void 0) continue;
			const difference = Math.abs(value - (theirs[i] ?? NaN));
			entry.sum += difference;
			entry.count += 1;
			entry.largest = Math.max(entry.largest, difference);
		}
	}
	return sums.map(({ sum, largest, count }) => ({
		mean: sum / count,
		largest
	}));
}
// src/main/hosts/inspect.ts
/**
* Entry of the process that examines and compares bundles: one task, then main ends it. Neither the running policy
* nor the robot is in reach of what a bundle does to it.
*/
var COMPARED_OBSERVATIONS = 64;
var toMain = (message) => process.parentPort.postMessage(message);
var onProgress = (what, done, total) => toMain({
	type: "progress",
	progress: {
		what,
		done,
		total
	}
});
var open = (path) => require_loadBundle.loadBundle(path, require_loadBundle.bundleLimits((0, node_os.totalmem)()));
async function examine(task) {
	onProgress("Reading and verifying every file", 0, 1);
	const bundle = await open(task.path);
	if (!bundle.ok) return bundle;
	return examineBundle(bundle.value, {
		providers: task.providers === "all" ? require_loadBundle.providerOrder(process.platform) : require_loadBundle.DEFAULT_PROVIDERS,
		lost: task.lost,
		...require_benchObservations.BENCH_ARM,
		nowMs: require_clock.hostMillis,
		onTrying: (provider, precision) => toMain({
			type: "trying",
			provider,
			precision
		}),
		onProgress
	});
}
async function compare(task) {
	onProgress("Reading and verifying both bundles", 0, 1);
	const first = await open(task.first);
	if (!first.ok) return first;
	const second = await open(task.second);
	if (!second.ok) return second;
	const observations = require_benchObservations.benchObservations(COMPARED_OBSERVATIONS);
	const onBench = [first, second].every(({ value: { manifest } }) => takesBench(manifest, observations));
	return compareBundles(first.value, second.value, {
		observations: onBench ? observations : [],
		nowMs: require_clock.hostMillis,
		onProgress,
		onCall: () => toMain({
			type: "trying",
			provider: "cpu",
			precision: "float32"
		})
	});
}
/** Whether a policy can be given the bench's observations, and its chunks are the expert's in length and units. */
function takesBench(manifest, observations) {
	const tasks = require_loadBundle.expandTasks(manifest.instruction);
	return require_loadBundle.drivingProblem(manifest, require_benchObservations.BENCH_ARM) === null && manifest.dims.chunkLength === 8 && require_benchObservations.isBenchScale(require_loadBundle.affineScale(manifest.robot.action.statistics)) && observations.every(({ input }) => tasks.includes(input.instruction));
}
var unexpected = (error) => ({
	ok: false,
	error: require_loadBundle.policyFault("policy-inference", `The examination failed unexpectedly: ${require_loadBundle.errorText(error)}`)
});
process.parentPort.on("message", (event) => {
	const parsed = require_hosts.inspectorTask.safeParse(event.data);
	if (!parsed.success) throw new Error(`A malformed task from main: ${parsed.error.message}`);
	if (parsed.data.type === "examine") examine(parsed.data).catch(unexpected).then((result) => toMain({
		type: "examined",
		result
	}));
	else compare(parsed.data).catch(unexpected).then((result) => toMain({
		type: "compared",
		result
	}));
});
toMain({ type: "ready" });

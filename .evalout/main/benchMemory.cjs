require("./chunks/result-C6aRCjrD.cjs");
const require_openPolicy = require("./chunks/openPolicy-BlkvGmjC.cjs");
const require_benchObservations = require("./chunks/benchObservations-O-FiTKO7.cjs");
const require_benchStation = require("./chunks/benchStation-H8AfrK_4.cjs");
const require_numberFlag = require("./chunks/numberFlag-BK_Pj61o.cjs");
let node_path = require("node:path");
let node_util = require("node:util");
let node_fs_promises = require("node:fs/promises");
// src/main/hosts/benchMemory.ts
/**
* `npm run bench:memory`: stage latencies of the loaded bundle and whether memory stays flat over many
* iterations, measured in this process as the policy host runs it.
*/
/** One real observation of the bench, through the station as in a run. */
function observeBench(seed) {
	const observed = [];
	const request = {
		level: "hard",
		seedBase: seed,
		continuous: false,
		episodes: 1
	};
	let nanos = 1;
	const station = require_benchStation.createBenchStation({
		spec: require_benchObservations.trayArm,
		config: {
			initialRequest: request,
			restarted: false,
			supervised: false,
			betweenEpisodesMs: 0
		},
		nowNanos: () => nanos,
		loopStats: () => ({
			rateHz: 0,
			periodErrorP50Ms: 0,
			periodErrorP99Ms: 0,
			ticks: 0
		}),
		sendUi: () => void 0,
		sendPolicy: (message) => {
			if (message.type === "engage") station.fromPolicy({
				type: "observe",
				epoch: message.epoch
			});
			if (message.type === "observation") observed.push(message.observation);
		},
		onEpisodeEnd: () => void 0
	});
	station.fromPolicy({
		type: "ready",
		controlRateHz: 10
	});
	station.fromUi({
		type: "start",
		request
	});
	for (; observed.length === 0; nanos += 2e7) station.tick(nanos);
	const [first] = observed;
	if (!first) throw new Error("The bench gave no observation");
	return first;
}
/** Milliseconds of one stage. Preallocated: the bench must not grow while it watches memory. */
function createSeries(capacity) {
	const values = new Float64Array(capacity);
	let count = 0;
	return {
		add(milliseconds) {
			if (count < capacity) values[count++] = milliseconds;
		},
		distribution() {
			const sorted = values.slice(0, count).sort();
			const quantile = (q) => sorted[Math.max(0, Math.ceil(count * q) - 1)] ?? 0;
			const mean = sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, count);
			return {
				p50: quantile(.5),
				p99: quantile(.99),
				mean
			};
		}
	};
}
/** Buffers, code caches and the allocator's arenas settle first: growth after that would be a leak. */
var WARM_UP_ITERATIONS = 4e3;
var SAMPLE_EVERY = 250;
var rssMiB = () => process.memoryUsage().rss / 1024 / 1024;
async function main() {
	const { values } = (0, node_util.parseArgs)({ options: {
		iterations: {
			type: "string",
			default: "10000"
		},
		bundle: {
			type: "string",
			default: (0, node_path.join)(__dirname, "../../resources/policies/traypick-demo")
		},
		providers: {
			type: "string",
			default: "cpu"
		},
		json: { type: "string" }
	} });
	const wanted = require_numberFlag.wholeNumber("iterations", values.iterations, 1, 1e7);
	const opened = await require_openPolicy.openPolicy({
		bundlePath: values.bundle ?? "",
		...require_benchObservations.BENCH_ARM,
		providers: (values.providers ?? "cpu").split(",")
	});
	if (!opened.ok) throw new Error(opened.error.message);
	const backend = opened.value;
	const observation = observeBench(7);
	const series = {
		encode: createSeries(wanted),
		prelude: createSeries(wanted),
		step: createSeries(wanted),
		coda: createSeries(wanted)
	};
	const samples = {
		rssMiB: new Float64Array(wanted),
		count: 0
	};
	for (let done = 0; done < WARM_UP_ITERATIONS + wanted;) {
		const encoded = await backend.encode(observation);
		if (!encoded.ok) throw new Error(encoded.error.message);
		backend.initialise(done);
		for (let k = 1; k <= 32; k++, done++) {
			const iteration = await backend.iterate(k);
			if (!iteration.ok) throw new Error(iteration.error.message);
			if (done < WARM_UP_ITERATIONS) continue;
			series.step.add(iteration.value.stepMs);
			series.coda.add(iteration.value.codaMs);
			if ((done - WARM_UP_ITERATIONS) % SAMPLE_EVERY !== 0) continue;
			samples.rssMiB[samples.count++] = rssMiB();
		}
		if (done < WARM_UP_ITERATIONS) continue;
		series.encode.add(encoded.value.encodeMs);
		series.prelude.add(encoded.value.preludeMs);
	}
	const rss = samples.rssMiB.slice(0, samples.count);
	const start = rss[0] ?? 0;
	const largest = rss.reduce((most, value) => Math.max(most, Math.abs(value - start)), 0);
	const report = {
		provider: backend.info.provider,
		bundle: `${backend.info.name} ${backend.info.version}`,
		iterations: wanted,
		stageMs: Object.fromEntries(Object.entries(series).map(([name, list]) => [name, list.distribution()])),
		rssMiB: {
			start,
			end: rss.at(-1) ?? 0,
			largestChangePercent: largest / start * 100
		},
		selfTest: backend.info.selfTest
	};
	await backend.dispose();
	console.log(JSON.stringify(report, null, 2));
	if (values.json) await (0, node_fs_promises.writeFile)(values.json, `${JSON.stringify({
		...report,
		samples: [...rss]
	}, null, 2)}\n`);
}
main().catch((error) => {
	console.error(error instanceof Error ? error.stack : error);
	process.exitCode = 1;
});

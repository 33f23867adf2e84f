const require_bench = require("./chunks/bench-BjCpIbrn.cjs");
const require_benchObservations = require("./chunks/benchObservations-O-FiTKO7.cjs");
const require_ruleText = require("./chunks/ruleText-pDfQ7PH3.cjs");
const require_openPolicy = require("./chunks/openPolicy-BlkvGmjC.cjs");
const require_units = require("./chunks/units-Da9LRzHK.cjs");
const require_runner = require("./chunks/runner-BGsdI5Ox.cjs");
const require_benchStation = require("./chunks/benchStation-H8AfrK_4.cjs");
const require_numberFlag = require("./chunks/numberFlag-BK_Pj61o.cjs");
let node_path = require("node:path");
let node_util = require("node:util");
let node_fs_promises = require("node:fs/promises");
// src/main/hosts/virtualRun.ts
/** Far beyond any episode's action budget: a run that needs more is broken. */
var MAX_TICKS_PER_EPISODE = 6e4;
async function runVirtual(options) {
	const episodes = [];
	const predictions = [];
	const executions = [];
	const toPolicy = [];
	const toRobot = [];
	const tickNanos = require_units.NANOS_PER_SECOND / require_benchObservations.trayArm.loopRateHz;
	let nanos = 0;
	let failure = null;
	/** Why the arm holds in the episode that is being ended because of it. */
	let heldBecause = null;
	const station = require_benchStation.createBenchStation({
		spec: require_benchObservations.trayArm,
		config: {
			initialRequest: options.request,
			restarted: false,
			supervised: false,
			betweenEpisodesMs: 0
		},
		nowNanos: () => nanos,
		loopStats: () => ({
			rateHz: require_benchObservations.trayArm.loopRateHz,
			periodErrorP50Ms: 0,
			periodErrorP99Ms: 0,
			ticks: 0
		}),
		sendUi: (message) => {
			if (message.type === "execution") executions.push(message.execution);
			if (message.type === "refused") failure = `${message.command}: ${message.reason}`;
		},
		sendPolicy: (message) => toPolicy.push(message),
		onEpisodeEnd: (ended) => {
			const outcome = heldBecause === null ? ended.outcome : heldOutcome(heldBecause);
			heldBecause = null;
			episodes.push({
				...ended,
				outcome
			});
			options.onEpisode?.({
				...ended,
				outcome
			});
		}
	});
	const runner = require_runner.createPolicyRunner({
		backend: options.backend,
		settings: options.settings,
		nowNanos: () => nanos,
		waitUntil: () => Promise.resolve(),
		sendRobot: (message) => toRobot.push(message),
		sendUi: () => void 0,
		onChange: () => void 0,
		onPrediction: (record) => predictions.push(record),
		onFault: () => void 0
	});
	async function deliver() {
		for (;;) {
			await runner.idle();
			const forPolicy = toPolicy.splice(0);
			const forRobot = toRobot.splice(0);
			if (forPolicy.length + forRobot.length === 0) return;
			for (const message of forPolicy) if (message.type !== "run") runner.fromRobot(message);
			for (const message of forRobot) station.fromPolicy(message);
		}
	}
	/** Nobody is there to answer a hold: the episode has failed, and the next one begins. */
	function giveUpEpisode(cause) {
		heldBecause = cause;
		station.fromUi({
			type: "endEpisode",
			success: false
		});
		if (episodes.length < options.request.episodes) station.fromUi({
			type: "start",
			request: options.request
		});
	}
	station.fromPolicy({
		type: "ready",
		controlRateHz: options.backend.info.controlRateHz
	});
	station.fromUi({
		type: "start",
		request: options.request
	});
	const maxTicks = MAX_TICKS_PER_EPISODE * options.request.episodes;
	for (let tick = 0; episodes.length < options.request.episodes; tick++) {
		await deliver();
		nanos += tickNanos;
		station.tick(nanos);
		if (failure !== null) throw new Error(`The virtual run failed: ${failure}`);
		const { phase } = station.motion();
		if (phase.kind === "held") giveUpEpisode(phase.cause.message);
		if (tick > maxTicks) throw new Error("The virtual run does not end");
	}
	return {
		episodes,
		predictions,
		executions
	};
}
var heldOutcome = (message) => ({
	success: false,
	reason: "held",
	message,
	judge: "bench"
});
// src/shared/statistics/wilson.ts
/** Wilson score interval of a proportion, 95 %: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927). */
function wilsonInterval(successes, trials, z = 1.959964) {
	if (trials === 0) return [0, 1];
	const p = successes / trials;
	const denominator = 1 + z * z / trials;
	const centre = p + z * z / (2 * trials);
	const spread = z * Math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials));
	return [Math.max(0, (centre - spread) / denominator), Math.min(1, (centre + spread) / denominator)];
}
// src/main/hosts/closedLoop.ts
var round = (value) => Math.round(value * 1e4) / 1e4;
var levelOf = (chainDepth) => [
	"easy",
	"mid",
	"hard"
].find((level) => require_bench.LEVEL_CHAINS[level].includes(chainDepth)) ?? "beyond";
function groupByLevel(episodes) {
	const groups = {};
	for (const episode of episodes) (groups[levelOf(episode.chainDepth)] ??= []).push(episode);
	return groups;
}
var meanIterations = (predictions) => predictions.reduce((sum, { k }) => sum + k, 0) / predictions.length;
function tally(rule, horizon, level, { episodes, predictions }) {
	const successes = episodes.filter((episode) => episode.outcome.success).length;
	const byLevel = {};
	const outcomes = {};
	for (const [level, members] of Object.entries(groupByLevel(episodes))) {
		const own = new Set(members.map(({ episode }) => episode));
		byLevel[level] = {
			episodes: members.length,
			successes: members.filter(({ outcome }) => outcome.success).length,
			meanK: round(meanIterations(predictions.filter(({ episode }) => own.has(episode))))
		};
	}
	for (const { outcome } of episodes) outcomes[outcome.reason] = (outcomes[outcome.reason] ?? 0) + 1;
	return {
		rule,
		horizon,
		level,
		episodes: episodes.length,
		successes,
		successRate: round(successes / episodes.length),
		wilson95: wilsonInterval(successes, episodes.length).map(round),
		meanK: round(meanIterations(predictions)),
		meanPredictions: round(predictions.length / episodes.length),
		byLevel,
		outcomes
	};
}
var traceOf = ({ episodes, predictions }) => ({
	episodeList: episodes,
	trace: predictions.map(({ episode, index, seed, k }) => [
		episode,
		index,
		seed,
		k
	])
});
function line({ rule, horizon, level, episodes, successes, wilson95, meanK, meanPredictions }) {
	const [low, high] = wilson95;
	return `${(horizon === null ? rule : `${rule} h${horizon}`).padEnd(18)} ${level.padEnd(6)} ${successes}/${episodes} (${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)} %), mean K ${meanK.toFixed(2)}, predictions per episode ${meanPredictions.toFixed(2)}`;
}
function namedRule(text, ofBundle) {
	if (text === "default") return {
		text: `${require_ruleText.ruleText(ofBundle)} (default)`,
		stopping: ofBundle
	};
	const rule = require_ruleText.parseRule(text);
	if (!rule.ok) throw new Error(rule.error);
	if (rule.value.kind === "deadline") throw new Error(`${text}: in virtual time a prediction takes no time, so no deadline ever passes`);
	return {
		text,
		stopping: rule.value
	};
}
async function main() {
	const { values } = (0, node_util.parseArgs)({ options: {
		episodes: {
			type: "string",
			default: "48"
		},
		/** `default`: the bundle's own. */
		rules: {
			type: "string",
			default: "fixed:1,fixed:4,fixed:8,fixed:12,default"
		},
		/** Numbers of executed actions, each with every rule; by default the bundle's own horizon. */
		horizons: { type: "string" },
		/** Of the scenes; several, each on the same seeds, one after another. */
		level: {
			type: "string",
			default: "all"
		},
		"seed-base": {
			type: "string",
			default: "5000000"
		},
		bundle: {
			type: "string",
			default: (0, node_path.join)(__dirname, "../../resources/policies/traypick-demo")
		},
		json: { type: "string" },
		/** Adds every episode and every [episode, prediction, seed, K] to the JSON, as the app's report has them. */
		trace: {
			type: "boolean",
			default: false
		}
	} });
	const levels = require_bench.benchLevel.array().safeParse(values.level?.split(","));
	if (!levels.success) throw new Error(`--level is one or several of ${require_bench.benchLevel.options.join(", ")}, with commas between`);
	const episodes = require_numberFlag.wholeNumber("episodes", values.episodes, 1);
	const seedBase = require_numberFlag.wholeNumber("seed-base", values["seed-base"], 0);
	const horizons = values.horizons?.split(",").map((text) => require_numberFlag.wholeNumber("horizons", text, 1, 8)) ?? [null];
	const bundlePath = values.bundle ?? "";
	const opened = await require_openPolicy.openPolicy({
		bundlePath,
		...require_benchObservations.BENCH_ARM,
		providers: ["cpu"]
	});
	if (!opened.ok) throw new Error(opened.error.message);
	const backend = opened.value;
	const rules = (values.rules ?? "").split(",").map((text) => namedRule(text, backend.info.defaults.stopping));
	const rows = [];
	for (const level of levels.data) {
		const request = {
			level,
			seedBase,
			continuous: true,
			episodes
		};
		for (const horizon of horizons) for (const { text, stopping } of rules) {
			const result = await runVirtual({
				backend,
				settings: {
					...backend.info.defaults,
					stopping,
					...horizon === null ? {} : { horizon: {
						kind: "fixed",
						actions: horizon
					} }
				},
				request
			});
			const row = tally(text, horizon, level, result);
			rows.push(values.trace ? {
				...row,
				...traceOf(result)
			} : row);
			console.log(line(row));
		}
	}
	await backend.dispose();
	if (values.json) await (0, node_fs_promises.writeFile)(values.json, `${JSON.stringify({ rows }, null, 2)}\n`);
}
main().catch((error) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});

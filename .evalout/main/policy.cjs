const require_hosts = require("./chunks/hosts-DmnbtyeW.cjs");
const require_openPolicy = require("./chunks/openPolicy-BlkvGmjC.cjs");
const require_runner = require("./chunks/runner-BGsdI5Ox.cjs");
const require_clock = require("./chunks/clock-SVqwD5Ya.cjs");
const require_benchObservations = require("./chunks/benchObservations-O-FiTKO7.cjs");
const require_hostLink = require("./chunks/hostLink-DknxML2Y.cjs");
const require_result = require("./chunks/result-C6aRCjrD.cjs");
// src/main/hosts/policySlot.ts
function createPolicySlot({ open, runUnderWay, take }) {
	let current = null;
	let last = Promise.resolve();
	function inTurn(work) {
		const turn = last.then(work);
		last = turn.catch(() => void 0);
		return turn;
	}
	async function put(backend, config) {
		const before = current;
		current = backend;
		take(backend, config);
		await before?.dispose();
		return require_result.ok({
			name: backend.info.name,
			version: backend.info.version
		});
	}
	return {
		load: (config) => inTurn(async () => {
			const opened = await open(config);
			return opened.ok ? put(opened.value, config) : opened;
		}),
		replace: (config) => inTurn(async () => {
			if (runUnderWay()) return require_result.err(underWayFault());
			const opened = await open(config);
			if (!opened.ok) return opened;
			if (!runUnderWay()) return put(opened.value, config);
			await opened.value.dispose();
			return require_result.err(underWayFault());
		})
	};
}
var underWayFault = () => ({
	severity: "medium",
	source: "policy",
	code: "policyEngaged",
	message: "A run is under way: its policy can’t be replaced",
	tip: "Stop the robot or end the run, then use the other bundle."
});
// src/main/hosts/predictionTally.ts
var MAX_TRACE = 2e4;
function createPredictionTally() {
	let predictions = 0;
	let iterations = 0;
	const totalsMs = {
		encode: 0,
		prelude: 0,
		step: 0,
		coda: 0
	};
	const trace = [];
	const mean = (total, count) => count === 0 ? null : Math.round(total / count * 1e4) / 1e4;
	return {
		add(record) {
			predictions += 1;
			iterations += record.k;
			totalsMs.encode += record.stages.encode;
			totalsMs.prelude += record.stages.prelude;
			totalsMs.step += record.stages.step;
			totalsMs.coda += record.stages.coda;
			if (trace.length < MAX_TRACE) trace.push([
				record.episode,
				record.index,
				record.seed,
				record.k
			]);
		},
		figures: () => ({
			predictions,
			meanK: mean(iterations, predictions),
			stageMs: {
				encode: mean(totalsMs.encode, predictions),
				prelude: mean(totalsMs.prelude, predictions),
				step: mean(totalsMs.step, iterations),
				coda: mean(totalsMs.coda, iterations)
			},
			trace
		})
	};
}
// src/main/hosts/policy.ts
/** Entry of the policy host: wires bundle, backend and engine runner to ports and to real time. */
/** Snapshots reach the UI at most this often; every phase that lasts longer is seen. */
var PUBLISH_INTERVAL_MS = 16;
var backend = null;
var runner = null;
/** As the robot last said. */
var runUnderWay = false;
var publishing = null;
/** As main last heard them. */
var keptSettings = null;
var tally = createPredictionTally();
var malformed = (from) => (detail) => link.fault({
	severity: "medium",
	source: "policy",
	code: "malformedMessage",
	message: `A malformed message from the ${from} was ignored: ${detail}`,
	tip: "The policy goes on; please report this."
});
var ui = require_hostLink.createPeer({
	schema: require_hosts.uiToPolicy,
	onMessage: (command) => {
		if (runner) runner.command(command);
		else ui.send({
			type: "refused",
			command: command.type,
			reason: "No policy is loaded"
		});
	},
	onMalformed: malformed("UI"),
	onAttached: greetUi,
	onClosed: () => void 0
});
var robot = require_hostLink.createPeer({
	schema: require_hosts.robotToPolicy,
	onMessage: (message) => {
		if (message.type === "run") ({underWay: runUnderWay} = message);
		else runner?.fromRobot(message);
	},
	onMalformed: malformed("robot"),
	onAttached: announceReady,
	onClosed: () => void 0
});
var link = require_hostLink.createHostLink({
	source: "policy",
	onPort: (peer, port) => {
		if (peer === "ui") ui.attach(port);
		else robot.attach(port);
	},
	onMain: (message) => {
		switch (message.type) {
			case "configurePolicy":
				configure(message.config);
				return;
			case "openPolicy":
				slot.replace(message.config).then((result) => link.toMain({
					type: "opened",
					request: message.request,
					result
				}));
				return;
			case "report": return link.toMain({
				type: "policyReport",
				report: {
					provider: backend?.info.provider ?? null,
					refusedProviders: backend?.info.refusedProviders ?? [],
					bundle: backend && `${backend.info.name} ${backend.info.version}`,
					settings: runner?.settings() ?? null,
					...tally.figures()
				}
			});
			case "peerLost":
				runUnderWay = false;
				return runner?.robotLost(message.reason);
			case "configureRobot":
			case "port": return;
		}
	}
});
function greetUi() {
	if (!backend || !runner) return;
	ui.send({
		type: "info",
		info: backend.info
	});
	ui.send(runner.snapshot());
}
function announceReady() {
	if (backend) robot.send({
		type: "ready",
		controlRateHz: backend.info.controlRateHz
	});
}
function publishSoon() {
	publishing ??= setTimeout(() => {
		publishing = null;
		if (!runner) return;
		ui.send(runner.snapshot());
		if (runner.settings() === keptSettings) return;
		keptSettings = runner.settings();
		link.toMain({
			type: "settings",
			settings: keptSettings
		});
	}, PUBLISH_INTERVAL_MS);
}
function initialSettings(defaults, { settings, stopping }) {
	return settings ?? (stopping ? {
		...defaults,
		stopping
	} : defaults);
}
var slot = createPolicySlot({
	open: (config) => require_openPolicy.openPolicy({
		bundlePath: config.bundlePath,
		...require_benchObservations.BENCH_ARM,
		providers: config.providers,
		hungProviders: config.hungProviders,
		precision: config.precision,
		onTrying: (provider) => link.toMain({
			type: "trying",
			provider
		}),
		nowMs: require_clock.hostMillis
	}).finally(() => link.toMain({
		type: "trying",
		provider: null
	})),
	runUnderWay: () => runUnderWay,
	take
});
async function configure(config) {
	link.toMain({ type: "ready" });
	const loaded = await slot.load(config);
	if (!loaded.ok) link.fault(loaded.error);
}
function take(opened, config) {
	const whileCurrent = (send) => (message) => {
		if (backend === opened) send(message);
	};
	backend = opened;
	runner = require_runner.createPolicyRunner({
		backend,
		settings: initialSettings(backend.info.defaults, config),
		nowNanos: require_clock.hostNanos,
		waitUntil: (nanos) => new Promise((resolve) => setTimeout(resolve, Math.max(0, (nanos - require_clock.hostNanos()) / 1e6))),
		sendRobot: whileCurrent((message) => robot.send(message)),
		sendUi: whileCurrent((message) => ui.send(message)),
		onChange: publishSoon,
		onPrediction: whileCurrent(tally.add),
		onFault: whileCurrent(link.fault)
	});
	greetUi();
	announceReady();
}

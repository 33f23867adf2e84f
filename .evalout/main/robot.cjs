const require_clock = require("./chunks/clock-SVqwD5Ya.cjs");
const require_hostLink = require("./chunks/hostLink-DknxML2Y.cjs");
const require_benchStation = require("./chunks/benchStation-H8AfrK_4.cjs");
const require_units = require("./chunks/units-Da9LRzHK.cjs");
const require_benchObservations = require("./chunks/benchObservations-O-FiTKO7.cjs");
const require_hosts = require("./chunks/hosts-DmnbtyeW.cjs");
let node_os = require("node:os");
// src/main/robot/loopTimer.ts
var WINDOW_TICKS = 3e3;
/**
* Timers fire late by a millisecond or a scheduler's time slice: the rest of the wait is spent polling. A wider
* margin costs processor time (4 of 20 ms is a fifth of a core) and saves period error.
*/
var COARSE_MARGIN_MS = 4;
function createLoopTimer(options) {
	const { nowNanos, tick, later, soon } = options;
	const periodNanos = require_units.NANOS_PER_SECOND / options.rateHz;
	const periodErrorsMs = new Float64Array(WINDOW_TICKS);
	let ticks = 0;
	let startedNanos = 0;
	let dueNanos = 0;
	let lastTickNanos = null;
	let cancel = null;
	function wait() {
		const remainingMs = (dueNanos - nowNanos()) / 1e6;
		cancel = remainingMs > COARSE_MARGIN_MS ? later(remainingMs - COARSE_MARGIN_MS, poll) : soon(poll);
	}
	function poll() {
		const now = nowNanos();
		if (now < dueNanos) return wait();
		if (lastTickNanos !== null) {
			periodErrorsMs[ticks % WINDOW_TICKS] = Math.abs(now - lastTickNanos - periodNanos) / 1e6;
			ticks += 1;
		}
		lastTickNanos = now;
		tick(now);
		dueNanos = Math.max(dueNanos + periodNanos, now + periodNanos * .95);
		if (cancel) wait();
	}
	return {
		start() {
			if (cancel) return;
			startedNanos = nowNanos();
			dueNanos = startedNanos + periodNanos;
			lastTickNanos = null;
			wait();
		},
		stop() {
			cancel?.();
			cancel = null;
		},
		stats() {
			const sorted = periodErrorsMs.slice(0, Math.min(ticks, WINDOW_TICKS)).sort();
			const at = (quantile) => sorted[Math.ceil(sorted.length * quantile) - 1] ?? 0;
			const elapsedSec = (nowNanos() - startedNanos) / require_units.NANOS_PER_SECOND;
			return {
				rateHz: elapsedSec > 0 ? ticks / elapsedSec : 0,
				periodErrorP50Ms: at(.5),
				periodErrorP99Ms: at(.99),
				ticks
			};
		}
	};
}
// src/main/hosts/robot.ts
/** Entry of the robot host: wires the station to its ports and to real time. */
var NO_STATS = {
	rateHz: 0,
	periodErrorP50Ms: 0,
	periodErrorP99Ms: 0,
	ticks: 0
};
var STATS_EVERY_TICKS = 50;
var station = null;
var timer = null;
var stats = NO_STATS;
var ticksUntilStats = 0;
/** For the report; a run that goes on for days keeps its first ones. */
var MAX_EPISODES = 1e4;
var finished = 0;
var episodes = [];
var malformed = (from) => (detail) => link.fault({
	severity: "medium",
	source: "robot",
	code: "malformedMessage",
	message: `A malformed message from the ${from} was ignored: ${detail}`,
	tip: "The robot goes on; please report this."
});
var ui = require_hostLink.createPeer({
	schema: require_hosts.uiToRobot,
	onMessage: (message) => station?.fromUi(message),
	onMalformed: malformed("UI"),
	onAttached: () => station?.greetUi(),
	onClosed: () => station?.uiLost()
});
var policy = require_hostLink.createPeer({
	schema: require_hosts.policyToRobot,
	onMessage: (message) => station?.fromPolicy(message),
	onMalformed: malformed("policy"),
	onAttached: () => void 0,
	onClosed: () => station?.policyLost()
});
var link = require_hostLink.createHostLink({
	source: "robot",
	onPort: (peer, port) => {
		if (peer === "ui") ui.attach(port);
		else policy.attach(port);
	},
	onMain: (message) => {
		switch (message.type) {
			case "configureRobot": return configure(message.config);
			case "peerLost": return message.peer === "policy" ? station?.policyLost() : void 0;
			case "report": return link.toMain({
				type: "robotReport",
				report: {
					loop: timer?.stats() ?? NO_STATS,
					episodes
				}
			});
			case "configurePolicy":
			case "openPolicy":
			case "port": return;
		}
	}
});
function configure(config) {
	try {
		(0, node_os.setPriority)(-10);
	} catch {}
	station = require_benchStation.createBenchStation({
		spec: require_benchObservations.trayArm,
		config,
		nowNanos: require_clock.hostNanos,
		loopStats: () => stats,
		sendUi: (message) => ui.send(message),
		sendPolicy: (message) => policy.send(message),
		onEpisodeEnd: (episode) => {
			if (episodes.length < MAX_EPISODES) episodes.push(episode);
			finished += 1;
			const limit = config.initialRequest.episodes;
			if (limit !== null && finished >= limit) link.toMain({ type: "runFinished" });
		}
	});
	timer = createLoopTimer({
		rateHz: require_benchObservations.trayArm.loopRateHz,
		nowNanos: require_clock.hostNanos,
		later: (milliseconds, callback) => {
			const handle = setTimeout(callback, milliseconds);
			return () => clearTimeout(handle);
		},
		soon: (callback) => {
			const handle = setImmediate(callback);
			return () => clearImmediate(handle);
		},
		tick: (now) => {
			if (ticksUntilStats-- <= 0) {
				ticksUntilStats = STATS_EVERY_TICKS;
				stats = timer?.stats() ?? NO_STATS;
			}
			station?.tick(now);
		}
	});
	timer.start();
	link.toMain({ type: "ready" });
}

const require_bench = require("./chunks/bench-BjCpIbrn.cjs");
const require_hosts = require("./chunks/hosts-DmnbtyeW.cjs");
const require_result = require("./chunks/result-C6aRCjrD.cjs");
const require_ruleText = require("./chunks/ruleText-pDfQ7PH3.cjs");
let node_fs = require("node:fs");
let node_os = require("node:os");
let node_path = require("node:path");
let electron = require("electron");
let zod = require("zod");
let node_util = require("node:util");
let node_fs_promises = require("node:fs/promises");
// src/shared/ipc/channels.ts
/** Main → preload channel that carries a brokered port; `data.type` of the forwarded window message. */
var PORT_CHANNEL = "depthdeck:port";
// src/shared/ipc/contract.ts
/** State of a supervised host process, as the UI shows it. */
var hostStatus = zod.z.object({
	name: zod.z.enum(["robot", "policy"]),
	state: zod.z.enum([
		"starting",
		"running",
		"restarting",
		"failed"
	]),
	restarts: zod.z.int().min(0),
	/** Why it last went away; null while it never did. */
	lastExit: zod.z.string().nullable(),
	pid: zod.z.int().nullable()
});
var appInfo = zod.z.object({
	version: zod.z.string(),
	electron: zod.z.string(),
	chrome: zod.z.string(),
	node: zod.z.string(),
	/** True when running on the third-party Electron stand-in: simulator only. */
	standIn: zod.z.boolean(),
	headless: zod.z.boolean(),
	/** Run presets from the command line, applied when the window opens. */
	autostart: zod.z.object({
		level: require_bench.benchLevel,
		seedBase: zod.z.int().min(0),
		episodes: zod.z.int().min(1).nullable()
	}).nullable(),
	hosts: zod.z.array(hostStatus),
	/** What went wrong before this window listened, oldest first. */
	faults: zod.z.array(require_hosts.fault)
});
var nothing = zod.z.void();
var bundlePath = zod.z.string().min(1).max(4096);
/** The one contract of calls from the UI to main: channel → input and output schema. */
var invokeContract = {
	"app:info": {
		input: nothing,
		output: appInfo
	},
	/** Asks main to broker fresh ports to the robot and policy hosts. */
	"ports:connect": {
		input: nothing,
		output: nothing
	},
	/** Frame statistics for the report: frames drawn in an interval. */
	"ui:frames": {
		input: zod.z.object({
			frames: zod.z.int().min(0),
			milliseconds: zod.z.number().positive()
		}),
		output: nothing
	},
	"ui:fault": {
		input: require_hosts.fault,
		output: nothing
	},
	/** Lets the operator choose a bundle; null when they didn't. Only chosen, recent and own bundles are opened. */
	"bundle:choose": {
		input: zod.z.object({ kind: zod.z.enum(["folder", "zip"]) }),
		output: bundlePath.nullable()
	},
	/** Newest first. */
	"bundle:recent": {
		input: nothing,
		output: zod.z.array(require_hosts.recentBundle)
	},
	"bundle:forget": {
		input: zod.z.object({ path: bundlePath }),
		output: zod.z.array(require_hosts.recentBundle)
	},
	/** Verifies and measures a bundle beside the running policy. One examination or comparison at a time. */
	"bundle:examine": {
		input: zod.z.object({
			path: bundlePath,
			providers: zod.z.enum(["cpu", "all"])
		}),
		output: require_hosts.answer(require_hosts.examination)
	},
	/** Both bundles on the same observations. */
	"bundle:compare": {
		input: zod.z.object({
			first: bundlePath,
			second: bundlePath
		}),
		output: require_hosts.answer(require_hosts.comparison)
	},
	/** Ends the examination or comparison that is under way; its call answers with a fault. */
	"bundle:cancel": {
		input: nothing,
		output: nothing
	},
	/** Replaces the running policy; refused while a run is under way. What was in use stays when this fails. */
	"bundle:use": {
		input: zod.z.object({
			path: bundlePath,
			provider: zod.z.string().max(64),
			precision: require_hosts.precision
		}),
		output: require_hosts.answer(zod.z.object({ name: zod.z.string() }))
	}
};
// src/main/ipc/handle.ts
function isTrusted(event, sender) {
	const contents = sender.webContents();
	const frame = event.senderFrame;
	return contents !== null && event.sender === contents && frame !== null && frame === contents.mainFrame && sender.isOwnUrl(frame.url);
}
/**
* Serves one channel of the contract: sender and frame are checked, input and output parsed. Returns its
* release. Errors reach the caller as rejected promises that name the channel.
*/
function handle(channel, sender, serve) {
	const schemas = invokeContract[channel];
	electron.ipcMain.handle(channel, async (event, raw) => {
		if (!isTrusted(event, sender)) throw new Error(`${channel}: call from an unknown sender refused`);
		const input = schemas.input.safeParse(raw);
		if (!input.success) throw new Error(`${channel}: malformed input: ${input.error.message}`);
		return schemas.output.parse(await serve(input.data));
	});
	return () => electron.ipcMain.removeHandler(channel);
}
// src/main/app/commandLine.ts
/** A week; what runs longer is started without a limit, by hand. */
var MAX_SECONDS = 604800;
/** Flags of Chromium and Node that set-up, debuggers and test drivers give; they are read elsewhere. */
var RUNTIME_FLAGS = [
	"no-sandbox",
	"disable-dev-shm-usage",
	"disable-gpu",
	"enable-logging",
	"force-device-scale-factor",
	"inspect",
	"inspect-brk",
	"lang",
	"ozone-platform",
	"ozone-platform-hint",
	"remote-debugging-port",
	"use-fake-device-for-media-stream",
	"use-fake-ui-for-media-stream"
];
var OPTIONS = {
	seconds: { type: "string" },
	report: { type: "string" },
	screenshot: { type: "string" },
	level: { type: "string" },
	"seed-base": { type: "string" },
	episodes: { type: "string" },
	rule: { type: "string" },
	bundle: { type: "string" },
	providers: { type: "string" },
	"user-data": { type: "string" },
	"between-episodes-ms": { type: "string" }
};
/** They say when a run ends and what becomes of it: in a window, the operator does. */
var HEADLESS_ONLY = [
	"seconds",
	"episodes",
	"report",
	"screenshot"
];
/** What `depthdeck [flags]` understands. */
var commandLine = zod.z.object({
	headless: zod.z.boolean(),
	/** Seconds to run before the report is written; headless only. */
	seconds: zod.z.number().positive().max(MAX_SECONDS).nullable(),
	report: zod.z.string().nullable(),
	screenshot: zod.z.string().nullable(),
	level: require_bench.benchLevel,
	seedBase: zod.z.int().min(0).max(4294967295),
	episodes: zod.z.int().min(1).nullable(),
	rule: require_result.stoppingRule.nullable(),
	bundle: zod.z.string().nullable(),
	userData: zod.z.string().nullable(),
	providers: zod.z.array(zod.z.string()),
	betweenEpisodesMs: zod.z.number().min(0)
});
var DEFAULT_HEADLESS_SECONDS = 30;
function parseCommandLine(argv, cwd, environment) {
	const { values } = (0, node_util.parseArgs)({
		args: [...argv],
		strict: false,
		allowPositionals: true,
		options: OPTIONS
	});
	const unknown = Object.keys(values).find((name) => name.length > 1 && !Object.hasOwn(OPTIONS, name) && !RUNTIME_FLAGS.includes(name));
	if (unknown !== void 0) {
		const known = Object.keys(OPTIONS).map((name) => `--${name}`);
		return require_result.err(`There is no flag --${unknown}; known: ${known.join(", ")}`);
	}
	const swallowed = Object.entries(values).find(([, value]) => typeof value === "string" && value.startsWith("--"));
	if (swallowed) return require_result.err(`--${swallowed[0]} needs a value`);
	const headless = environment.DEPTHDECK_HEADLESS === "1";
	const misplaced = HEADLESS_ONLY.find((name) => !headless && values[name] !== void 0);
	if (misplaced) return require_result.err(`--${misplaced} belongs to a headless run: add --headless`);
	const text = (name) => {
		const value = values[name];
		return typeof value === "string" ? value : null;
	};
	const number = (name, fallback) => {
		const value = text(name);
		return value === null ? fallback : Number(value);
	};
	const path = (name) => {
		const value = text(name);
		return value === null ? null : (0, node_path.resolve)(cwd, value);
	};
	const ruleText = text("rule");
	const rule = ruleText === null ? require_result.ok(null) : require_ruleText.parseRule(ruleText);
	if (!rule.ok) return require_result.err(`--rule: ${rule.error}`);
	const parsed = commandLine.safeParse({
		headless,
		seconds: number("seconds", headless ? DEFAULT_HEADLESS_SECONDS : null),
		report: path("report"),
		screenshot: path("screenshot"),
		level: text("level") ?? "all",
		seedBase: number("seed-base", 1),
		episodes: number("episodes", null),
		rule: rule.value,
		bundle: path("bundle"),
		userData: path("user-data"),
		providers: text("providers")?.split(",") ?? [],
		betweenEpisodesMs: number("between-episodes-ms", headless ? 300 : 1500)
	});
	if (parsed.success) return require_result.ok(parsed.data);
	return require_result.err(parsed.error.issues.map((issue) => `--${issue.path.join(".").replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}: ${issue.message}`).join("\n"));
}
// src/main/app/faultLog.ts
/** The first ones say most about the cause; a flood after them is only counted in the log. */
var MAX_FAULTS = 200;
function createFaultLog(log) {
	const all = [];
	return {
		all,
		add(fault) {
			log(`${fault.source}: ${fault.message}`);
			if (all.length < MAX_FAULTS) all.push(fault);
		},
		forUi: () => all.filter(({ source, code }) => source !== "ui" && !code.endsWith("HostGone"))
	};
}
// src/main/app/report.ts
/** Resident memory of each process, MiB, by the name people know it under. */
function residentMiB() {
	return new Map(electron.app.getAppMetrics().map((metric) => {
		return [(metric.name?.startsWith("depthdeck-") ? metric.name.slice(10) : void 0) ?? (metric.type === "Browser" ? "main" : metric.type === "Tab" ? "ui" : metric.name ?? metric.type), metric.memory.workingSetSize / 1024];
	}));
}
var round = (value) => Math.round(value * 1e3) / 1e3;
/** How late a 10 ms timer of this process fires, milliseconds beyond its period. */
function createGapMeter(nowMs) {
	const PERIOD_MS = 10;
	const gaps = /* @__PURE__ */ new Float64Array(6e4);
	let count = 0;
	let last = nowMs();
	const timer = setInterval(() => {
		const now = nowMs();
		gaps[count++ % gaps.length] = Math.max(0, now - last - PERIOD_MS);
		last = now;
	}, PERIOD_MS);
	const at = (quantile) => {
		const sorted = gaps.slice(0, Math.min(count, gaps.length)).sort();
		return sorted[Math.floor((sorted.length - 1) * quantile)] ?? 0;
	};
	return {
		p50: () => at(.5),
		p99: () => at(.99),
		dispose: () => clearInterval(timer)
	};
}
function assembleReport(inputs) {
	const endMiB = residentMiB();
	const { policy, robot } = inputs;
	return {
		electron: process.versions.electron ?? "",
		standIn: inputs.standIn,
		provider: policy?.provider ?? null,
		refusedProviders: policy?.refusedProviders ?? [],
		bundle: policy?.bundle ?? null,
		seconds: inputs.seconds,
		level: inputs.level,
		seedBase: inputs.seedBase,
		rule: policy?.settings?.stopping ?? null,
		horizon: policy?.settings?.horizon ?? null,
		predictions: policy?.predictions ?? 0,
		meanK: policy?.meanK ?? null,
		episodes: robot?.episodes.length ?? 0,
		successes: robot?.episodes.filter((episode) => episode.outcome.success).length ?? 0,
		stageMs: policy?.stageMs ?? {
			encode: null,
			prelude: null,
			step: null,
			coda: null
		},
		robotLoopPeriodErrorMs: robot && {
			p50: round(robot.loop.periodErrorP50Ms),
			p99: round(robot.loop.periodErrorP99Ms)
		},
		robotLoopRateHz: robot && round(robot.loop.rateHz),
		mainLoopGapMs: {
			p50: round(inputs.gap.p50()),
			p99: round(inputs.gap.p99())
		},
		rendererFps: inputs.rendererFps === null ? null : round(inputs.rendererFps),
		rssMiB: Object.fromEntries([...endMiB].map(([name, end]) => {
			const start = inputs.startMiB.get(name);
			return [name, {
				start: start === void 0 ? null : round(start),
				end: round(end)
			}];
		})),
		hostRestarts: inputs.hostRestarts,
		errors: inputs.errors,
		episodeList: robot?.episodes ?? [],
		trace: policy?.trace ?? []
	};
}
async function writeOutput(path, content) {
	await (0, node_fs_promises.mkdir)((0, node_path.dirname)(path), { recursive: true });
	await (0, node_fs_promises.writeFile)(path, content);
}
// src/main/app/headless.ts
/** Memory is compared from here on: start-up allocations are no leak. */
var WARM_UP_MS = 3e3;
async function runHeadless(options) {
	const { commandLine, log } = options;
	const seconds = commandLine.seconds ?? 0;
	const startedMs = performance.now();
	let startMiB = /* @__PURE__ */ new Map();
	const sample = () => {
		startMiB = residentMiB();
	};
	const samples = [WARM_UP_MS / 3, WARM_UP_MS].map((ms) => setTimeout(sample, Math.min(ms, seconds * 1e3 / 2)));
	await new Promise((resolve) => {
		const timer = setTimeout(resolve, seconds * 1e3);
		options.whenRunFinished(() => {
			clearTimeout(timer);
			resolve();
		});
	});
	for (const timer of samples) clearTimeout(timer);
	const { robot, policy } = await options.hosts.reports();
	const report = assembleReport({
		standIn: options.standIn,
		seconds: (performance.now() - startedMs) / 1e3,
		level: commandLine.level,
		seedBase: commandLine.seedBase,
		policy,
		robot,
		gap: options.gap,
		rendererFps: options.fps(),
		startMiB,
		hostRestarts: Object.fromEntries(options.hosts.statuses().map((status) => [status.name, status.restarts])),
		errors: options.errors
	});
	if (commandLine.screenshot) {
		const image = await options.window.webContents.capturePage();
		await writeOutput(commandLine.screenshot, image.toPNG());
		log(`screenshot: ${commandLine.screenshot}`);
	}
	const text = `${JSON.stringify(report, null, 2)}\n`;
	if (commandLine.report) {
		await writeOutput(commandLine.report, text);
		log(`report: ${commandLine.report}`);
	} else process.stdout.write(text);
	if (report.predictions === 0) log("no prediction was made: see the errors in the report");
	return report.predictions > 0 && report.errors.length === 0 ? 0 : 1;
}
// src/main/app/providerWatch.ts
function createProviderWatch({ limitMs, later, onHung }) {
	let cancel = null;
	const stop = () => {
		cancel?.();
		cancel = null;
	};
	return {
		ended: stop,
		trying(what) {
			stop();
			if (what === null) return;
			cancel = later(limitMs, () => {
				cancel = null;
				onHung(what);
			});
		}
	};
}
// src/main/app/inspector.ts
var inspectionFault = (code, message, tip) => ({
	severity: "medium",
	source: "main",
	code,
	message,
	tip
});
function createInspector(options) {
	let stopCurrent = null;
	function run(task, resultOf) {
		stopCurrent?.(inspectionFault("inspectionReplaced", "Another examination was begun.", "Open the bundle again."));
		return new Promise((resolve) => {
			const lost = [];
			let trying = null;
			let doing = "reading the bundle";
			let process = null;
			const watch = createProviderWatch({
				limitMs: options.limitMs,
				later: options.later,
				onHung: (provider) => {
					lost.push({
						provider,
						precision: null,
						reason: `it did not answer for ${options.limitMs / 1e3} s`
					});
					trying = null;
					process?.kill();
				}
			});
			const settle = (result) => {
				stopCurrent = null;
				const ended = process;
				process = null;
				watch.ended();
				ended?.kill();
				resolve(result);
			};
			const begin = () => {
				const lostBefore = lost.length;
				const own = options.fork({
					message(message) {
						if (process !== own) return;
						if (message.type === "ready") own.send(withLost(task, lost));
						else if (message.type === "progress") {
							doing = message.progress.what;
							options.onProgress(message.progress);
						} else if (message.type === "trying") {
							trying = message;
							watch.trying(message.provider);
						} else {
							const result = resultOf(message);
							if (result !== null) settle(result);
						}
					},
					gone(reason) {
						if (process !== own) return;
						watch.ended();
						if (trying !== null) lost.push({
							...pick(trying),
							reason: `its process ended (${reason})`
						});
						trying = null;
						if (lost.length > lostBefore && task.type === "examine") return begin();
						settle(require_result.err(inspectionFault("inspectionEnded", `${lost.at(-1)?.reason ?? `The process ended (${reason})`}, at: ${doing}`, "Try once more. If it stays, don’t use this bundle: it ends the process that loads it; export it again.")));
					}
				});
				process = own;
			};
			stopCurrent = (fault) => settle(require_result.err(fault));
			begin();
		});
	}
	return {
		examine: (path, providers) => run({
			type: "examine",
			path,
			providers
		}, (message) => message.type === "examined" ? message.result : null),
		compare: (first, second) => run({
			type: "compare",
			first,
			second
		}, (message) => message.type === "compared" ? message.result : null),
		cancel() {
			stopCurrent?.(inspectionFault("inspectionCancelled", "The examination was cancelled.", "Open the bundle again."));
		}
	};
}
var pick = ({ provider, precision }) => ({
	provider,
	precision
});
var withLost = (task, lost) => task.type === "examine" ? {
	...task,
	lost: [...lost]
} : task;
// src/main/app/bundleDesk.ts
function createBundleDesk(options) {
	const { policy, inspector, recents } = options;
	const builtIn = (0, node_path.resolve)(options.builtIn);
	const chosen = /* @__PURE__ */ new Set();
	/** The path that is checked is the one that is opened and remembered. */
	function known(given) {
		const path = (0, node_path.resolve)(given);
		if ([
			builtIn,
			policy.inUse().bundlePath,
			...chosen,
			...recents.list().map((r) => r.path)
		].some((candidate) => (0, node_path.resolve)(candidate) === path)) return require_result.ok(path);
		return require_result.err(inspectionFault("bundleNotChosen", `${path} was not chosen in this app`, "Open it with “Open folder…” or “Open zip…”."));
	}
	return {
		async choose(kind) {
			const path = await options.ask(kind);
			if (path !== null) chosen.add((0, node_path.resolve)(path));
			return path;
		},
		recent: () => recents.list(),
		forget(path) {
			recents.forget(path);
			return recents.list();
		},
		async examine(given, providers) {
			const path = known(given);
			if (!path.ok) return path;
			const result = await inspector.examine(path.value, providers);
			if (result.ok && path.value !== builtIn) {
				const { name, version } = result.value.bundle;
				recents.add({
					path: path.value,
					name,
					version,
					openedAt: options.nowMs()
				});
			}
			return result;
		},
		async compare(first, second) {
			const a = known(first);
			if (!a.ok) return a;
			const b = known(second);
			return b.ok ? inspector.compare(a.value, b.value) : b;
		},
		cancel: () => inspector.cancel(),
		async use(given, provider, precision) {
			const path = known(given);
			if (!path.ok) return path;
			chosen.add((0, node_path.resolve)(policy.inUse().bundlePath));
			return policy.use({
				bundlePath: path.value,
				providers: [provider],
				precision
			});
		}
	};
}
// src/main/app/bundleDialog.ts
var QUESTIONS = {
	folder: {
		title: "Open a policy bundle: its folder",
		properties: ["openDirectory"]
	},
	zip: {
		title: "Open a policy bundle: its zip",
		properties: ["openFile"],
		filters: [{
			name: "Zipped policy bundle",
			extensions: ["zip"]
		}]
	}
};
/** The system's dialog over the operator's window; null when it was closed without a choice. */
var askForBundle = (window) => async (kind) => {
	const { properties, ...question } = QUESTIONS[kind];
	const options = {
		title: question.title,
		properties: [...properties],
		..."filters" in question ? { filters: question.filters.map(({ name, extensions }) => ({
			name,
			extensions: [...extensions]
		})) } : {}
	};
	const parent = window();
	const { canceled, filePaths } = parent ? await electron.dialog.showOpenDialog(parent, options) : await electron.dialog.showOpenDialog(options);
	return canceled ? null : filePaths[0] ?? null;
};
// src/main/ipc/portBroker.ts
function createPortBroker({ isRunning, giveHost, giveUi }) {
	let uiConnected = false;
	function connectUiTo(host) {
		if (!uiConnected || !isRunning(host)) return;
		const { port1, port2 } = new electron.MessageChannelMain();
		giveHost(host, "ui", port1);
		giveUi(host, port2);
	}
	return {
		connectUi() {
			uiConnected = true;
			connectUiTo("robot");
			connectUiTo("policy");
		},
		hostStarted(host) {
			connectUiTo(host);
			if (!isRunning("robot") || !isRunning("policy")) return;
			const { port1, port2 } = new electron.MessageChannelMain();
			giveHost("robot", "policy", port1);
			giveHost("policy", "robot", port2);
		},
		uiGone() {
			uiConnected = false;
		}
	};
}
// src/main/app/restartBudget.ts
var WINDOW_MS = 6e4;
function createRestartBudget(perMinute, nowMs) {
	let taken = [];
	return { take() {
		const now = nowMs();
		taken = [...taken.filter((at) => now - at < WINDOW_MS), now];
		return taken.length <= perMinute;
	} };
}
// src/main/app/hostSupervisor.ts
/**
* Hosts make much short-lived garbage and keep little. Collected often in small pieces it costs a loop less per
* tick, and resident memory stays flat from the start (measured: policy host +6 % in 30 s without, −0.3 % with).
*/
var SMALL_YOUNG_GENERATION = "--js-flags=--max-semi-space-size=1";
var RESTART_DELAY_MS = 150;
/** A process that dies this often within a minute is left dead, with a message. */
var MAX_RESTARTS_PER_MINUTE = 6;
function createHostSupervisor(options) {
	const { name, log } = options;
	const serviceName = `depthdeck-${name}`;
	let child = null;
	let ready = false;
	let disposed = false;
	let restartTimer = null;
	const budget = createRestartBudget(MAX_RESTARTS_PER_MINUTE, () => performance.now());
	let status = {
		name,
		state: "starting",
		restarts: 0,
		lastExit: null,
		pid: null
	};
	function setStatus(change) {
		status = {
			...status,
			...change
		};
		options.onStatus(status);
	}
	function gone(reason) {
		if (!child) return;
		child.kill();
		child = null;
		ready = false;
		if (disposed) return;
		log(`${name} host ended: ${reason}`);
		options.onGone(reason);
		if (!budget.take()) {
			setStatus({
				state: "failed",
				lastExit: reason,
				pid: null
			});
			return;
		}
		setStatus({
			state: "restarting",
			restarts: status.restarts + 1,
			lastExit: reason,
			pid: null
		});
		restartTimer = setTimeout(start, RESTART_DELAY_MS);
	}
	/** Why the process that is about to go was ended by us; null while none was. */
	let replacedBecause = null;
	const onChildGone = (_event, details) => {
		if (details.type !== "Utility" || details.name !== serviceName) return;
		const reason = replacedBecause ?? details.reason;
		replacedBecause = null;
		gone(reason);
	};
	electron.app.on("child-process-gone", onChildGone);
	function start() {
		restartTimer = null;
		const process = electron.utilityProcess.fork((0, node_path.join)(__dirname, `${name}.cjs`), [], {
			serviceName,
			stdio: "inherit",
			execArgv: [SMALL_YOUNG_GENERATION]
		});
		child = process;
		process.on("spawn", () => {
			setStatus({ pid: process.pid ?? null });
			process.postMessage(options.configure());
		});
		process.on("message", (raw) => {
			if (child !== process) return;
			const parsed = require_hosts.hostToMain.safeParse(raw);
			if (!parsed.success) {
				log(`${name} host sent a malformed message: ${parsed.error.message}`);
				return;
			}
			if (parsed.data.type === "ready") {
				ready = true;
				setStatus({ state: "running" });
				options.onReady();
				return;
			}
			options.onMessage(parsed.data);
		});
		process.on("exit", (code) => {
			setTimeout(() => {
				if (child === process) gone(`exited with code ${code}`);
			}, 50);
		});
	}
	return {
		start,
		isRunning: () => ready,
		status: () => status,
		send(message, port) {
			child?.postMessage(message, port ? [port] : []);
		},
		pid: () => child?.pid ?? null,
		replace(reason) {
			if (child?.pid === void 0) return;
			replacedBecause = reason;
			try {
				process.kill(child.pid, "SIGKILL");
			} catch {}
		},
		dispose() {
			disposed = true;
			if (restartTimer) clearTimeout(restartTimer);
			electron.app.off("child-process-gone", onChildGone);
			child?.kill();
		}
	};
}
// src/main/app/later.ts
/** Runs `callback` after `milliseconds`; returns its cancellation. */
function later(milliseconds, callback) {
	const timer = setTimeout(callback, milliseconds);
	return () => clearTimeout(timer);
}
// src/main/app/policySwitch.ts
function createPolicySwitch(options) {
	let inUse = options.first;
	let { stopping } = options;
	let settings = null;
	/** Providers that hung with the policy in use: not tried again with it. */
	let hung = [];
	let requests = 0;
	let pending = null;
	const configOf = (choice) => ({
		bundlePath: choice.bundlePath,
		providers: [...choice.providers],
		precision: choice.precision,
		hungProviders: [...hung],
		stopping,
		settings
	});
	return {
		inUse: () => inUse,
		config: () => configOf(inUse),
		use(choice) {
			if (pending) return Promise.resolve(require_result.err(switchFault("Another bundle is being loaded")));
			if (!options.isRunning()) return Promise.resolve(require_result.err(switchFault("The policy process is not running at the moment")));
			return new Promise((resolve) => {
				const request = ++requests;
				const cancel = options.later(options.limitMs, () => options.replaceProcess(`the bundle did not load within ${options.limitMs / 1e3} s`));
				pending = {
					request,
					settle(result) {
						cancel();
						pending = null;
						if (result.ok) {
							inUse = choice;
							stopping = null;
							settings = null;
							hung = [];
						}
						resolve(result);
					}
				};
				const config = {
					...configOf(choice),
					hungProviders: [],
					stopping: null,
					settings: null
				};
				options.send({
					type: "openPolicy",
					request,
					config
				});
			});
		},
		opened(request, result) {
			if (pending?.request === request) pending.settle(result);
		},
		ended(reason) {
			pending?.settle(require_result.err(switchFault(`The policy process ended while it loaded the bundle (${reason})`)));
		},
		keepSettings(next) {
			settings = next;
		},
		hung(provider) {
			if (!pending) hung = [...hung, provider];
			options.replaceProcess(`${provider} did not answer`);
		}
	};
}
var switchFault = (message) => ({
	severity: "medium",
	source: "main",
	code: "policySwitch",
	message,
	tip: "The policy that was in use stays. Try again, or choose another bundle, provider or precision."
});
// src/main/app/hosts.ts
var REPORT_TIMEOUT_MS = 5e3;
/** Loading a large backbone on a GPU takes seconds; a driver that hangs takes forever. */
var PROVIDER_LIMIT_MS = 6e4;
/** Large bundles are read and verified before any provider is tried. */
var OPEN_LIMIT_MS = 5 * PROVIDER_LIMIT_MS;
/** The demo bundle travels with the app. */
function builtInBundle() {
	const resources = electron.app.isPackaged ? process.resourcesPath : (0, node_path.join)(__dirname, "../../resources");
	return (0, node_path.join)(resources, "policies", "traypick-demo");
}
function startHosts(options) {
	const { commandLine } = options;
	const watch = createProviderWatch({
		limitMs: PROVIDER_LIMIT_MS,
		later,
		onHung: (provider) => {
			options.onFault({
				severity: "medium",
				source: "main",
				code: "providerHung",
				message: `The execution provider ${provider} did not answer for ${PROVIDER_LIMIT_MS / 1e3} s; the policy process is replaced`,
				tip: "Choose another provider in the Policy view, or leave this one out of --providers, until its driver is mended."
			});
			policy.hung(provider);
		}
	});
	const policy = createPolicySwitch({
		first: {
			bundlePath: commandLine.bundle ?? builtInBundle(),
			providers: commandLine.providers,
			precision: "float32"
		},
		stopping: commandLine.rule,
		isRunning: () => hosts.policy.isRunning(),
		send: (message) => hosts.policy.send(message),
		replaceProcess: (reason) => hosts.policy.replace(reason),
		later,
		limitMs: OPEN_LIMIT_MS
	});
	const waitingReports = /* @__PURE__ */ new Map();
	const supervise = (name) => createHostSupervisor({
		name,
		log: options.log,
		configure: () => name === "robot" ? {
			type: "configureRobot",
			config: {
				restarted: hosts.robot.status().restarts > 0,
				initialRequest: {
					level: commandLine.level,
					seedBase: commandLine.seedBase,
					continuous: true,
					episodes: commandLine.episodes
				},
				supervised: true,
				betweenEpisodesMs: commandLine.betweenEpisodesMs
			}
		} : {
			type: "configurePolicy",
			config: policy.config()
		},
		onReady: () => broker.hostStarted(name),
		onMessage: (message) => {
			switch (message.type) {
				case "fault": return options.onFault(message.fault);
				case "runFinished": return options.onRunFinished();
				case "robotReport":
				case "policyReport": return waitingReports.get(name)?.(message);
				case "trying": return watch.trying(message.provider);
				case "opened": return policy.opened(message.request, message.result);
				case "settings": return policy.keepSettings(message.settings);
				case "ready": return;
				default: return require_result.assertNever(message);
			}
		},
		onStatus: options.onStatus,
		onGone: (reason) => {
			waitingReports.get(name)?.(null);
			if (name === "policy") {
				watch.ended();
				policy.ended(reason);
			}
			hosts[name === "robot" ? "policy" : "robot"].send({
				type: "peerLost",
				peer: name,
				reason
			});
			options.onHostGone({
				severity: "high",
				source: "main",
				code: `${name}HostGone`,
				message: `The ${name} process ended (${reason})`,
				tip: name === "robot" ? "It comes back stopped: reset it, then start." : "Resume when it is back."
			});
		}
	});
	const hosts = {
		robot: supervise("robot"),
		policy: supervise("policy")
	};
	const broker = createPortBroker({
		isRunning: (host) => hosts[host].isRunning(),
		giveHost: (host, peer, port) => hosts[host].send({
			type: "port",
			peer
		}, port),
		giveUi: options.giveUi
	});
	function ask(name) {
		if (!hosts[name].isRunning()) return Promise.resolve(null);
		return new Promise((resolve) => {
			const settle = (message) => {
				clearTimeout(timer);
				waitingReports.delete(name);
				resolve(message);
			};
			const timer = setTimeout(() => settle(null), REPORT_TIMEOUT_MS);
			waitingReports.set(name, settle);
			hosts[name].send({ type: "report" });
		});
	}
	hosts.robot.start();
	hosts.policy.start();
	return {
		broker,
		policy,
		statuses: () => [hosts.robot.status(), hosts.policy.status()],
		async reports() {
			const [robot, policy] = await Promise.all([ask("robot"), ask("policy")]);
			return {
				robot: robot?.type === "robotReport" ? robot.report : null,
				policy: policy?.type === "policyReport" ? policy.report : null
			};
		},
		dispose() {
			watch.ended();
			hosts.policy.dispose();
			hosts.robot.dispose();
		}
	};
}
// src/main/app/inspectorProcess.ts
var forks = 0;
/** Forks the process that examines bundles. A crash is learnt from `child-process-gone`, a plain end from `exit`. */
var forkInspector = (log) => (on) => {
	const serviceName = `depthdeck-inspector-${++forks}`;
	const child = electron.utilityProcess.fork((0, node_path.join)(__dirname, "inspect.cjs"), [], {
		serviceName,
		stdio: "inherit"
	});
	let over = false;
	const gone = (reason) => {
		if (over) return;
		over = true;
		electron.app.off("child-process-gone", onChildGone);
		on.gone(reason);
	};
	const onChildGone = (_event, details) => {
		if (details.type === "Utility" && details.name === serviceName) gone(details.reason);
	};
	let killed = false;
	const kill = () => {
		killed = true;
		if (child.pid === void 0) return;
		try {
			process.kill(child.pid, "SIGKILL");
		} catch {}
	};
	electron.app.on("child-process-gone", onChildGone);
	child.on("spawn", () => {
		if (killed) kill();
	});
	child.on("message", (raw) => {
		const parsed = require_hosts.inspectorMessage.safeParse(raw);
		if (parsed.success) on.message(parsed.data);
		else {
			log(`the inspector sent a malformed message: ${parsed.error.message}`);
			kill();
			gone("what it answered can’t be read");
		}
	});
	child.on("exit", (code) => setTimeout(() => gone(`exited with code ${code}`), 50));
	return {
		send: (task) => child.postMessage(task),
		kill
	};
};
// src/main/app/recentBundles.ts
var MAX_RECENT = 12;
var stored = zod.z.object({
	format: zod.z.literal(1),
	bundles: zod.z.array(require_hosts.recentBundle)
});
/** A file that can't be understood is set aside as `.broken`, and said so; the list begins anew. */
function openRecentBundles(file, onProblem) {
	let bundles = read();
	function read() {
		try {
			return stored.parse(JSON.parse((0, node_fs.readFileSync)(file, "utf8"))).bundles.slice(0, MAX_RECENT);
		} catch (error) {
			if (!(0, node_fs.existsSync)(file)) return [];
			const aside = `${file}.broken`;
			try {
				(0, node_fs.renameSync)(file, aside);
				onProblem(`The list of recent bundles could not be read; it is set aside as ${aside}`);
			} catch {
				onProblem(`The list of recent bundles in ${file} could not be read: ${errorText(error)}`);
			}
			return [];
		}
	}
	function keep(next) {
		bundles = next;
		const partial = `${file}.part`;
		try {
			(0, node_fs.mkdirSync)((0, node_path.dirname)(file), { recursive: true });
			(0, node_fs.writeFileSync)(partial, `${JSON.stringify({
				format: 1,
				bundles
			}, null, 2)}\n`);
			(0, node_fs.renameSync)(partial, file);
		} catch (error) {
			onProblem(`The list of recent bundles could not be saved: ${errorText(error)}`);
		}
	}
	return {
		list: () => [...bundles],
		add: (bundle) => keep([bundle, ...bundles.filter(({ path }) => path !== bundle.path)].slice(0, MAX_RECENT)),
		forget: (path) => keep(bundles.filter((bundle) => bundle.path !== path))
	};
}
var errorText = (error) => error instanceof Error ? error.message : String(error);
// src/main/app/security.ts
/** Nothing is permitted, opened, attached or navigated to unless a line here says so. */
function denyByDefault(session) {
	session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
	session.setPermissionCheckHandler(() => false);
	session.setDevicePermissionHandler(() => false);
	session.on("will-download", (event) => event.preventDefault());
}
/** Guards every web contents of the app, also those some later code might create. */
function guardWebContents(isAllowedUrl, log) {
	const guard = (contents) => {
		contents.setWindowOpenHandler(({ url }) => {
			log(`Blocked opening ${url}`);
			return { action: "deny" };
		});
		const refuseOthers = (event, url) => {
			if (isAllowedUrl(url)) return;
			event.preventDefault();
			log(`Blocked navigation to ${url}`);
		};
		contents.on("will-navigate", (event) => refuseOthers(event, event.url));
		contents.on("will-redirect", (event) => refuseOthers(event, event.url));
		contents.on("will-attach-webview", (event) => event.preventDefault());
	};
	electron.app.on("web-contents-created", (_event, contents) => guard(contents));
}
// src/main/app/uiPath.ts
/** Path of a requested file inside `root`; null when it would lead outside. */
function resolveUiPath(root, url) {
	try {
		const { host, pathname } = new URL(url);
		if (host !== "app") return null;
		const path = (0, node_path.normalize)((0, node_path.join)(root, decodeURIComponent(pathname)));
		return path.startsWith(root + node_path.sep) ? path : null;
	} catch {
		return null;
	}
}
// src/main/app/uiScheme.ts
/**
* The UI is served by our own scheme instead of file://, so that it has an origin of its own, strict headers
* and no way to read other files.
*/
var UI_SCHEME = "depthdeck";
`${UI_SCHEME}`;
var CONTENT_SECURITY_POLICY = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' data: blob:",
	"font-src 'self'",
	"connect-src 'self'",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'"
].join("; ");
var CONTENT_TYPES = {
	".html": "text/html; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".woff2": "font/woff2",
	".svg": "image/svg+xml",
	".png": "image/png"
};
/** Must run before the app is ready. */
function registerUiScheme() {
	electron.protocol.registerSchemesAsPrivileged([{
		scheme: UI_SCHEME,
		privileges: {
			standard: true,
			secure: true,
			supportFetchAPI: true
		}
	}]);
}
var isUiUrl = (url) => url.startsWith(`${UI_SCHEME}://app/`);
function serveUi(session, root) {
	session.protocol.handle(UI_SCHEME, async (request) => {
		const path = resolveUiPath(root, request.url);
		const type = path ? CONTENT_TYPES[(0, node_path.extname)(path)] : void 0;
		if (!path || !type) return new Response("Not found", { status: 404 });
		try {
			return new Response(await (0, node_fs_promises.readFile)(path), { headers: {
				"content-type": type,
				"content-security-policy": CONTENT_SECURITY_POLICY,
				"x-content-type-options": "nosniff"
			} });
		} catch {
			return new Response("Not found", { status: 404 });
		}
	});
}
// src/main/app/window.ts
var UI_NICENESS = 5;
/** The operator's window: sandboxed, isolated, without Node, and never throttled (its heartbeat keeps the robot moving). */
function createOperatorWindow({ devUrl, onGone }) {
	electron.Menu.setApplicationMenu(null);
	const window = new electron.BrowserWindow({
		width: 1440,
		height: 900,
		minWidth: 1100,
		minHeight: 700,
		useContentSize: true,
		show: false,
		backgroundColor: "#17191c",
		title: "Depthdeck",
		webPreferences: {
			preload: (0, node_path.join)(__dirname, "../preload/index.cjs"),
			sandbox: true,
			contextIsolation: true,
			nodeIntegration: false,
			nodeIntegrationInSubFrames: false,
			webviewTag: false,
			webSecurity: true,
			spellcheck: false,
			backgroundThrottling: false
		}
	});
	window.once("ready-to-show", () => window.show());
	window.webContents.on("did-finish-load", () => {
		try {
			(0, node_os.setPriority)(window.webContents.getOSProcessId(), UI_NICENESS);
		} catch {}
	});
	window.webContents.on("render-process-gone", (_event, details) => onGone(details.reason));
	window.loadURL(devUrl ?? "depthdeck://app/index.html");
	return window;
}
// src/main/app/main.ts
/** Closing a window takes milliseconds. */
var QUIT_GRACE_MS = 3e3;
/** A page that crashes this often within a minute would crash again. */
var MAX_RELOADS_PER_MINUTE = 6;
var log = (line) => console.error(`[depthdeck] ${line}`);
/** Vite's address in `npm run dev`; packaged apps have none, whatever the environment says. */
var devUrl = electron.app.isPackaged ? void 0 : process.env.ELECTRON_RENDERER_URL;
var isOwnUrl = (url) => isUiUrl(url) || devUrl !== void 0 && new URL(url).origin === new URL(devUrl).origin;
function start(commandLine) {
	const standIn = process.env.DEPTHDECK_STAND_IN === "1";
	const faults = createFaultLog(log);
	const gap = commandLine.headless ? createGapMeter(() => performance.now()) : null;
	const reloads = createRestartBudget(MAX_RELOADS_PER_MINUTE, () => performance.now());
	let window = null;
	let quitting = false;
	let frames = 0;
	let frameMs = 0;
	let onRunFinished = () => void 0;
	const announce = (channel, payload) => {
		if (window && !window.isDestroyed()) window.webContents.send(channel, payload);
	};
	const fault = (next) => {
		faults.add(next);
		announce("app:fault", next);
	};
	denyByDefault(electron.session.defaultSession);
	serveUi(electron.session.defaultSession, (0, node_path.join)(__dirname, "../renderer"));
	const hosts = startHosts({
		commandLine,
		log,
		giveUi: (name, port) => {
			if (window && !window.isDestroyed()) window.webContents.postMessage(PORT_CHANNEL, name, [port]);
		},
		onStatus: (status) => announce("hosts:status", status),
		onFault: fault,
		onHostGone: faults.add,
		onRunFinished: () => onRunFinished()
	});
	const inspector = createInspector({
		fork: forkInspector(log),
		later,
		limitMs: PROVIDER_LIMIT_MS,
		onProgress: (progress) => announce("bundle:progress", progress)
	});
	const sender = {
		webContents: () => window?.webContents ?? null,
		isOwnUrl
	};
	handle("app:info", sender, () => ({
		version: electron.app.getVersion(),
		electron: process.versions.electron ?? "",
		chrome: process.versions.chrome ?? "",
		node: process.versions.node,
		standIn,
		headless: commandLine.headless,
		autostart: commandLine.headless ? {
			level: commandLine.level,
			seedBase: commandLine.seedBase,
			episodes: commandLine.episodes
		} : null,
		hosts: hosts.statuses(),
		faults: faults.forUi()
	}));
	handle("ports:connect", sender, () => hosts.broker.connectUi());
	handle("ui:frames", sender, (input) => {
		frames += input.frames;
		frameMs += input.milliseconds;
	});
	handle("ui:fault", sender, faults.add);
	const desk = createBundleDesk({
		policy: hosts.policy,
		inspector,
		recents: openRecentBundles((0, node_path.join)(electron.app.getPath("userData"), "recent-bundles.json"), (message) => fault({
			severity: "low",
			source: "main",
			code: "recentBundles",
			message,
			tip: "Open the bundles again; nothing else is lost."
		})),
		builtIn: builtInBundle(),
		ask: askForBundle(() => window),
		nowMs: Date.now
	});
	handle("bundle:choose", sender, ({ kind }) => desk.choose(kind));
	handle("bundle:recent", sender, desk.recent);
	handle("bundle:forget", sender, ({ path }) => desk.forget(path));
	handle("bundle:examine", sender, ({ path, providers }) => desk.examine(path, providers));
	handle("bundle:compare", sender, ({ first, second }) => desk.compare(first, second));
	handle("bundle:cancel", sender, desk.cancel);
	handle("bundle:use", sender, ({ path, provider, precision }) => desk.use(path, provider, precision));
	window = createOperatorWindow({
		devUrl,
		onGone: (reason) => {
			hosts.broker.uiGone();
			const comesBack = reloads.take();
			fault({
				severity: "high",
				source: "main",
				code: "uiGone",
				message: `The operator window's process ended (${reason}); the robot holds`,
				tip: comesBack ? "The window reloads by itself; resume when you see the robot again." : "It ended too often to be reloaded again: restart Depthdeck."
			});
			if (!quitting && comesBack) window?.webContents.reload();
		}
	});
	window.webContents.on("did-navigate", () => hosts.broker.uiGone());
	window.on("closed", () => electron.app.quit());
	electron.app.once("before-quit", () => {
		quitting = true;
		inspector.cancel();
		hosts.dispose();
		gap?.dispose();
		setTimeout(() => {
			log("the window did not close in time; ending without it");
			electron.app.exit(commandLine.headless ? 1 : 0);
		}, QUIT_GRACE_MS);
	});
	endHosts = hosts.dispose;
	if (!gap) return;
	const exit = (code) => {
		quitting = true;
		hosts.dispose();
		electron.app.exit(code);
	};
	electron.app.on("will-quit", () => exit(1));
	runHeadless({
		commandLine,
		standIn,
		window,
		hosts,
		gap,
		errors: faults.all,
		fps: () => frameMs > 0 ? frames * 1e3 / frameMs : null,
		whenRunFinished: (callback) => {
			onRunFinished = callback;
		},
		log
	}).then(exit, (error) => {
		log(`the run could not be reported: ${error instanceof Error ? error.message : String(error)}`);
		exit(1);
	});
}
var endHosts = () => void 0;
/**
* An error nobody expected: end rather than go on in an unknown state. The hosts go first: a box that waits for
* somebody to read it must not leave an arm moving.
*/
function giveUp(error, quietly) {
	endHosts();
	const text = error instanceof Error ? error.stack ?? error.message : String(error);
	log(`unexpected error in main: ${text}`);
	if (!quietly) electron.dialog.showErrorBox("Depthdeck: unexpected error", text);
	electron.app.exit(1);
}
function boot(commandLine) {
	process.on("uncaughtException", (error) => giveUp(error, commandLine.headless));
	process.on("unhandledRejection", (error) => giveUp(error, commandLine.headless));
	registerUiScheme();
	guardWebContents(isOwnUrl, log);
	const fresh = commandLine.headless ? (0, node_fs.mkdtempSync)((0, node_path.join)((0, node_os.tmpdir)(), "depthdeck-")) : null;
	const userData = commandLine.userData ?? fresh;
	if (userData) electron.app.setPath("userData", userData);
	if (fresh) electron.app.on("quit", () => (0, node_fs.rmSync)(fresh, {
		recursive: true,
		force: true
	}));
	if (!electron.app.requestSingleInstanceLock()) {
		log("Depthdeck is running already; two of them must not drive the same robot.");
		electron.app.exit(1);
		return;
	}
	electron.app.whenReady().then(() => start(commandLine));
}
var parsed = parseCommandLine(process.argv.slice(1), process.cwd(), process.env);
if (parsed.ok) boot(parsed.value);
else {
	console.error(parsed.error);
	electron.app.exit(2);
}

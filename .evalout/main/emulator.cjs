// \0rolldown/runtime.js
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __copyProps = (to, from, except, desc) => {
	if (from && typeof from === "object" || typeof from === "function") for (var keys = __getOwnPropNames(from), i = 0, n = keys.length, key; i < n; i++) {
		key = keys[i];
		if (!__hasOwnProp.call(to, key) && key !== except) __defProp(to, key, {
			get: ((k) => from[k]).bind(null, key),
			enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable
		});
	}
	return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(isNodeMode || !mod || !mod.__esModule || !__hasOwnProp.call(mod, "default") ? __defProp(target, "default", {
	value: mod,
	enumerable: true
}) : target, mod));
const require_numberFlag = require("./chunks/numberFlag-BK_Pj61o.cjs");
const require_units = require("./chunks/units-Da9LRzHK.cjs");
const require_xoshiro = require("./chunks/xoshiro-m3HhS9pj.cjs");
let node_fs = require("node:fs");
let node_os = require("node:os");
let node_path = require("node:path");
let zod = require("zod");
let node_util = require("node:util");
let node_child_process = require("node:child_process");
let node_readline = require("node:readline");
let node_net = require("node:net");
let _lydell_node_pty = require("@lydell/node-pty");
_lydell_node_pty = __toESM(_lydell_node_pty, 1);
// test/emulators/faults.ts
var noFaults = {
	dropInstruction: 0,
	drop: 0,
	corrupt: 0,
	split: 0,
	delay: 0,
	garbage: 0,
	splitNanos: 2 * require_units.NANOS_PER_MILLI,
	delayNanos: 30 * require_units.NANOS_PER_MILLI
};
/** Draws nothing when the probability is 0, so that a plan without faults leaves the random stream alone. */
var happens = (probability, random) => probability > 0 && random.float() < probability;
function flipBit(bytes, random) {
	const flipped = bytes.slice();
	const index = random.integer(flipped.length);
	flipped[index] = (flipped[index] ?? 0) ^ 1 << random.integer(8);
	return flipped;
}
function addGarbage(bytes, random) {
	const garbage = Array.from({ length: 1 + random.integer(8) }, () => random.integer(256));
	return Uint8Array.from([...garbage, ...bytes]);
}
/** What reaches the host of one status packet. */
function disturb(reply, plan, random) {
	if (happens(plan.drop, random)) return [];
	const corrupted = happens(plan.corrupt, random) ? flipBit(reply.bytes, random) : reply.bytes;
	const bytes = happens(plan.garbage, random) ? addGarbage(corrupted, random) : corrupted;
	const atNanos = reply.atNanos + (happens(plan.delay, random) ? plan.delayNanos : 0);
	if (bytes.length < 2 || !happens(plan.split, random)) return [{
		bytes,
		atNanos
	}];
	const cut = 1 + random.integer(bytes.length - 1);
	return [{
		bytes: bytes.slice(0, cut),
		atNanos
	}, {
		bytes: bytes.slice(cut),
		atNanos: atNanos + plan.splitNanos
	}];
}
// test/emulators/motor.ts
var STEP_NANOS = require_units.NANOS_PER_MILLI;
var STEP_SECONDS = STEP_NANOS / require_units.NANOS_PER_SECOND;
var AMBIENT_C = 25;
/** What full torque ends at above ambient, and how fast. */
var FULL_TORQUE_RISE_C = 90;
var COOLING_SECONDS = 120;
/** Position error to wanted velocity, and position error of a held joint to torque. */
var POSITION_SECONDS = .02;
var STALL_ERROR_TICKS = 40;
var FREE_DAMPING_PER_SEC = 8;
var defaultMotorSpec = {
	startTicks: 2048,
	maxTicksPerSec: 3400,
	stallTicksPerSec2: 6e4,
	friction: .04,
	gravity: () => 0,
	stops: {
		minTicks: -Infinity,
		maxTicks: Infinity
	}
};
function createMotor(given) {
	const spec = {
		...defaultMotorSpec,
		...given
	};
	let ticks = spec.startTicks;
	let ticksPerSec = 0;
	let torque = 0;
	let temperatureC = AMBIENT_C;
	let leftoverNanos = 0;
	let hand = 0;
	let jammed = false;
	let stuckAt = null;
	const external = () => spec.gravity(ticks) + hand;
	/** Torque that brings the velocity to `wanted` within this step, as far as the limits go. */
	function track(wanted, limits) {
		const top = Math.min(limits.maxTicksPerSec, spec.maxTicksPerSec);
		const change = limits.maxTicksPerSec2 * STEP_SECONDS;
		const next = ticksPerSec + require_units.clamp(require_units.clamp(wanted, -top, top) - ticksPerSec, -change, change);
		const needed = (next - ticksPerSec) / STEP_SECONDS / spec.stallTicksPerSec2 - external() + spec.friction * Math.sign(ticksPerSec || next);
		return require_units.clamp(needed, -limits.maxTorque, limits.maxTorque);
	}
	function wantedVelocity(errorTicks, limits) {
		const size = Math.abs(errorTicks);
		if (size < .5) return 0;
		const braking = Math.sqrt(2 * Math.min(limits.maxTicksPerSec2, spec.stallTicksPerSec2) * size);
		return Math.sign(errorTicks) * Math.min(size / POSITION_SECONDS, braking);
	}
	const blockedTorque = (errorTicks, limits) => require_units.clamp(errorTicks / STALL_ERROR_TICKS, -limits.maxTorque, limits.maxTorque);
	function torqueFor(drive, blocked) {
		switch (drive.kind) {
			case "free": return 0;
			case "torque": return require_units.clamp(drive.torque, -1, 1);
			case "velocity": return blocked ? Math.sign(drive.ticksPerSec) * drive.maxTorque : track(drive.ticksPerSec, drive);
			case "position": return blocked ? blockedTorque(drive.errorTicks, drive) : track(wantedVelocity(drive.errorTicks, drive), drive);
		}
	}
	/** Whether what the drive wants is beyond a mechanical stop that the joint already touches. */
	function pressesOnStop(drive) {
		const direction = drive.kind === "position" ? drive.errorTicks : drive.kind === "velocity" ? drive.ticksPerSec : 0;
		return direction > 0 && ticks >= spec.stops.maxTicks || direction < 0 && ticks <= spec.stops.minTicks;
	}
	function step(drive) {
		torque = torqueFor(drive, jammed || pressesOnStop(drive));
		const net = torque + external();
		if (jammed || ticksPerSec === 0 && Math.abs(net) <= spec.friction) ticksPerSec = 0;
		else {
			const rubbing = spec.friction * Math.sign(ticksPerSec || net);
			const damping = drive.kind === "free" ? FREE_DAMPING_PER_SEC * ticksPerSec : 0;
			const next = ticksPerSec + ((net - rubbing) * spec.stallTicksPerSec2 - damping) * STEP_SECONDS;
			ticksPerSec = Math.sign(next) === -Math.sign(ticksPerSec) && Math.abs(net) <= spec.friction ? 0 : require_units.clamp(next, -spec.maxTicksPerSec, spec.maxTicksPerSec);
			if (drive.kind === "position" && Math.abs(drive.errorTicks) < .5 && Math.abs(ticksPerSec) < 1) ticksPerSec = 0;
		}
		const moved = ticks + ticksPerSec * STEP_SECONDS;
		ticks = require_units.clamp(moved, spec.stops.minTicks, spec.stops.maxTicks);
		if (ticks !== moved) ticksPerSec = 0;
		const heating = FULL_TORQUE_RISE_C * torque * torque;
		temperatureC += (heating - (temperatureC - AMBIENT_C)) / COOLING_SECONDS * STEP_SECONDS;
	}
	return {
		spec,
		get ticks() {
			return ticks;
		},
		get sensedTicks() {
			return stuckAt ?? ticks;
		},
		get ticksPerSec() {
			return ticksPerSec;
		},
		get torque() {
			return torque;
		},
		get temperatureC() {
			return temperatureC;
		},
		advance(nanos, control, afterStep) {
			leftoverNanos += nanos;
			while (leftoverNanos >= STEP_NANOS) {
				leftoverNanos -= STEP_NANOS;
				step(control());
				afterStep?.();
			}
		},
		push: (given) => void (hand = given),
		jam: (given) => void (jammed = given),
		place(given) {
			ticks = require_units.clamp(given, spec.stops.minTicks, spec.stops.maxTicks);
			ticksPerSec = 0;
		},
		stickEncoder: (stuck) => void (stuckAt = stuck ? ticks : null),
		heatTo: (celsius) => void (temperatureC = celsius)
	};
}
// test/emulators/servo.ts
/** Conditions a servo's firmware protects itself from. */
var trips = [
	"overload",
	"overheat",
	"overcurrent",
	"voltage",
	"encoder"
];
// test/emulators/bus.ts
function createServoBus({ protocol, baud = 1e6, seed = 1, faults = {}, interByteNanos = 15e5 }) {
	const byteNanos = 10 * require_units.NANOS_PER_SECOND / baud;
	const random = require_xoshiro.createRandom(seed);
	let plan = {
		...noFaults,
		...faults
	};
	let wireFreeAtNanos = 0;
	let lastByteAtNanos = 0;
	function transmit(packets, nowNanos) {
		let atNanos = nowNanos;
		const replies = packets.flatMap(({ bytes, delayNanos }) => {
			atNanos += delayNanos + bytes.length * byteNanos;
			return disturb({
				bytes,
				atNanos
			}, plan, random);
		});
		wireFreeAtNanos = atNanos;
		return replies;
	}
	const advance = (nowNanos) => {
		for (const servo of protocol.servos) servo.advance(nowNanos);
	};
	return {
		servos: protocol.servos,
		servo(id) {
			const found = protocol.servos.find((servo) => servo.id === id);
			if (!found) throw new RangeError(`no servo with id ${id} on this bus`);
			return found;
		},
		receive(bytes, nowNanos) {
			advance(nowNanos);
			if (nowNanos - lastByteAtNanos > interByteNanos) protocol.reset();
			const replies = [];
			for (const byte of bytes) {
				if (nowNanos < wireFreeAtNanos) continue;
				lastByteAtNanos = nowNanos;
				const execute = protocol.push(byte);
				if (execute === null || happens(plan.dropInstruction, random)) continue;
				replies.push(...transmit(execute(), nowNanos));
			}
			return replies.sort((a, b) => a.atNanos - b.atNanos);
		},
		advance,
		setPower(on, nowNanos) {
			advance(nowNanos);
			protocol.reset();
			for (const servo of protocol.servos) servo.setPower(on);
		},
		setFaults(given) {
			plan = {
				...plan,
				...given
			};
		},
		get faults() {
			return plan;
		}
	};
}
// test/emulators/pty/terminal.ts
/** node-pty types only `spawn`; a terminal without a process is its undocumented `open`. */
var openable = zod.z.object({ open: zod.z.custom((value) => typeof value === "function") });
var opened = zod.z.object({
	_socket: zod.z.instanceof(node_net.Socket),
	_slave: zod.z.instanceof(node_net.Socket),
	_pty: zod.z.string()
});
/** Without this the line discipline echoes a client's bytes back and eats control characters until it opens the port raw. */
function makeRaw(descriptor) {
	const { status, stderr, error } = (0, node_child_process.spawnSync)("stty", ["raw", "-echo"], {
		stdio: [
			descriptor,
			"ignore",
			"pipe"
		],
		encoding: "utf8"
	});
	if (error) throw error;
	if (status !== 0) throw new Error(`stty raw -echo: ${stderr}`);
}
/** Opens a pty whose master calls `receive` with what a client writes. */
function openTerminal(receive) {
	const { _socket: master, _slave: slave, _pty: devicePath } = opened.parse(openable.parse(_lydell_node_pty).open({ encoding: null }));
	master.removeAllListeners();
	const keptOpen = (0, node_fs.openSync)(devicePath, node_fs.constants.O_RDWR | node_fs.constants.O_NOCTTY);
	slave.destroy();
	makeRaw(keptOpen);
	master.on("data", (bytes) => receive(bytes));
	master.on("error", () => master.destroy());
	master.resume();
	return {
		devicePath,
		write(bytes) {
			if (!master.destroyed) master.write(bytes);
		},
		hangUp: () => void master.destroy(),
		release() {
			master.destroy();
			(0, node_fs.closeSync)(keptOpen);
		}
	};
}
// test/emulators/pty/wireLog.ts
function createWireLog(capacity = 2e3) {
	let entries = [];
	const waiting = /* @__PURE__ */ new Set();
	return {
		get entries() {
			return entries;
		},
		add(entry) {
			entries.push(entry);
			if (entries.length >= 2 * capacity) entries = entries.slice(-capacity);
			for (const look of waiting) look(entry);
		},
		next: (matches) => new Promise((resolve) => {
			const look = (entry) => {
				if (!matches(entry)) return;
				waiting.delete(look);
				resolve(entry);
			};
			waiting.add(look);
		}),
		clear: () => void (entries = [])
	};
}
// test/emulators/ptyBus.ts
/** The only clock of the emulators. */
var realNanos = () => Number(process.hrtime.bigint());
/** A timer may be this late; the rest of a wait is spent looking at the clock. */
var TIMER_SLACK_NANOS = 2 * require_units.NANOS_PER_MILLI;
/** So that nobody has to catch up on a long silence at once. */
var IDLE_ADVANCE_MILLIS = 1e3;
/**
* Puts a bus behind a pty. Answers are written when their last byte would have arrived, never earlier. A pty has no
* rate, no parity and no buffer that a close would empty: what a client left unread is what the next one finds.
*/
function openPtyBus(bus, { name, identity, directory }) {
	const folder = directory ?? (0, node_fs.mkdtempSync)((0, node_path.join)((0, node_os.tmpdir)(), "depthdeck-emulator-"));
	const path = (0, node_path.join)(folder, name);
	const log = createWireLog();
	let terminal = null;
	let unplugged = null;
	let waiting = [];
	let timer = null;
	let immediate = null;
	function stopPump() {
		if (timer) clearTimeout(timer);
		if (immediate) clearImmediate(immediate);
		timer = immediate = null;
	}
	function pump() {
		stopPump();
		const nowNanos = realNanos();
		const due = waiting.filter((reply) => reply.atNanos <= nowNanos);
		waiting = waiting.filter((reply) => reply.atNanos > nowNanos);
		for (const { bytes } of due) {
			terminal?.write(bytes);
			log.add({
				atNanos: nowNanos,
				from: "servo",
				bytes
			});
		}
		const [next] = waiting;
		if (!next) return;
		const restNanos = next.atNanos - realNanos() - TIMER_SLACK_NANOS;
		if (restNanos > 0) timer = setTimeout(pump, restNanos / require_units.NANOS_PER_MILLI);
		else immediate = setImmediate(pump);
	}
	function receive(bytes) {
		const atNanos = realNanos();
		log.add({
			atNanos,
			from: "host",
			bytes: bytes.slice()
		});
		waiting = [...waiting, ...bus.receive(bytes, atNanos)].sort((a, b) => a.atNanos - b.atNanos);
		pump();
	}
	function plugIn() {
		const opened = openTerminal(receive);
		const next = `${path}.next`;
		(0, node_fs.symlinkSync)(opened.devicePath, next);
		(0, node_fs.renameSync)(next, path);
		terminal = opened;
		return opened;
	}
	function unplug() {
		if (!terminal) return;
		stopPump();
		waiting = [];
		(0, node_fs.rmSync)(path, { force: true });
		terminal.hangUp();
		unplugged = terminal;
		terminal = null;
	}
	bus.advance(realNanos());
	plugIn();
	const idle = setInterval(() => bus.advance(realNanos()), IDLE_ADVANCE_MILLIS);
	return {
		path,
		log,
		get devicePath() {
			return terminal?.devicePath ?? null;
		},
		get port() {
			return terminal && {
				path: terminal.devicePath,
				...identity
			};
		},
		use(action) {
			const nowNanos = realNanos();
			bus.advance(nowNanos);
			return action(bus, nowNanos);
		},
		unplug,
		replug() {
			if (terminal) return terminal.devicePath;
			const opened = plugIn();
			unplugged?.release();
			unplugged = null;
			return opened.devicePath;
		},
		close() {
			unplug();
			unplugged?.release();
			unplugged = null;
			clearInterval(idle);
			if (!directory) (0, node_fs.rmSync)(folder, {
				recursive: true,
				force: true
			});
		}
	};
}
// test/emulators/arms/arm.ts
/** A pty's bytes come in the pieces that the scheduler makes of them: a busy machine must not look like a loose cable. */
var PTY_INTER_BYTE_NANOS = 5e7;
/** A link that falls away from its upright position: torque = size · sin(angle from upright). */
var pendulum = (size, uprightTicks) => (ticks) => size * Math.sin((ticks - uprightTicks) / 4096 * 2 * Math.PI);
// test/emulators/dynamixel/crc.ts
/**
* CRC-16 of Protocol 2.0: polynomial 0x8005 (x¹⁶ + x¹⁵ + x² + 1), initial value 0, most significant bit first, nothing
* inverted. Source: ROBOTIS e-Manual, "DYNAMIXEL CRC". Counted bit by bit, not from the manual's table.
*/
function crc16(bytes, start = 0) {
	let crc = start;
	for (const byte of bytes) {
		crc ^= byte << 8;
		for (let bit = 0; bit < 8; bit++) crc = crc & 32768 ? (crc << 1 ^ 32773) & 65535 : crc << 1;
	}
	return crc;
}
var HEADER = [
	255,
	255,
	253,
	0
];
var STATUS = 85;
/** Assumed; the manual gives no longest packet. Longer lengths count as noise. */
var MAX_LENGTH = 1024;
var low = (value) => value & 255;
var high = (value) => value >> 8 & 255;
/** FF FF FD in the payload is followed by one more FD. */
function stuff(payload) {
	const stuffed = [];
	for (const byte of payload) {
		stuffed.push(byte);
		if (byte === 253 && stuffed.at(-2) === 255 && stuffed.at(-3) === 255) stuffed.push(253);
	}
	return stuffed;
}
function unstuff(payload) {
	return payload.filter((byte, at) => !(byte === 253 && payload[at - 1] === 253 && payload[at - 2] === 255 && payload[at - 3] === 255));
}
/** Adds the length, header and CRC to what follows the length field. */
function packet(id, payload) {
	const length = payload.length + 2;
	const bytes = [
		...HEADER,
		id,
		low(length),
		high(length),
		...payload
	];
	const crc = crc16(bytes);
	return [
		...bytes,
		low(crc),
		high(crc)
	];
}
var encodeStatus$1 = (id, error, params = []) => Uint8Array.from(packet(id, stuff([
	STATUS,
	error,
	...params
])));
/**
* One status packet that several servos build, each its own part: the first sends the header, error, id and data, each
* next one error, id and data, and everyone the CRC of all that was sent so far. Nothing is stuffed. Source: e-Manual,
* "Fast Sync Read (0x8A)". Parts of `null` (servos that stay silent) end the packet: who follows has nothing to
* continue (assumed).
*/
function encodeFastStatus(parts, dataBytes) {
	const length = dataBytes.reduce((sum, bytes) => sum + bytes + 4, 1);
	const sent = [
		...HEADER,
		254,
		low(length),
		high(length),
		STATUS
	];
	const pieces = [];
	let from = 0;
	for (const part of parts) {
		if (!part) break;
		sent.push(part.error, part.id, ...part.data);
		const crc = crc16(sent);
		sent.push(low(crc), high(crc));
		pieces.push(Uint8Array.from(sent.slice(from)));
		from = sent.length;
	}
	return pieces;
}
/** Takes one byte at a time; what can't start a packet is skipped. */
function createFrameReader$1() {
	let buffer = [];
	/** Whether the last bytes, taken together, may be the start of a header. */
	function searchHeader(byte) {
		if (byte === HEADER[buffer.length - 1]) return;
		if (byte === 255) buffer = buffer.length === 3 ? [255, 255] : [255];
		else buffer = [];
	}
	function push(byte) {
		buffer.push(byte);
		if (buffer.length <= HEADER.length) {
			searchHeader(byte);
			return null;
		}
		const [, , , , id = 0, lengthLow = 0, lengthHigh] = buffer;
		if (lengthHigh === void 0) return null;
		const length = lengthLow + 256 * lengthHigh;
		if (length < 3 || length > MAX_LENGTH) {
			buffer = [];
			return null;
		}
		if (buffer.length < length + 7) return null;
		const whole = buffer;
		buffer = [];
		const crc = crc16(whole.slice(0, -2));
		if (whole.at(-2) !== low(crc) || whole.at(-1) !== high(crc)) return {
			kind: "crcError",
			id
		};
		const [code = 0, ...params] = unstuff(whole.slice(7, -2));
		return {
			kind: "instruction",
			id,
			code,
			params: Uint8Array.from(params)
		};
	}
	return {
		push,
		reset: () => void (buffer = [])
	};
}
// test/emulators/registers.ts
function createRegisterFile(table) {
	const names = Object.keys(table).filter((name) => name in table);
	const size = Math.max(...names.map((name) => table[name].address + table[name].bytes));
	const live = new Uint8Array(size);
	const saved = new Uint8Array(size);
	const startsAt = new Map(names.map((name) => [table[name].address, name]));
	const coveredBy = /* @__PURE__ */ new Map();
	for (const name of names) for (let i = 0; i < table[name].bytes; i++) coveredBy.set(table[name].address + i, name);
	function put(image, { address, bytes }, value) {
		for (let i = 0; i < bytes; i++) image[address + i] = Math.floor(value / 2 ** (8 * i)) & 255;
	}
	function take(image, { address, bytes }) {
		let value = 0;
		for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (image[address + i] ?? 0);
		return value;
	}
	const isEeprom = (name) => table[name].area === "eeprom";
	const powerCycle = () => {
		for (const name of names) {
			const value = isEeprom(name) ? take(saved, table[name]) : table[name].initial;
			put(live, table[name], value);
		}
	};
	for (const name of names) put(saved, table[name], table[name].initial);
	powerCycle();
	return {
		table,
		names,
		size,
		get: (name) => take(live, table[name]),
		getSigned(name) {
			const value = take(live, table[name]);
			const range = 2 ** (8 * table[name].bytes);
			return value >= range / 2 ? value - range : value;
		},
		set: (name, value) => put(live, table[name], Math.round(value)),
		at: (address) => startsAt.get(address),
		covering: (address) => coveredBy.get(address),
		readBytes(address, count) {
			const bytes = new Uint8Array(count);
			bytes.set(live.subarray(address, address + count));
			return bytes;
		},
		writeByte(address, value) {
			if (coveredBy.has(address)) live[address] = value;
		},
		save(...given) {
			for (const name of given) if (isEeprom(name)) put(saved, table[name], take(live, table[name]));
		},
		powerCycle,
		factoryReset(keep) {
			for (const name of names) if (isEeprom(name) && !keep.includes(name)) put(saved, table[name], table[name].initial);
			powerCycle();
		}
	};
}
/** For names that come from people and tests. */
function registerNamed(registers, register) {
	const name = registers.names.find((candidate) => candidate === register);
	if (name === void 0) throw new RangeError(`no register ${register}`);
	return name;
}
// test/emulators/dynamixel/tables.ts
var rom = (address, bytes, initial, min, max) => ({
	address,
	bytes,
	access: "rw",
	area: "eeprom",
	initial,
	min,
	max
});
var fixed = (address, bytes, initial) => ({
	...rom(address, bytes, initial, 0, 0),
	access: "r"
});
var ram$1 = (address, bytes, initial, min, max) => ({
	...rom(address, bytes, initial, min, max),
	area: "ram"
});
var measured = (address, bytes) => ({
	...ram$1(address, bytes, 0, 0, 0),
	access: "r"
});
var LARGEST_OFFSET$1 = 1044479;
var LARGEST_GOAL = 1048575;
var GAIN = 16383;
var table = (model) => ({
	modelNumber: fixed(0, 2, model.modelNumber),
	modelInformation: fixed(2, 4, 0),
	firmwareVersion: fixed(6, 1, model.firmwareVersion),
	id: rom(7, 1, 1, 0, 252),
	baudRate: rom(8, 1, 1, 0, 7),
	/** 2 µs a unit. */
	returnDelayTime: rom(9, 1, 250, 0, 254),
	driveMode: rom(10, 1, 0, 0, model.maxDriveMode),
	operatingMode: rom(11, 1, 3, 0, 16),
	secondaryId: rom(12, 1, 255, 0, 255),
	protocolType: rom(13, 1, 2, 1, 22),
	homingOffset: rom(20, 4, 0, -1044479, LARGEST_OFFSET$1),
	movingThreshold: rom(24, 4, 10, 0, 1023),
	temperatureLimit: rom(31, 1, model.temperatureLimit, 0, 100),
	maxVoltageLimit: rom(32, 2, model.voltages[1], ...model.voltages),
	minVoltageLimit: rom(34, 2, model.minVoltageLimit, ...model.voltages),
	pwmLimit: rom(36, 2, 885, 0, 885),
	currentLimit: rom(38, 2, model.currentLimit, 0, model.currentLimit),
	velocityLimit: rom(44, 4, model.velocityLimit, 0, model.maxVelocityLimit),
	maxPositionLimit: rom(48, 4, 4095, 0, 4095),
	minPositionLimit: rom(52, 4, 0, 0, 4095),
	startupConfiguration: rom(60, 1, 0, 0, 3),
	pwmSlope: rom(62, 1, 140, 1, 255),
	shutdown: rom(63, 1, model.shutdown, 0, 255),
	torqueEnable: ram$1(64, 1, 0, 0, 1),
	led: ram$1(65, 1, 0, 0, 1),
	statusReturnLevel: ram$1(68, 1, 2, 0, 2),
	registeredInstruction: measured(69, 1),
	hardwareErrorStatus: measured(70, 1),
	velocityIGain: ram$1(76, 2, model.velocityIGain, 0, GAIN),
	velocityPGain: ram$1(78, 2, model.velocityPGain, 0, GAIN),
	positionDGain: ram$1(80, 2, model.positionDGain, 0, GAIN),
	positionIGain: ram$1(82, 2, model.positionIGain, 0, GAIN),
	positionPGain: ram$1(84, 2, model.positionPGain, 0, GAIN),
	feedforward2ndGain: ram$1(88, 2, 0, 0, GAIN),
	feedforward1stGain: ram$1(90, 2, 0, 0, GAIN),
	/** 20 ms a unit; −1 once expired. */
	busWatchdog: ram$1(98, 1, 0, 0, 127),
	goalPwm: ram$1(100, 2, 885, -885, 885),
	goalCurrent: ram$1(102, 2, model.currentLimit, -model.currentLimit, model.currentLimit),
	goalVelocity: ram$1(104, 4, 0, -model.maxVelocityLimit, model.maxVelocityLimit),
	profileAcceleration: ram$1(108, 4, 0, 0, 32767),
	profileVelocity: ram$1(112, 4, 0, 0, 32767),
	goalPosition: ram$1(116, 4, 0, -1048575, LARGEST_GOAL),
	realtimeTick: measured(120, 2),
	moving: measured(122, 1),
	movingStatus: measured(123, 1),
	presentPwm: measured(124, 2),
	/** Present Load on an XL430, which has no current sensor. */
	presentCurrent: measured(126, 2),
	presentVelocity: measured(128, 4),
	presentPosition: measured(132, 4),
	velocityTrajectory: measured(136, 4),
	positionTrajectory: measured(140, 4),
	presentInputVoltage: measured(144, 2),
	presentTemperature: measured(146, 1),
	backupReady: measured(147, 1)
});
var ticksPerSec = (rpm) => rpm * 4096 / 60;
var withCurrent = [
	0,
	1,
	3,
	4,
	5,
	16
];
var xl330 = {
	modelNumber: 1200,
	firmwareVersion: 52,
	maxDriveMode: 13,
	temperatureLimit: 70,
	voltages: [31, 70],
	minVoltageLimit: 35,
	currentLimit: 1750,
	velocityLimit: 445,
	maxVelocityLimit: 2047,
	shutdown: 53,
	velocityIGain: 1600,
	velocityPGain: 180,
	positionDGain: 0,
	positionIGain: 0,
	positionPGain: 400
};
var xm430 = {
	modelNumber: 1020,
	firmwareVersion: 48,
	maxDriveMode: 13,
	temperatureLimit: 80,
	voltages: [95, 160],
	minVoltageLimit: 95,
	currentLimit: 1193,
	velocityLimit: 200,
	maxVelocityLimit: 1023,
	shutdown: 52,
	velocityIGain: 1920,
	velocityPGain: 100,
	positionDGain: 0,
	positionIGain: 0,
	positionPGain: 800
};
var xModels = {
	"xl430-w250": {
		name: "xl430-w250",
		table: table({
			...xm430,
			modelNumber: 1060,
			temperatureLimit: 72,
			voltages: [60, 140],
			minVoltageLimit: 60,
			velocityLimit: 265,
			velocityIGain: 1e3,
			positionDGain: 4e3,
			positionPGain: 640
		}),
		absent: [
			"currentLimit",
			"goalCurrent",
			"pwmSlope"
		],
		hasCurrent: false,
		operatingModes: [
			1,
			3,
			4,
			16
		],
		stallCurrent: 1e3,
		maxTicksPerSec: ticksPerSec(57),
		decivolts: 111
	},
	"xl330-m288": {
		name: "xl330-m288",
		table: table(xl330),
		absent: [],
		hasCurrent: true,
		operatingModes: withCurrent,
		stallCurrent: 1470,
		maxTicksPerSec: ticksPerSec(103),
		decivolts: 50
	},
	"xl330-m077": {
		name: "xl330-m077",
		table: table({
			...xl330,
			modelNumber: 1190,
			velocityLimit: 1620,
			velocityIGain: 400,
			velocityPGain: 40,
			positionIGain: 400
		}),
		absent: [],
		hasCurrent: true,
		operatingModes: withCurrent,
		stallCurrent: 1470,
		maxTicksPerSec: ticksPerSec(383),
		decivolts: 50
	},
	"xm430-w350": {
		name: "xm430-w350",
		table: table(xm430),
		absent: ["pwmSlope"],
		hasCurrent: true,
		operatingModes: withCurrent,
		stallCurrent: 855,
		maxTicksPerSec: ticksPerSec(46),
		decivolts: 120
	},
	"xm540-w270": {
		name: "xm540-w270",
		table: table({
			...xm430,
			modelNumber: 1120,
			currentLimit: 2047,
			velocityLimit: 128
		}),
		absent: ["pwmSlope"],
		hasCurrent: true,
		operatingModes: withCurrent,
		stallCurrent: 1636,
		maxTicksPerSec: ticksPerSec(30),
		decivolts: 120
	}
};
// test/emulators/dynamixel/xRegisters.ts
var createXRegisters = (model) => createRegisterFile(model.table);
/** Error numbers of status packets: e-Manual, Protocol 2.0, "Error". */
var errors = {
	none: 0,
	resultFail: 1,
	instruction: 2,
	crc: 3,
	dataRange: 4,
	dataLength: 5,
	dataLimit: 6,
	access: 7
};
/** Bits of Hardware_Error_Status (70) and Shutdown (63): e-Manual, "Shutdown(63)". */
var hardwareErrorBits = {
	voltage: 1,
	overheat: 4,
	encoder: 8,
	shock: 16,
	overload: 32
};
var operatingModes = {
	current: 0,
	velocity: 1,
	position: 3,
	extendedPosition: 4,
	currentBasedPosition: 5,
	pwm: 16
};
/** Drive_Mode (10): e-Manual, "Drive Mode(10)". */
var driveModeBits = {
	reverse: 1,
	timeBasedProfile: 4,
	torqueOnByGoal: 8
};
/** 0.229 rev/min, the unit of all velocities, and 214.577 rev/min² of accelerations, in ticks and seconds. */
var VELOCITY_UNIT_TICKS_PER_SEC = 937.984 / 60;
var ACCELERATION_UNIT_TICKS_PER_SEC2 = 878907.392 / 3600;
// test/emulators/dynamixel/drive.ts
var TURN_TICKS$1 = 4096;
/** e-Manual, "Homing Offset(20)": beyond, Position Control Mode ignores it. */
var LARGEST_OFFSET_IN_POSITION_MODE = 1024;
function createXPositions(registers, motor) {
	let turnTicks = 0;
	const direction = () => registers.get("driveMode") & driveModeBits.reverse ? -1 : 1;
	function offset() {
		const value = registers.getSigned("homingOffset");
		return registers.get("operatingMode") === operatingModes.position && Math.abs(value) > LARGEST_OFFSET_IN_POSITION_MODE ? 0 : value;
	}
	return {
		direction,
		present: () => direction() * motor.sensedTicks - turnTicks + offset(),
		forgetTurns() {
			turnTicks = Math.floor(direction() * motor.sensedTicks / TURN_TICKS$1) * TURN_TICKS$1;
		}
	};
}
/**
* Velocity-based: 0 is as fast as the motor can. Time-based: Profile_Velocity is the whole way's time in ms,
* Profile_Acceleration the part that it accelerates and again decelerates in.
*/
function profileOf(registers, model, wayTicks) {
	const [velocity, acceleration] = [registers.get("profileVelocity"), registers.get("profileAcceleration")];
	if (velocity === 0) return {
		maxTicksPerSec: model.maxTicksPerSec,
		maxTicksPerSec2: Infinity
	};
	if (registers.get("driveMode") & driveModeBits.timeBasedProfile) {
		const rampMillis = Math.min(acceleration, velocity / 2);
		const maxTicksPerSec = Math.max(1, 1e3 * Math.abs(wayTicks) / (velocity - rampMillis));
		return {
			maxTicksPerSec,
			maxTicksPerSec2: rampMillis > 0 ? 1e3 * maxTicksPerSec / rampMillis : Infinity
		};
	}
	return {
		maxTicksPerSec: velocity * VELOCITY_UNIT_TICKS_PER_SEC,
		maxTicksPerSec2: acceleration > 0 ? acceleration * ACCELERATION_UNIT_TICKS_PER_SEC2 : Infinity
	};
}
/** What the operating mode makes of the goals. `heldAt`: the position where an expired watchdog stopped. */
function driveOf$1(registers, model, positions, profile, heldAt) {
	if (registers.get("torqueEnable") !== 1) return { kind: "free" };
	const direction = positions.direction();
	const fromCurrent = (current) => current / model.stallCurrent;
	const pwm = Math.min(Math.abs(registers.getSigned("goalPwm")), registers.get("pwmLimit")) / 885;
	const limits = {
		...profile,
		maxTorque: pwm
	};
	const towards = (goal, maxTorque) => ({
		kind: "position",
		errorTicks: direction * (goal - positions.present()),
		...limits,
		maxTorque: Math.min(pwm, maxTorque)
	});
	if (heldAt !== null) return towards(heldAt, 1);
	switch (registers.get("operatingMode")) {
		case operatingModes.current: return {
			kind: "torque",
			torque: direction * fromCurrent(registers.getSigned("goalCurrent"))
		};
		case operatingModes.velocity: {
			const ticksPerSec = direction * registers.getSigned("goalVelocity") * VELOCITY_UNIT_TICKS_PER_SEC;
			const ramp = registers.get("profileAcceleration") * 244.1409422222222 || Infinity;
			return {
				kind: "velocity",
				ticksPerSec,
				...limits,
				maxTicksPerSec: Infinity,
				maxTicksPerSec2: ramp
			};
		}
		case operatingModes.pwm: return {
			kind: "torque",
			torque: direction * registers.getSigned("goalPwm") / 885
		};
		case operatingModes.currentBasedPosition: return towards(registers.getSigned("goalPosition"), fromCurrent(Math.abs(registers.getSigned("goalCurrent"))));
		default: return towards(registers.getSigned("goalPosition"), 1);
	}
}
// test/emulators/dynamixel/guards.ts
var OVERLOAD_TORQUE = .9;
var OVERLOAD_NANOS = 15e8;
function createHardwareErrors(registers) {
	let bits = 0;
	let shutDown = false;
	let overloadNanos = 0;
	function raise(more) {
		bits |= more;
		if ((bits & registers.get("shutdown")) === 0) return;
		shutDown = true;
		registers.set("torqueEnable", 0);
	}
	return {
		get bits() {
			return bits;
		},
		get shutDown() {
			return shutDown;
		},
		observe({ torque, temperatureC, decivolts }) {
			overloadNanos = Math.abs(torque) >= OVERLOAD_TORQUE ? overloadNanos + STEP_NANOS : 0;
			const hot = temperatureC > registers.get("temperatureLimit");
			const badVoltage = decivolts > registers.get("maxVoltageLimit") || decivolts < registers.get("minVoltageLimit");
			const seen = (overloadNanos >= OVERLOAD_NANOS ? hardwareErrorBits.overload : 0) | (hot ? hardwareErrorBits.overheat : 0) | (badVoltage ? hardwareErrorBits.voltage : 0);
			if (seen !== 0) raise(seen);
		},
		raise,
		reset() {
			bits = overloadNanos = 0;
			shutDown = false;
		}
	};
}
var EXPIRED = 255;
var UNIT_NANOS = 2e7;
function createWatchdog(registers) {
	let silentNanos = 0;
	const expired = () => registers.get("busWatchdog") === EXPIRED;
	return {
		get expired() {
			return expired();
		},
		feed: () => void (silentNanos = 0),
		tick(expire) {
			const units = registers.get("busWatchdog");
			if (units === 0 || expired() || registers.get("torqueEnable") !== 1) {
				silentNanos = 0;
				return;
			}
			silentNanos += STEP_NANOS;
			if (silentNanos <= units * UNIT_NANOS) return;
			registers.set("busWatchdog", EXPIRED);
			registers.set("profileAcceleration", 0);
			registers.set("profileVelocity", 0);
			expire();
		}
	};
}
// test/emulators/dynamixel/measure.ts
/** e-Manual, "Moving Status(123)", bit 0; the size of the window is assumed. */
var IN_POSITION_TICKS = 4;
var TICK_RANGE = 32768;
/** Writes everything a servo measures into its registers. */
function measure(seen) {
	const { model, registers, motor, positions } = seen;
	const direction = positions.direction();
	const velocity = direction * motor.ticksPerSec / VELOCITY_UNIT_TICKS_PER_SEC;
	const error = registers.getSigned("goalPosition") - positions.present();
	const torque = direction * motor.torque;
	const moving = Math.abs(velocity) > registers.get("movingThreshold");
	const values = {
		registeredInstruction: seen.writeRegistered ? 1 : 0,
		hardwareErrorStatus: seen.hardwareErrorBits,
		realtimeTick: Math.floor(seen.uptimeNanos / 1e6) % TICK_RANGE,
		moving: moving ? 1 : 0,
		movingStatus: Math.abs(error) <= IN_POSITION_TICKS ? 1 : 0,
		presentPwm: torque * 885,
		presentCurrent: torque * (model.hasCurrent ? model.stallCurrent : 1e3),
		presentVelocity: velocity,
		presentPosition: positions.present(),
		velocityTrajectory: velocity,
		positionTrajectory: registers.getSigned("goalPosition"),
		presentInputVoltage: seen.decivolts,
		presentTemperature: motor.temperatureC
	};
	for (const name of registers.names) {
		const value = values[name];
		if (value !== void 0) registers.set(name, value);
	}
}
// test/emulators/dynamixel/writeRules.ts
var goals = [
	"goalPwm",
	"goalCurrent",
	"goalVelocity",
	"goalPosition"
];
function decode(data, signed) {
	const value = data.reduceRight((sum, byte) => sum * 256 + byte, 0);
	const range = 2 ** (8 * data.length);
	return signed && value >= range / 2 ? value - range : value;
}
/** Limit registers that bound a goal; `null`: none in this mode. */
function limitsOf(name, { registers }) {
	const upTo = (limit) => [-registers.get(limit), registers.get(limit)];
	switch (name) {
		case "goalPwm": return upTo("pwmLimit");
		case "goalCurrent": return upTo("currentLimit");
		case "goalVelocity": return upTo("velocityLimit");
		case "goalPosition": return registers.get("operatingMode") === operatingModes.position ? [registers.get("minPositionLimit"), registers.get("maxPositionLimit")] : null;
		default: return null;
	}
}
function problemWith({ name, value }, context) {
	const { model, registers, watchdogExpired, shutDown } = context;
	const register = model.table[name];
	if (register.access === "r") return errors.access;
	const torqueOn = registers.get("torqueEnable") === 1;
	if (register.area === "eeprom" && torqueOn) return errors.access;
	if (watchdogExpired && goals.includes(name)) return errors.dataRange;
	const limits = limitsOf(name, context);
	if (limits && (value < limits[0] || value > limits[1])) return errors.dataLimit;
	if (value < register.min || value > register.max) return errors.dataRange;
	if (name === "operatingMode" && !model.operatingModes.includes(value)) return errors.dataRange;
	if (name === "torqueEnable" && value === 1 && shutDown) return errors.resultFail;
	return errors.none;
}
/**
* Whole registers that a write covers, or the error it is refused with (then nothing is written). Error numbers: e-Manual,
* Protocol 2.0, "Error". Assumed: a write that starts inside a register is an Access Error.
*/
function planWrite(address, data, context) {
	const { model, registers } = context;
	const writes = [];
	for (let at = 0; at < data.length;) {
		const name = registers.at(address + at);
		if (name === void 0 || model.absent.includes(name)) return {
			writes: [],
			error: errors.access
		};
		const register = model.table[name];
		if (at + register.bytes > data.length) return {
			writes: [],
			error: errors.dataLength
		};
		const value = decode(data.subarray(at, at + register.bytes), register.min < 0);
		const error = problemWith({
			name,
			value
		}, context);
		if (error !== errors.none) return {
			writes: [],
			error
		};
		writes.push({
			name,
			value
		});
		at += register.bytes;
	}
	return writes.length > 0 ? {
		writes,
		error: errors.none
	} : {
		writes,
		error: errors.dataLength
	};
}
/**
* Whether a block may be read: it starts at something and stays within the table. Assumed: gaps inside it read as 0 (the
* manual's Access Error is for an address that "has not been defined").
*/
function mayRead(address, count, { model, registers }) {
	const first = registers.covering(address);
	return count > 0 && first !== void 0 && !model.absent.includes(first) && address + count <= registers.size;
}
// test/emulators/dynamixel/servo.ts
/** Assumed; the manual names no time. */
var BOOT_NANOS$1 = 3e8;
/**
* An X-series servo under Protocol 2.0. Assumptions: after power on and a change of mode the goal is the present position;
* Torque_Enable = 1 goes for the last goal written, however far off the joint was moved meanwhile: the case a driver must
* be ready for. When an expired watchdog is cleared the motor stays where it stopped until the next goal.
*/
function createDynamixelServo(options) {
	const model = xModels[options.model];
	const motor = createMotor({
		maxTicksPerSec: model.maxTicksPerSec,
		...options.motor
	});
	const registers = createXRegisters(model);
	const positions = createXPositions(registers, motor);
	const hardware = createHardwareErrors(registers);
	const watchdog = createWatchdog(registers);
	const supply = options.decivolts ?? model.decivolts;
	let decivolts = supply;
	let profile = profileOf(registers, model, 0);
	let nowNanos = null;
	let powered = true;
	let dead = false;
	let onSinceNanos = 0;
	let bootedAtNanos = 0;
	let heldAt = null;
	let registered = null;
	function restGoals() {
		positions.forgetTurns();
		registers.set("goalPosition", positions.present());
		profile = profileOf(registers, model, 0);
		heldAt = null;
	}
	function boot() {
		registers.powerCycle();
		hardware.reset();
		decivolts = supply;
		registered = null;
		onSinceNanos = nowNanos ?? 0;
		registers.set("goalPwm", registers.get("pwmLimit"));
		registers.set("goalCurrent", registers.get("currentLimit"));
		restGoals();
		registers.set("torqueEnable", registers.get("startupConfiguration") & 1);
	}
	for (const name of registers.names) {
		const value = name === "id" ? options.id : options.eeprom?.[name];
		if (value !== void 0) registers.set(name, value);
		registers.save(name);
	}
	boot();
	const context = () => ({
		model,
		registers,
		watchdogExpired: watchdog.expired,
		shutDown: hardware.shutDown
	});
	/** What follows from a register's new value. */
	function react({ name, value }) {
		switch (name) {
			case "operatingMode":
				registers.set("profileVelocity", 0);
				registers.set("profileAcceleration", 0);
				registers.set("goalPwm", registers.get("pwmLimit"));
				registers.set("goalCurrent", registers.get("currentLimit"));
				restGoals();
				break;
			case "driveMode":
				restGoals();
				break;
			case "torqueEnable":
				if (value === 1 && registers.get("operatingMode") === operatingModes.position) positions.forgetTurns();
				if (value === 0) heldAt = null;
				break;
			case "goalPosition":
				profile = profileOf(registers, model, value - positions.present());
				heldAt = null;
				if (registers.get("driveMode") & driveModeBits.torqueOnByGoal && !hardware.shutDown) registers.set("torqueEnable", 1);
				break;
			case "goalVelocity":
			case "goalCurrent":
			case "goalPwm": if (registers.get("operatingMode") !== operatingModes.currentBasedPosition) heldAt = null;
		}
	}
	function write(address, data, ramOnly = false) {
		const { writes, error } = planWrite(address, data, context());
		if (error !== errors.none) return error;
		if (ramOnly && writes.some(({ name }) => model.table[name].area === "eeprom")) return errors.access;
		for (const given of writes) {
			registers.set(given.name, given.value);
			registers.save(given.name);
			react(given);
		}
		return errors.none;
	}
	function refresh() {
		measure({
			model,
			registers,
			motor,
			positions,
			decivolts,
			uptimeNanos: (nowNanos ?? 0) - onSinceNanos,
			hardwareErrorBits: hardware.bits,
			writeRegistered: registered !== null
		});
	}
	function afterStep() {
		if (!powered) return;
		hardware.observe({
			torque: motor.torque,
			temperatureC: motor.temperatureC,
			decivolts
		});
		watchdog.tick(() => heldAt = positions.present());
	}
	function reboot() {
		boot();
		bootedAtNanos = (nowNanos ?? 0) + BOOT_NANOS$1;
	}
	return {
		name: options.name,
		model,
		motor,
		get id() {
			return registers.get("id");
		},
		get secondaryId() {
			return registers.get("secondaryId");
		},
		get listens() {
			return powered && !dead && (nowNanos ?? 0) >= bootedAtNanos;
		},
		get alert() {
			return hardware.bits !== 0;
		},
		get returnDelayNanos() {
			return registers.get("returnDelayTime") * 2e3;
		},
		get statusReturnLevel() {
			return registers.get("statusReturnLevel");
		},
		feedWatchdog: watchdog.feed,
		advance(toNanos) {
			const elapsed = toNanos - (nowNanos ?? toNanos);
			nowNanos = toNanos;
			const control = () => powered ? driveOf$1(registers, model, positions, profile, heldAt) : { kind: "free" };
			motor.advance(elapsed, control, afterStep);
		},
		setPower(on) {
			if (on && !powered) boot();
			powered = on;
		},
		setDead: (given) => void (dead = given),
		trip(cause) {
			if (cause === "overheat") motor.heatTo(registers.get("temperatureLimit") + 10);
			else if (cause === "voltage") decivolts = registers.get("minVoltageLimit") - 5;
			hardware.raise(hardwareErrorBits[cause === "overcurrent" ? "shock" : cause]);
		},
		peek(register) {
			refresh();
			const name = registerNamed(registers, register);
			return model.table[name].min < 0 || model.table[name].access === "r" ? registers.getSigned(name) : registers.get(name);
		},
		poke: (register, value) => registers.set(registerNamed(registers, register), value),
		read(address, count) {
			if (!mayRead(address, count, context())) return null;
			refresh();
			return registers.readBytes(address, count);
		},
		write,
		registerWrite(address, data) {
			const { error } = planWrite(address, data, context());
			if (error === errors.none) registered = {
				address,
				data
			};
			return error;
		},
		action() {
			if (!registered) return errors.instruction;
			const { address, data } = registered;
			registered = null;
			return write(address, data);
		},
		factoryReset(keep) {
			registers.factoryReset(keep);
			reboot();
		},
		reboot,
		clearTurns() {
			if (Math.abs(motor.ticksPerSec) > 0) return errors.resultFail;
			restGoals();
			return errors.none;
		}
	};
}
// test/emulators/dynamixel/instructions.ts
/** Instructions to one servo: e-Manual, Protocol 2.0, "Instruction". */
var codes = {
	ping: 1,
	read: 2,
	write: 3,
	regWrite: 4,
	action: 5,
	factoryReset: 6,
	reboot: 8,
	clear: 16
};
/** e-Manual, "Factory Reset (0x06)": what each option leaves alone. */
var keptByReset = /* @__PURE__ */ new Map([
	[255, []],
	[1, ["id"]],
	[2, ["id", "baudRate"]]
]);
/** e-Manual, "Clear (0x10)". */
var CLEAR_TURNS = [
	1,
	68,
	88,
	76,
	34
];
var word$1 = (bytes, at) => (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
/**
* Carries an instruction out on one servo. Error numbers for malformed parameters are assumed: Data Length Error where
* some are missing, Data Range Error where a value is none of the manual's.
*/
function executeOne(servo, code, params, bySecondaryId = false, broadcast = false) {
	const data = () => Uint8Array.from(params.slice(2));
	switch (code) {
		case codes.ping: {
			const model = servo.peek("modelNumber");
			return {
				error: errors.none,
				params: [
					model & 255,
					model >> 8,
					servo.peek("firmwareVersion")
				],
				answeredFrom: 0
			};
		}
		case codes.read: {
			if (broadcast || params.length !== 4) return {
				error: errors.dataLength,
				answeredFrom: 1
			};
			const read = servo.read(word$1(params, 0), word$1(params, 2));
			return read ? {
				error: errors.none,
				params: read,
				answeredFrom: 1
			} : {
				error: errors.access,
				answeredFrom: 1
			};
		}
		case codes.write: return { error: params.length < 3 ? errors.dataLength : servo.write(word$1(params, 0), data(), bySecondaryId) };
		case codes.regWrite: return { error: params.length < 3 ? errors.dataLength : servo.registerWrite(word$1(params, 0), data()) };
		case codes.action: return { error: servo.action() };
		case codes.factoryReset: {
			const [option = -1] = params;
			const keep = keptByReset.get(option);
			if (!keep) return { error: errors.dataRange };
			if (!broadcast || option !== 255) servo.factoryReset(keep);
			return { error: errors.none };
		}
		case codes.reboot:
			servo.reboot();
			return { error: errors.none };
		case codes.clear: return CLEAR_TURNS.every((byte, index) => params[index] === byte) ? { error: servo.clearTurns() } : { error: errors.dataRange };
		default: return { error: errors.instruction };
	}
}
// test/emulators/dynamixel/protocol.ts
/** Instructions to several servos at once: e-Manual, Protocol 2.0. */
var group = {
	syncRead: 130,
	syncWrite: 131,
	fastSyncRead: 138,
	bulkRead: 146,
	bulkWrite: 147
};
var PING = 1;
var word = (bytes, at) => (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
/**
* Broadcasts are answered only for ping, sync and bulk reads (e-Manual, "Packet ID"). Assumptions: a broadcast ping is
* answered in the order of ids, each after its return delay; a packet with a wrong CRC is answered with error 3 by the
* servo whose id it bears, at Status_Return_Level 2; malformed group instructions are ignored.
*/
function createDynamixelProtocol({ servos, afterSilentServo = "stop" }) {
	const reader = createFrameReader$1();
	const listening = () => servos.filter((servo) => servo.listens);
	const withId = (id) => listening().find((servo) => servo.id === id);
	const errorByte = (servo, error) => error | (servo.alert ? 128 : 0);
	function answer(servo, { error, params = [], asId = servo.id }) {
		return {
			bytes: encodeStatus$1(asId, errorByte(servo, error), params),
			delayNanos: servo.returnDelayNanos
		};
	}
	function pingAll() {
		return listening().sort((a, b) => a.id - b.id).map((servo) => answer(servo, executeOne(servo, PING, [])));
	}
	/** Reads in the order asked for, each answered once the one before has. */
	function readEach(wanted) {
		const packets = [];
		for (const { id, address, count } of wanted) {
			const servo = withId(id);
			if (servo && servo.statusReturnLevel >= 1) {
				const data = servo.read(address, count);
				packets.push(answer(servo, data ? {
					error: errors.none,
					params: data
				} : { error: errors.access }));
			} else if (afterSilentServo === "stop") break;
		}
		return packets;
	}
	function fastSyncRead(address, count, ids) {
		const asked = ids.map((id) => withId(id));
		return encodeFastStatus(asked.map((servo) => {
			if (!servo) return null;
			const data = servo.read(address, count);
			const error = errorByte(servo, data ? errors.none : errors.access);
			return {
				id: servo.id,
				error,
				data: data ?? new Uint8Array(count)
			};
		}), ids.map(() => count)).map((bytes, index) => ({
			bytes,
			delayNanos: index === 0 ? asked[0]?.returnDelayNanos ?? 0 : 0
		}));
	}
	function writeTo(id, address, data) {
		for (const servo of listening()) if (servo.id === id) servo.write(address, data);
		else if (servo.secondaryId === id && id < 253) servo.write(address, data, true);
	}
	function executeGroup(code, params) {
		const [address, count] = [word(params, 0), word(params, 2)];
		const rest = params.slice(4);
		switch (code) {
			case group.syncRead: return readEach(rest.map((id) => ({
				id,
				address,
				count
			})));
			case group.fastSyncRead: return rest.length > 0 && count > 0 ? fastSyncRead(address, count, rest) : [];
			case group.syncWrite:
				if (count === 0 || rest.length % (count + 1) !== 0) return [];
				for (let at = 0; at < rest.length; at += count + 1) writeTo(rest[at] ?? 254, address, Uint8Array.from(rest.slice(at + 1, at + 1 + count)));
				return [];
			case group.bulkRead: {
				const wanted = [];
				for (let at = 0; at + 5 <= params.length; at += 5) wanted.push({
					id: params[at] ?? 0,
					address: word(params, at + 1),
					count: word(params, at + 3)
				});
				return readEach(wanted);
			}
			default:
				for (let at = 0; at + 5 <= params.length;) {
					const bytes = word(params, at + 3);
					const data = Uint8Array.from(params.slice(at + 5, at + 5 + bytes));
					if (data.length === bytes) writeTo(params[at] ?? 254, word(params, at + 1), data);
					at += 5 + bytes;
				}
				return [];
		}
	}
	function executeSingle(id, code, params) {
		const packets = [];
		for (const servo of listening()) {
			const byPrimary = servo.id === id;
			const bySecondary = !byPrimary && servo.secondaryId === id && id < 253;
			if (!byPrimary && !bySecondary && id !== 254) continue;
			const { statusReturnLevel, returnDelayNanos } = servo;
			const outcome = executeOne(servo, code, params, bySecondary, id === 254);
			if (!byPrimary || statusReturnLevel < (outcome.answeredFrom ?? 2)) continue;
			packets.push({
				...answer(servo, {
					...outcome,
					asId: id
				}),
				delayNanos: returnDelayNanos
			});
		}
		return packets;
	}
	function execute(received) {
		if (received.kind === "crcError") {
			const servo = withId(received.id);
			return servo && servo.statusReturnLevel === 2 ? [answer(servo, { error: errors.crc })] : [];
		}
		const { id, code, params } = received;
		const isGroup = Object.values(group).some((value) => value === code);
		for (const servo of listening()) if (id === 254 || id === servo.id || id === servo.secondaryId) servo.feedWatchdog();
		if (isGroup && id === 254) return executeGroup(code, [...params]);
		if (code === PING && id === 254) return pingAll();
		return executeSingle(id, code, [...params]);
	}
	return {
		servos,
		push(byte) {
			const received = reader.push(byte);
			return received && (() => execute(received));
		},
		reset: reader.reset
	};
}
// test/emulators/arms/xArm.ts
/** Baud_Rate 3: 1 Mbit/s, as LeRobot and Interbotix set it. */
var BAUD_REGISTER = 3;
function createJoint$1(joint, id, setUp) {
	const offset = joint.homingOffset ?? 0;
	const direction = joint.reversed ? -1 : 1;
	const actual = (reading) => direction * (reading - offset);
	const weight = pendulum(joint.load ?? 0, joint.upright ?? 2048);
	return createDynamixelServo({
		id,
		name: joint.name,
		model: joint.model,
		...setUp && { eeprom: {
			baudRate: BAUD_REGISTER,
			returnDelayTime: 0,
			operatingMode: joint.operatingMode,
			driveMode: joint.reversed ? 1 : 0,
			homingOffset: offset,
			secondaryId: joint.secondaryId ?? 255,
			minPositionLimit: joint.minPositionLimit ?? 0,
			maxPositionLimit: joint.maxPositionLimit ?? 4095
		} },
		motor: {
			startTicks: actual(joint.start),
			friction: joint.friction ?? .06,
			gravity: (ticks) => direction * weight(direction * ticks + offset)
		}
	});
}
/** An arm of X-series Dynamixels on one bus at 1 Mbit/s. */
function createXArm({ name, identity, joints }, { setUp = true, ...options } = {}) {
	const servos = joints.map((joint, index) => createJoint$1(joint, index + 1, setUp));
	const baud = 1e6;
	return {
		name,
		protocol: "dynamixel",
		baud,
		identity,
		motors: joints.map((joint, index) => ({
			id: index + 1,
			name: joint.name,
			model: joint.model
		})),
		bus: createServoBus({
			protocol: createDynamixelProtocol({ servos }),
			baud,
			interByteNanos: PTY_INTER_BYTE_NANOS,
			...options
		})
	};
}
// test/emulators/arms/koch.ts
/**
* Koch v1.1. Follower: ids 1–2 XL430-W250, 3–6 XL330-M288; leader: XL330-M077; extended position mode, grippers in
* current-based position mode (LeRobot, koch_follower and koch_leader). Offsets, loads and poses are made up, in the size
* of real ones; both adapters are the Waveshare board of its bill of materials.
*/
var jointNames = [
	"shoulder_pan",
	"shoulder_lift",
	"elbow_flex",
	"wrist_flex",
	"wrist_roll",
	"gripper"
];
var poses = {
	follower: {
		offsets: [
			-217,
			1039,
			866,
			388,
			702,
			-940
		],
		starts: [
			2047,
			1150,
			2980,
			2600,
			2047,
			1700
		]
	},
	leader: {
		offsets: [
			611,
			-1302,
			95,
			-803,
			1404,
			260
		],
		starts: [
			2047,
			1180,
			2940,
			2560,
			2047,
			2100
		]
	}
};
/** What the shoulder and the elbow carry. */
var loads = {
	shoulder_lift: .12,
	elbow_flex: .08
};
function joints$2(side) {
	const { offsets, starts } = poses[side];
	return jointNames.map((name, index) => ({
		name,
		model: side === "leader" ? "xl330-m077" : index < 2 ? "xl430-w250" : "xl330-m288",
		operatingMode: name === "gripper" ? 5 : 4,
		homingOffset: offsets[index] ?? 0,
		start: starts[index] ?? 2047,
		load: side === "leader" ? .02 : loads[name] ?? 0,
		friction: side === "leader" ? .03 : .14
	}));
}
var kochFollower = {
	name: "koch-follower",
	identity: {
		serialNumber: "58FA083201",
		vendorId: "1a86",
		productId: "55d3",
		manufacturer: "1a86"
	},
	joints: joints$2("follower")
};
var kochLeader = {
	name: "koch-leader",
	identity: {
		serialNumber: "58FA083202",
		vendorId: "1a86",
		productId: "55d3",
		manufacturer: "1a86"
	},
	joints: joints$2("leader")
};
function checksum(body) {
	let sum = 0;
	for (const byte of body) sum += byte;
	return ~sum & 255;
}
function encodeStatus(id, error, params) {
	const body = [
		id,
		params.length + 2,
		error,
		...params
	];
	return Uint8Array.from([
		255,
		255,
		...body,
		checksum(body)
	]);
}
/**
* Takes one byte at a time. A frame with a wrong checksum is thrown away whole, one with an impossible id or length as
* soon as that is seen (assumed: the manual doesn't say; no status bit exists for it, so silence).
*/
function createFrameReader() {
	let buffer = [];
	function push(byte) {
		buffer.push(byte);
		const [first, second, id, length] = buffer;
		if (first !== 255 || second !== void 0 && second !== 255) {
			buffer = byte === 255 ? [byte] : [];
			return null;
		}
		if (id === 255) {
			buffer = [255, 255];
			return null;
		}
		if (length === void 0 || id === void 0) return null;
		if (length < 2 || length + 4 > 250) {
			buffer = byte === 255 ? [byte] : [];
			return null;
		}
		if (buffer.length < length + 4) return null;
		const body = buffer.slice(2, -1);
		buffer = [];
		if (checksum(body) !== byte) return null;
		return {
			id,
			code: body[2] ?? 0,
			params: Uint8Array.from(body.slice(3))
		};
	}
	return {
		push,
		reset: () => void (buffer = [])
	};
}
// test/emulators/feetech/signMagnitude.ts
/**
* Feetech's signed numbers: magnitude in the low bits, a sign bit above (memory table: bit 15 for position and speed,
* 10 for load, 11 for the position offset). What doesn't fit is cut to the largest magnitude.
*/
function encodeSignMagnitude(value, signBit) {
	const magnitude = Math.min(Math.abs(Math.round(value)), 2 ** signBit - 1);
	return value < 0 && magnitude > 0 ? magnitude + 2 ** signBit : magnitude;
}
function decodeSignMagnitude(raw, signBit) {
	const magnitude = raw % 2 ** signBit;
	return Math.floor(raw / 2 ** signBit) % 2 === 1 ? -magnitude : magnitude;
}
// test/emulators/feetech/table.ts
/**
* Control table of the STS3215 (7.4 V). Addresses, sizes and areas: Feetech "STS/SMS series memory table"
* (doc.feetech.cn, FT-SMS-STS-emanual) and LeRobot's table of it. Initial values as the memory table gives them.
*
* Assumptions, where sources differ or are silent: Firmware 3.10 · Return_Delay_Time 250 (LeRobot: 500 µs from the
* factory; one edition of the memory table says 0) · Lock 1 after power on · Phase 12 (speeds in steps/s, speed 0 is the
* maximum) · Max_Voltage_Limit 80 · Unloading_Condition 44, LED_Alarm_Condition 47 · P/D 32 · Minimum_Startup_Force 16 ·
* velocity loop gains 10 · the factory registers from 80 on.
*/
var eeprom$1 = (address, bytes, initial, access = "rw") => ({
	address,
	bytes,
	access,
	area: "eeprom",
	initial
});
var ram = (address, bytes, initial, access = "rw") => ({
	...eeprom$1(address, bytes, initial, access),
	area: "ram"
});
var sts3215 = {
	firmwareMajorVersion: eeprom$1(0, 1, 3, "r"),
	firmwareMinorVersion: eeprom$1(1, 1, 10, "r"),
	/** 0: little-endian. */
	endianness: eeprom$1(2, 1, 0, "r"),
	modelNumber: eeprom$1(3, 2, 777, "r"),
	id: eeprom$1(5, 1, 1),
	baudRate: eeprom$1(6, 1, 0),
	/** 2 µs a unit. */
	returnDelayTime: eeprom$1(7, 1, 250),
	/** 0: answers only ping and read; 1: everything. */
	responseStatusLevel: eeprom$1(8, 1, 1),
	minPositionLimit: eeprom$1(9, 2, 0),
	maxPositionLimit: eeprom$1(11, 2, 4095),
	maxTemperatureLimit: eeprom$1(13, 1, 70),
	maxVoltageLimit: eeprom$1(14, 1, 80),
	minVoltageLimit: eeprom$1(15, 1, 40),
	maxTorqueLimit: eeprom$1(16, 2, 1e3),
	phase: eeprom$1(18, 1, 12),
	unloadingCondition: eeprom$1(19, 1, 44),
	ledAlarmCondition: eeprom$1(20, 1, 47),
	pCoefficient: eeprom$1(21, 1, 32),
	dCoefficient: eeprom$1(22, 1, 32),
	iCoefficient: eeprom$1(23, 1, 0),
	minimumStartupForce: eeprom$1(24, 1, 16),
	integralLimit: eeprom$1(25, 1, 0),
	cwDeadZone: eeprom$1(26, 1, 1),
	ccwDeadZone: eeprom$1(27, 1, 1),
	/** 6.5 mA a unit. */
	protectionCurrent: eeprom$1(28, 2, 511),
	angularResolution: eeprom$1(30, 1, 1),
	/** Sign bit 11. Present = actual − offset. */
	homingOffset: eeprom$1(31, 2, 0),
	operatingMode: eeprom$1(33, 1, 0),
	/** % of stall torque left after overload. */
	protectiveTorque: eeprom$1(34, 1, 20),
	/** 10 ms a unit. */
	protectionTime: eeprom$1(35, 1, 200),
	/** % of stall torque that counts as overload. */
	overloadTorque: eeprom$1(36, 1, 80),
	velocityPCoefficient: eeprom$1(37, 1, 10),
	/** 10 ms a unit. */
	overCurrentProtectionTime: eeprom$1(38, 1, 200),
	velocityICoefficient: eeprom$1(39, 1, 10),
	/** 0 off, 1 on, 2 damping, 128 makes the present position 2048. */
	torqueEnable: ram(40, 1, 0),
	/** 100 steps/s² a unit (8.7°/s²); 0: as fast as possible. */
	acceleration: ram(41, 1, 0),
	goalPosition: ram(42, 2, 0),
	goalTime: ram(44, 2, 0),
	goalVelocity: ram(46, 2, 0),
	torqueLimit: ram(48, 2, 1e3),
	lock: ram(55, 1, 1),
	presentPosition: ram(56, 2, 0, "r"),
	presentVelocity: ram(58, 2, 0, "r"),
	/** 0.1 % of the PWM range, sign bit 10. */
	presentLoad: ram(60, 2, 0, "r"),
	presentVoltage: ram(62, 1, 0, "r"),
	presentTemperature: ram(63, 1, 0, "r"),
	/** 1 while a registered write waits for its action. */
	asyncWriteFlag: ram(64, 1, 0, "r"),
	status: ram(65, 1, 0, "r"),
	moving: ram(66, 1, 0, "r"),
	targetPosition: ram(67, 2, 0, "r"),
	presentCurrent: ram(69, 2, 0, "r"),
	goalPosition2: ram(71, 2, 0, "r"),
	movingVelocityThreshold: eeprom$1(80, 1, 1),
	dtsMilliseconds: eeprom$1(81, 1, 10),
	velocityUnitFactor: eeprom$1(82, 1, 1),
	htsNanoseconds: eeprom$1(83, 1, 0),
	/** 50 steps/s a unit. */
	maximumVelocityLimit: eeprom$1(84, 1, 70),
	/** 100 steps/s² a unit. */
	maximumAcceleration: eeprom$1(85, 1, 254),
	accelerationMultiplier: eeprom$1(86, 1, 1)
};
/** Memory table, "Servo status": bits of Status (65) and of every status packet. */
var statusBits = {
	voltage: 1,
	encoder: 2,
	overheat: 4,
	overcurrent: 8,
	overload: 32
};
// test/emulators/feetech/position.ts
var TURN_TICKS = 4096;
var LARGEST_OFFSET = 2047;
var wrap = (ticks) => (ticks % TURN_TICKS + TURN_TICKS) % TURN_TICKS;
/** Way from one angle to another, whichever way round is shorter. */
function distanceAround(from, to) {
	const forwards = wrap(to - from);
	return Math.min(forwards, TURN_TICKS - forwards);
}
/**
* The servo aims for the limit that is nearer around the circle when a goal lies beyond both, and leaves the register
* as written (huggingface/lerobot issue 3585). Both limits 0: no limits (memory table, multi-turn).
*/
function goalWithinLimits(goal, min, max) {
	if (min === 0 && max === 0 || goal >= min && goal <= max) return goal;
	return distanceAround(goal, min) <= distanceAround(goal, max) ? min : max;
}
function createPositions(registers, motor) {
	let turnTicks = 0;
	const forgetTurns = () => {
		turnTicks = Math.floor(motor.ticks / TURN_TICKS) * TURN_TICKS;
	};
	forgetTurns();
	function reported(ticks) {
		const unwrapped = ticks - turnTicks - decodeSignMagnitude(registers.get("homingOffset"), 11);
		return (registers.get("phase") & 16) !== 0 ? unwrapped : wrap(unwrapped);
	}
	return {
		present: () => reported(motor.sensedTicks),
		reading: () => reported(Math.round(motor.sensedTicks)),
		target() {
			return goalWithinLimits(decodeSignMagnitude(registers.get("goalPosition"), 15), registers.get("minPositionLimit"), registers.get("maxPositionLimit"));
		},
		calibrate(reading) {
			const offset = wrap(wrap(Math.round(motor.sensedTicks)) - reading);
			const signed = offset > TURN_TICKS / 2 ? offset - TURN_TICKS : Math.min(offset, LARGEST_OFFSET);
			registers.set("homingOffset", encodeSignMagnitude(signed, 11));
			registers.save("homingOffset");
			forgetTurns();
		},
		forgetTurns
	};
}
// test/emulators/feetech/protection.ts
function createProtection(registers) {
	let latched = 0;
	let present = 0;
	let tripped = 0;
	let overloadNanos = 0;
	let overcurrentNanos = 0;
	const acts = (bit) => (registers.get("unloadingCondition") & bit) !== 0;
	/** Time a condition has lasted; more than the register's 10 ms units means protection. */
	const lasts = (nanos, limit) => nanos > registers.get(limit) * 10 * STEP_NANOS;
	function observe({ torquePercent, current, temperatureC, decivolts }) {
		overloadNanos = torquePercent > registers.get("overloadTorque") ? overloadNanos + STEP_NANOS : 0;
		if (lasts(overloadNanos, "protectionTime")) latched |= statusBits.overload;
		overcurrentNanos = current > registers.get("protectionCurrent") ? overcurrentNanos + STEP_NANOS : 0;
		if (lasts(overcurrentNanos, "overCurrentProtectionTime")) latched |= statusBits.overcurrent;
		const hot = temperatureC > registers.get("maxTemperatureLimit");
		const badVoltage = decivolts > registers.get("maxVoltageLimit") || decivolts < registers.get("minVoltageLimit");
		present = tripped | (hot ? statusBits.overheat : 0) | (badVoltage ? statusBits.voltage : 0);
		if ([statusBits.overheat, statusBits.encoder].some((bit) => (present & bit) !== 0 && acts(bit))) registers.set("torqueEnable", 0);
	}
	return {
		get bits() {
			return latched | present;
		},
		get torquePercent() {
			return [statusBits.overload, statusBits.overcurrent].some((bit) => (latched & bit) !== 0 && acts(bit)) ? registers.get("protectiveTorque") : null;
		},
		observe,
		trip(cause) {
			if (cause === "encoder") tripped |= statusBits.encoder;
			else latched |= statusBits[cause];
		},
		relieve() {
			latched = 0;
			overloadNanos = overcurrentNanos = 0;
		},
		reset() {
			latched = present = tripped = overloadNanos = overcurrentNanos = 0;
		}
	};
}
// test/emulators/feetech/servo.ts
/** Feetech protocol manual, "Reboot": no answer, about 800 ms. */
var BOOT_NANOS = 8e8;
/** Assumed: 2.6 A stall current in the 6.5 mA of Present_Current. */
var STALL_CURRENT = 400;
/** Memory table, "Phase": bit 2 counts speeds in 1 step/s instead of 50, bit 3 makes speed 0 the maximum. */
var PHASE_FINE_SPEED = 4;
var PHASE_ZERO_IS_MAXIMUM = 8;
var TORQUE_CALIBRATE = 128;
function driveOf(registers, positions, leftPercent) {
	if (registers.get("torqueEnable") !== 1) return { kind: "free" };
	const phase = registers.get("phase");
	const speed = decodeSignMagnitude(registers.get("goalVelocity"), 15) * (phase & PHASE_FINE_SPEED ? 1 : 50);
	const acceleration = registers.get("acceleration") || registers.get("maximumAcceleration");
	const fastest = registers.get("maximumVelocityLimit") * 50;
	const limits = {
		maxTicksPerSec: speed === 0 && phase & PHASE_ZERO_IS_MAXIMUM ? fastest : Math.min(Math.abs(speed), fastest),
		maxTicksPerSec2: 100 * Math.min(acceleration, registers.get("maximumAcceleration") || acceleration),
		maxTorque: Math.min(registers.get("torqueLimit") / 1e3, leftPercent === null ? 1 : leftPercent / 100)
	};
	switch (registers.get("operatingMode")) {
		case 1: return {
			kind: "velocity",
			ticksPerSec: speed,
			...limits,
			maxTicksPerSec: fastest
		};
		case 2: {
			const torque = decodeSignMagnitude(registers.get("goalTime"), 10) / 1e3;
			return {
				kind: "torque",
				torque: Math.min(Math.max(torque, -limits.maxTorque), limits.maxTorque)
			};
		}
		default: return {
			kind: "position",
			errorTicks: positions.target() - positions.present(),
			...limits
		};
	}
}
/**
* An STS3215 (SO-100, SO-101). EEPROM lock, memory table: Lock = 0 saves EEPROM writes, Lock = 1 doesn't; the protocol
* manual says of an id written under lock that it "will not be saved when power is off". So a locked write counts until
* the power goes.
*
* A write to Goal_Position switches the torque on (huggingface/lerobot issue 3585). Assumptions: after power on the goal
* is the present position (arms under LeRobot don't jump at their first torque-on); later Torque_Enable = 1 goes for the
* last goal written, however far off the joint was moved meanwhile: the case a driver must be ready for.
*/
function createFeetechServo(options) {
	const motor = createMotor(options.motor ?? {});
	const registers = createRegisterFile(sts3215);
	const positions = createPositions(registers, motor);
	const protection = createProtection(registers);
	const supply = options.decivolts ?? 74;
	let decivolts = supply;
	let nowNanos = null;
	let powered = true;
	let dead = false;
	let bootedAtNanos = 0;
	let registered = null;
	function boot() {
		registers.powerCycle();
		protection.reset();
		positions.forgetTurns();
		decivolts = supply;
		registered = null;
		registers.set("torqueLimit", registers.get("maxTorqueLimit"));
		registers.set("goalPosition", encodeSignMagnitude(positions.reading(), 15));
	}
	for (const name of registers.names) {
		const value = name === "id" ? options.id : options.eeprom?.[name];
		if (value !== void 0) registers.set(name, value);
		registers.save(name);
	}
	boot();
	const current = () => motor.torque * STALL_CURRENT;
	const observe = () => protection.observe({
		torquePercent: 100 * Math.abs(motor.torque),
		current: Math.abs(current()),
		temperatureC: motor.temperatureC,
		decivolts
	});
	/** Everything the servo measures, as of now. */
	function refresh() {
		const measured = {
			presentPosition: encodeSignMagnitude(positions.reading(), 15),
			presentVelocity: encodeSignMagnitude(motor.ticksPerSec, 15),
			presentLoad: encodeSignMagnitude(1e3 * motor.torque, 10),
			presentCurrent: encodeSignMagnitude(current(), 15),
			presentVoltage: decivolts,
			presentTemperature: motor.temperatureC,
			status: protection.bits,
			moving: Math.abs(motor.ticksPerSec) > registers.get("movingVelocityThreshold") ? 1 : 0,
			targetPosition: encodeSignMagnitude(positions.target(), 15),
			goalPosition2: registers.get("goalPosition"),
			asyncWriteFlag: registered ? 1 : 0
		};
		for (const name of registers.names) {
			const value = measured[name];
			if (value !== void 0) registers.set(name, value);
		}
	}
	function write(address, data) {
		const torqueBefore = registers.get("torqueEnable");
		const unlocked = registers.get("lock") === 0;
		const written = /* @__PURE__ */ new Set();
		data.forEach((byte, index) => {
			const name = registers.covering(address + index);
			if (name === void 0 || sts3215[name].access === "r") return;
			registers.writeByte(address + index, byte);
			written.add(name);
		});
		if (unlocked) registers.save(...written);
		if (registers.get("torqueEnable") === TORQUE_CALIBRATE) {
			registers.set("torqueEnable", torqueBefore);
			positions.calibrate(2048);
		}
		if (written.has("goalPosition")) {
			registers.set("torqueEnable", 1);
			if ((positions.target() - positions.present()) * motor.torque < 0) protection.relieve();
		}
	}
	return {
		name: options.name,
		motor,
		get id() {
			return registers.get("id");
		},
		get listens() {
			return powered && !dead && (nowNanos ?? 0) >= bootedAtNanos;
		},
		get error() {
			return protection.bits;
		},
		get returnDelayNanos() {
			return Math.max(1, registers.get("returnDelayTime")) * 2e3;
		},
		get answersEverything() {
			return registers.get("responseStatusLevel") !== 0;
		},
		advance(toNanos) {
			const elapsed = toNanos - (nowNanos ?? toNanos);
			nowNanos = toNanos;
			const control = () => powered ? driveOf(registers, positions, protection.torquePercent) : { kind: "free" };
			motor.advance(elapsed, control, observe);
		},
		setPower(on) {
			if (on && !powered) boot();
			if (!on) registers.set("torqueEnable", 0);
			powered = on;
		},
		setDead: (given) => void (dead = given),
		trip(cause) {
			if (cause === "overheat") motor.heatTo(registers.get("maxTemperatureLimit") + 10);
			else if (cause === "voltage") decivolts = registers.get("minVoltageLimit") - 5;
			else protection.trip(cause);
			observe();
		},
		peek(register) {
			refresh();
			return registers.get(registerNamed(registers, register));
		},
		poke: (register, value) => registers.set(registerNamed(registers, register), value),
		read(address, count) {
			refresh();
			return registers.readBytes(address, count);
		},
		write,
		registerWrite: (address, data) => void (registered = {
			address,
			data
		}),
		action() {
			if (registered) write(registered.address, registered.data);
			registered = null;
		},
		restoreFactory() {
			registers.factoryReset(["id"]);
			boot();
		},
		reboot() {
			boot();
			bootedAtNanos = (nowNanos ?? 0) + BOOT_NANOS;
		},
		forgetTurns: positions.forgetTurns,
		calibrate: positions.calibrate
	};
}
// test/emulators/feetech/protocol.ts
/** Feetech protocol manual, 1.3, and the instructions of its newer edition (reboot, reset turns, calibrate). */
var instructions = {
	ping: 1,
	read: 2,
	write: 3,
	regWrite: 4,
	action: 5,
	factoryReset: 6,
	reboot: 8,
	resetTurns: 10,
	calibrate: 11,
	syncRead: 130,
	syncWrite: 131
};
var nothing = /* @__PURE__ */ new Uint8Array();
var LONGEST_DATA = 244;
/**
* Broadcasts are carried out by all and answered by none, except ping and sync read (manual 1.1). Several servos that
* answer one ping collide; assumed: a low bit wins (open drain), so the bytes are ANDed.
*
* Assumptions: unknown instructions and malformed parameters are met with silence; undefined addresses read as 0 and
* ignore writes, as read-only ones do.
*/
function createFeetechProtocol({ servos, afterSilentServo = "continue" }) {
	const reader = createFrameReader();
	function status(servo, params = nothing) {
		return {
			bytes: encodeStatus(servo.id, servo.error, params),
			delayNanos: servo.returnDelayNanos
		};
	}
	const listening = (id) => servos.filter((servo) => servo.listens && (id === 254 || servo.id === id));
	function collide(packets) {
		const [first, ...others] = packets;
		if (!first) return [];
		return [{
			bytes: first.bytes.map((byte, index) => others.reduce((low, packet) => low & (packet.bytes[index] ?? 255), byte)),
			delayNanos: Math.min(...packets.map((packet) => packet.delayNanos))
		}];
	}
	/** Carries out an instruction that each addressed servo acknowledges on its own. */
	function acknowledge(id, perform) {
		const answers = listening(id).flatMap((servo) => {
			const { id: askedId, answersEverything, returnDelayNanos } = servo;
			perform(servo);
			const bytes = encodeStatus(askedId, servo.error, nothing);
			return answersEverything ? [{
				bytes,
				delayNanos: returnDelayNanos
			}] : [];
		});
		return id === 254 ? [] : collide(answers);
	}
	function syncRead([address = 0, count = 0, ...ids]) {
		if (count === 0 || count > LONGEST_DATA) return [];
		const packets = [];
		let silenceNanos = 0;
		for (const id of ids) {
			const [servo] = listening(id);
			if (servo) {
				const answer = status(servo, servo.read(address, count));
				packets.push({
					...answer,
					delayNanos: answer.delayNanos + silenceNanos
				});
				silenceNanos = 0;
			} else if (afterSilentServo === "stop") break;
			else silenceNanos += (count + 6) * 1e4;
		}
		return packets;
	}
	function syncWrite([address = 0, count = 0, ...rest]) {
		if (count === 0 || rest.length % (count + 1) !== 0) return;
		for (let at = 0; at < rest.length; at += count + 1) {
			const data = Uint8Array.from(rest.slice(at + 1, at + 1 + count));
			for (const servo of listening(rest[at] ?? 254)) servo.write(address, data);
		}
	}
	function execute({ id, code, params }) {
		const [first, second] = params;
		switch (code) {
			case instructions.ping: return collide(listening(id).map((servo) => status(servo)));
			case instructions.read:
				if (first === void 0 || !second || second > LONGEST_DATA || id === 254) return [];
				return collide(listening(id).map((servo) => status(servo, servo.read(first, second))));
			case instructions.write:
			case instructions.regWrite: {
				if (first === void 0 || second === void 0) return [];
				const data = params.slice(1);
				return acknowledge(id, (servo) => code === instructions.write ? servo.write(first, data) : servo.registerWrite(first, data));
			}
			case instructions.action: return acknowledge(id, (servo) => servo.action());
			case instructions.factoryReset: return acknowledge(id, (servo) => servo.restoreFactory());
			case instructions.reboot:
				for (const servo of listening(id)) servo.reboot();
				return [];
			case instructions.resetTurns: return acknowledge(id, (servo) => servo.forgetTurns());
			case instructions.calibrate: return acknowledge(id, (servo) => servo.calibrate(first !== void 0 && second !== void 0 ? first + 256 * second : 2048));
			case instructions.syncRead: return id === 254 ? syncRead([...params]) : [];
			case instructions.syncWrite:
				if (id === 254) syncWrite([...params]);
				return [];
			default: return [];
		}
	}
	return {
		servos,
		push(byte) {
			const instruction = reader.push(byte);
			return instruction && (() => execute(instruction));
		},
		reset: reader.reset
	};
}
// test/emulators/arms/so101.ts
/** Ids 1–6 in this order, on both arms (LeRobot, SO-101). */
var joints$1 = {
	follower: [
		joint("shoulder_pan", -1203, 745, 3420, 2047),
		joint("shoulder_lift", 972, 820, 3210, 820, .18, 1650),
		joint("elbow_flex", 1518, 870, 3095, 3095, .12, 2047),
		joint("wrist_flex", -866, 845, 3215, 2850, .03, 2047),
		joint("wrist_roll", 331, 0, 4095, 2047),
		joint("gripper", 1437, 2030, 3498, 2060)
	],
	leader: [
		joint("shoulder_pan", 411, 760, 3405, 2047),
		joint("shoulder_lift", -1690, 835, 3190, 835, .12, 1650),
		joint("elbow_flex", 1102, 885, 3080, 3080, .08, 2047),
		joint("wrist_flex", -64, 850, 3200, 2840, .02, 2047),
		joint("wrist_roll", -1945, 0, 4095, 2047),
		joint("gripper", 708, 2010, 3180, 2040)
	]
};
function joint(name, homingOffset, rangeMin, rangeMax, rest, load = 0, upright = 0) {
	return {
		name,
		homingOffset,
		rangeMin,
		rangeMax,
		rest,
		load,
		upright
	};
}
/** The Waveshare driver board's CH343. */
var identities = {
	follower: {
		serialNumber: "5A46081101",
		vendorId: "1a86",
		productId: "55d3",
		manufacturer: "1a86"
	},
	leader: {
		serialNumber: "5A46081102",
		vendorId: "1a86",
		productId: "55d3",
		manufacturer: "1a86"
	}
};
/** LeRobot's set-up of SO followers and leaders: EEPROM values it writes. */
function eeprom({ name, homingOffset, rangeMin, rangeMax }) {
	return {
		returnDelayTime: 0,
		phase: 12,
		pCoefficient: 16,
		dCoefficient: 32,
		homingOffset: encodeSignMagnitude(homingOffset, 11),
		minPositionLimit: rangeMin,
		maxPositionLimit: rangeMax,
		...name === "gripper" && {
			maxTorqueLimit: 500,
			protectionCurrent: 250,
			overloadTorque: 25
		}
	};
}
function createJoint(joint, id, side, setUp) {
	const actual = (reading) => reading + joint.homingOffset;
	const turnsFreely = joint.rangeMax - joint.rangeMin >= 4095;
	return createFeetechServo({
		id,
		name: joint.name,
		...setUp && { eeprom: eeprom(joint) },
		motor: {
			startTicks: actual(joint.rest),
			friction: side === "leader" ? .02 : .05,
			gravity: pendulum(joint.load, actual(joint.upright)),
			...!turnsFreely && { stops: {
				minTicks: actual(joint.rangeMin),
				maxTicks: actual(joint.rangeMax)
			} }
		}
	});
}
/** SO-101: six STS3215 at 1 Mbit/s, leader and follower alike. */
function createSo101(side, { setUp = true, ...options } = {}) {
	const servos = joints$1[side].map((joint, index) => createJoint(joint, index + 1, side, setUp));
	const baud = 1e6;
	return {
		name: `so101-${side}`,
		protocol: "feetech",
		baud,
		identity: identities[side],
		motors: servos.map(({ id, name }) => ({
			id,
			name,
			model: "sts3215"
		})),
		bus: createServoBus({
			protocol: createFeetechProtocol({ servos }),
			baud,
			interByteNanos: PTY_INTER_BYTE_NANOS,
			...options
		})
	};
}
// test/emulators/arms/viperx.ts
/**
* ViperX-300 6DOF: ids 1–7 XM540-W270, 8–9 XM430-W350 (Trossen's documentation, and LeRobot's ALOHA configuration). Both
* arms of the pair are ViperX; ALOHA itself leads with WidowX-250. Shadows share the shoulder's and the elbow's joint by
* Secondary_ID and reverse mode; the emulated motors of one joint are not coupled mechanically.
*
* Assumptions, from memory of Interbotix's vx300s motor configuration: position limits and which motors are reversed.
* Poses and loads are made up: a sleeping arm.
*/
var joints = [
	{
		name: "waist",
		model: "xm540-w270",
		operatingMode: 3,
		start: 2048
	},
	{
		...shoulder("shoulder"),
		reversed: false
	},
	{
		...shoulder("shoulder_shadow"),
		reversed: true,
		secondaryId: 2
	},
	{
		...elbow("elbow"),
		reversed: false
	},
	{
		...elbow("elbow_shadow"),
		reversed: true,
		secondaryId: 4
	},
	{
		name: "forearm_roll",
		model: "xm540-w270",
		operatingMode: 3,
		start: 2048
	},
	{
		name: "wrist_angle",
		model: "xm540-w270",
		operatingMode: 3,
		start: 2500,
		minPositionLimit: 910,
		maxPositionLimit: 3447
	},
	{
		name: "wrist_rotate",
		model: "xm430-w350",
		operatingMode: 3,
		start: 2048
	},
	{
		name: "gripper",
		model: "xm430-w350",
		operatingMode: 5,
		start: 1700
	}
];
function shoulder(name) {
	return {
		name,
		model: "xm540-w270",
		operatingMode: 3,
		start: 900,
		minPositionLimit: 819,
		maxPositionLimit: 3345,
		load: .12,
		friction: .15
	};
}
function elbow(name) {
	return {
		...shoulder(name),
		start: 3050,
		minPositionLimit: 648,
		maxPositionLimit: 3094,
		load: .08
	};
}
/** ROBOTIS U2D2: an FT232H. */
var adapter = (serialNumber) => ({
	serialNumber,
	vendorId: "0403",
	productId: "6014",
	manufacturer: "FTDI"
});
var viperxFollower = {
	name: "viperx-follower",
	identity: adapter("FT6S4DSA"),
	joints
};
var viperxLeader = {
	name: "viperx-leader",
	identity: adapter("FT6S4DSB"),
	joints
};
// test/emulators/arms.ts
/** Ready-made arms, by the names of `npm run emulator`. */
var arms = {
	"so101-follower": (options) => createSo101("follower", options),
	"so101-leader": (options) => createSo101("leader", options),
	"koch-follower": (options) => createXArm(kochFollower, options),
	"koch-leader": (options) => createXArm(kochLeader, options),
	"viperx-follower": (options) => createXArm(viperxFollower, options),
	"viperx-leader": (options) => createXArm(viperxLeader, options)
};
/** What one command line starts. */
var armSets = {
	so101: ["so101-follower"],
	"so101-pair": ["so101-follower", "so101-leader"],
	koch: ["koch-follower"],
	"koch-pair": ["koch-follower", "koch-leader"],
	"viperx-pair": ["viperx-follower", "viperx-leader"]
};
/** An arm behind a pty whose stable path ends in its name. */
function openArm(name, { directory, ...options } = {}) {
	const arm = arms[name](options);
	return {
		arm,
		pty: openPtyBus(arm.bus, {
			name,
			identity: arm.identity,
			...directory && { directory }
		})
	};
}
// test/emulators/cliCommands.ts
/** Bad input, in words for the person who typed it. */
var CommandError = class extends Error {};
function number(text, what, min, max) {
	const value = text ? Number(text) : NaN;
	if (value >= min && value <= max) return value;
	throw new CommandError(`${what} is a number from ${min} to ${max}, not “${text ?? ""}”`);
}
function onOff(text) {
	if (text === "on" || text === "off") return text === "on";
	throw new CommandError(`on or off, not “${text ?? ""}”`);
}
function onServo({ pty }, id, act) {
	pty.use((bus) => {
		const servo = bus.servos.find((candidate) => candidate.id === Number(id));
		if (!servo) throw new CommandError(`no motor ${id ?? ""}; there are ${bus.servos.map((s) => s.id).join(", ")}`);
		act(servo);
	});
}
var probability = (key, about) => ({
	usage: `${key} PROBABILITY`,
	about,
	run: ({ pty }, [text]) => pty.use((bus) => bus.setFaults({ [key]: number(text, key, 0, 1) }))
});
var status = ({ arm, pty }) => [`${arm.name}: ${pty.path} → ${pty.devicePath ?? "unplugged"}`, ...pty.use((bus) => bus.servos.map((servo) => {
	const { ticks, torque, temperatureC } = servo.motor;
	const state = `torque ${servo.peek("torqueEnable") ? "on " : "off"} ${(100 * torque).toFixed(0)} %`;
	const place = `position ${servo.peek("presentPosition")} (joint at ${ticks.toFixed(0)})`;
	return `  ${servo.id} ${servo.name}: ${place}, ${state}, ${temperatureC.toFixed(0)} °C${servo.listens ? "" : ", silent"}`;
}))].join("\n");
var commands = {
	status: {
		usage: "status",
		about: "where the motors are",
		run: status
	},
	unplug: {
		usage: "unplug",
		about: "pull the USB cable",
		run: ({ pty }) => pty.unplug()
	},
	replug: {
		usage: "replug",
		about: "plug it in again, under another number",
		run: ({ pty }) => `${pty.path} → ${pty.replug()}`
	},
	power: {
		usage: "power on|off",
		about: "motor supply; off drops torque and RAM",
		run: ({ pty }, [text]) => pty.use((bus, nowNanos) => bus.setPower(onOff(text), nowNanos))
	},
	dead: {
		usage: "dead ID",
		about: "the motor no longer answers",
		run: (arm, [id]) => onServo(arm, id, (servo) => servo.setDead(true))
	},
	revive: {
		usage: "revive ID",
		about: "it answers again",
		run: (arm, [id]) => onServo(arm, id, (servo) => servo.setDead(false))
	},
	push: {
		usage: "push ID TORQUE",
		about: "a hand pushes with a fraction of stall torque, −1…1; 0 lets go",
		run: (arm, [id, text]) => onServo(arm, id, (servo) => servo.motor.push(number(text, "torque", -1, 1)))
	},
	jam: {
		usage: "jam ID on|off",
		about: "something holds the joint",
		run: (arm, [id, text]) => onServo(arm, id, (servo) => servo.motor.jam(onOff(text)))
	},
	place: {
		usage: "place ID TICKS",
		about: "a hand moves the joint (ticks before any offset)",
		run: (arm, [id, text]) => onServo(arm, id, (servo) => servo.motor.place(number(text, "ticks", -1e6, 1e6)))
	},
	stuck: {
		usage: "stuck ID on|off",
		about: "the encoder repeats itself",
		run: (arm, [id, text]) => onServo(arm, id, (servo) => servo.motor.stickEncoder(onOff(text)))
	},
	...Object.fromEntries(trips.map((cause) => [cause, {
		usage: `${cause} ID`,
		about: `the motor detects ${cause === "encoder" ? "an encoder fault" : cause === "voltage" ? "a wrong voltage" : cause}`,
		run: (arm, [id]) => onServo(arm, id, (servo) => servo.trip(cause))
	}])),
	drop: probability("drop", "answers get lost"),
	dropInstruction: probability("dropInstruction", "instructions get lost"),
	corrupt: probability("corrupt", "answers with a flipped bit"),
	split: probability("split", "answers in two pieces"),
	delay: probability("delay", "answers 30 ms late"),
	garbage: probability("garbage", "random bytes before answers")
};
var help = () => [
	"The first arm is meant unless a line starts with another one’s name.",
	...Object.values(commands).map(({ usage, about }) => `  ${usage.padEnd(28)}${about}`),
	"  help                        this list",
	"  quit                        end (as Ctrl+C)"
].join("\n");
/** Runs one line for one of the arms; throws a CommandError that says what is wrong with it. */
function runLine(line, opened) {
	const words = line.trim().split(/\s+/).filter(Boolean);
	const named = opened.find(({ arm }) => arm.name === words[0]);
	const arm = named ?? opened[0];
	const [verb, ...args] = named ? words.slice(1) : words;
	if (verb === void 0 || !arm) return;
	if (verb === "help") return help();
	const command = Object.hasOwn(commands, verb) ? commands[verb] : void 0;
	if (!command) throw new CommandError(`“${verb}” is no command: try help`);
	return command.run(arm, args);
}
/** `drop=0.05,dead=3,push=2:0.5` as command lines. */
var faultLines = (faults) => faults.split(",").filter(Boolean).map((fault) => fault.replace("=", " ").replaceAll(":", " "));
// test/emulators/cli.ts
/**
* `npm run emulator -- so101-pair --fault drop=0.05,dead=3 --json`: emulated arms behind ptys until Ctrl+C or
* `quit`. Prints their paths; takes commands on standard input (`help`). `npm --silent run` keeps the JSON line alone.
*/
var describe = ({ arm, pty }) => ({
	name: arm.name,
	path: pty.path,
	devicePath: pty.devicePath,
	...arm.identity,
	protocol: arm.protocol,
	baud: arm.baud,
	motors: arm.motors
});
function main() {
	const { values, positionals } = (0, node_util.parseArgs)({
		allowPositionals: true,
		options: {
			fault: {
				type: "string",
				multiple: true,
				default: []
			},
			seed: {
				type: "string",
				default: "1"
			},
			json: {
				type: "boolean",
				default: false
			},
			/** Motors as they leave the factory, apart from their ids. */
			"factory-settings": {
				type: "boolean",
				default: false
			}
		}
	});
	const names = positionals.length === 1 ? armSets[positionals[0] ?? ""] : void 0;
	if (!names) throw new CommandError(`name one of: ${Object.keys(armSets).join(", ")}`);
	const seed = require_numberFlag.wholeNumber("seed", values.seed, 0);
	const opened = names.map((name) => openArm(name, {
		seed,
		setUp: !values["factory-settings"]
	}));
	const say = (text) => values.json ? console.error(text) : console.log(text);
	const run = (line) => {
		try {
			const answer = runLine(line, opened);
			if (answer) say(answer);
		} catch (error) {
			if (!(error instanceof CommandError)) throw error;
			console.error(error.message);
		}
	};
	const lines = (0, node_readline.createInterface)({ input: process.stdin });
	const close = () => {
		lines.close();
		process.stdin.destroy();
		for (const { pty } of opened) pty.close();
	};
	lines.on("line", (line) => line.trim() === "quit" ? close() : run(line));
	process.once("SIGINT", close);
	process.once("SIGTERM", close);
	for (const line of values.fault.flatMap(faultLines)) run(line);
	if (values.json) console.log(JSON.stringify({ arms: opened.map(describe) }));
	else for (const arm of opened) run(`${arm.arm.name} status`);
}
try {
	main();
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}

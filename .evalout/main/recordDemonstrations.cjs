const require_benchObservations = require("./chunks/benchObservations-O-FiTKO7.cjs");
require("./chunks/result-C6aRCjrD.cjs");
const require_openPolicy = require("./chunks/openPolicy-BlkvGmjC.cjs");
const require_numberFlag = require("./chunks/numberFlag-BK_Pj61o.cjs");
const require_xoshiro = require("./chunks/xoshiro-m3HhS9pj.cjs");
const require_expert = require("./chunks/expert-BnZyT5NE.cjs");
let node_fs = require("node:fs");
let node_path = require("node:path");
let node_util = require("node:util");
// src/main/hosts/visitedStates.ts
/** Of the states between two predictions; where one is asked for, all are kept. */
var KEPT_BETWEEN_SHARE = .3;
async function predict({ backend, iterations }, scene, random) {
	const encoded = await backend.encode(require_benchObservations.benchInput(scene));
	if (!encoded.ok) throw new Error(encoded.error.message);
	backend.initialise(random.uint32());
	let chunk = /* @__PURE__ */ new Float32Array();
	for (let k = 1; k <= iterations; k++) {
		const iterated = await backend.iterate(k);
		if (!iterated.ok) throw new Error(iterated.error.message);
		({chunk} = iterated.value);
	}
	return Array.from({ length: 8 }, (_, step) => {
		const [dx = 0, dy = 0, dz = 0, grip = 0] = chunk.subarray(4 * step, 4 * step + 4);
		return [
			dx,
			dy,
			dz,
			grip
		];
	});
}
/** Endless; the scene given out is the live one: take what you need of it before asking for the next. */
async function* visitedStates(options) {
	for (let episode = 0;; episode++) {
		const random = require_xoshiro.createRandom(require_xoshiro.deriveSeed(options.seed, episode));
		const chainDepth = random.integer(options.maxChain + 1);
		const scene = require_benchObservations.createScene({
			seed: random.uint32(),
			chainDepth
		});
		let left = require_expert.actionBudget(chainDepth);
		const over = () => scene.outcome !== null || left <= 0;
		while (!over()) {
			yield scene;
			const chunk = await predict(options, scene, random);
			const horizon = 1 + random.integer(8);
			for (const [done, action] of chunk.slice(0, horizon).entries()) {
				if (done > 0 && random.float() < KEPT_BETWEEN_SHARE) yield scene;
				require_benchObservations.stepDelta(scene, action);
				left -= 1;
				if (over()) break;
			}
		}
	}
}
// src/main/hosts/recordDemonstrations.ts
/**
* `npm run demonstrations`: states of the bench with the expert's chunks, for `training/`; those the expert meets, or
* with `--policy` those that a policy meets. A folder with one raw little-endian file per quantity and
* `demonstrations.json`, which names each one's type and shape.
*/
var PALETTE = [...require_benchObservations.BLOCK_COLOURS, ...Object.values(require_benchObservations.SURFACE_COLOURS)];
var PALETTE_INDEX = new Map(PALETTE.map(([r, g, b], index) => [r << 16 | g << 8 | b, index]));
/** An image of few colours as one byte a pixel. */
function indexed(rgb) {
	const pixels = new Uint8Array(rgb.length / 3);
	for (let pixel = 0; pixel < pixels.length; pixel++) {
		const [r = 0, g = 0, b = 0] = rgb.subarray(3 * pixel, 3 * pixel + 3);
		const index = PALETTE_INDEX.get(r << 16 | g << 8 | b);
		if (index === void 0) throw new Error(`colour ${r}, ${g}, ${b} is not in the palette`);
		pixels[pixel] = index;
	}
	return pixels;
}
/** 0 for an empty cell, else 1 + 4 · colour + direction of the block in it; a freed block has left its cell. */
function cellsOf(scene) {
	const cells = /* @__PURE__ */ new Uint8Array(36);
	scene.blocks.forEach((block, index) => {
		if (!block || index === scene.heldBlock && scene.freed) return;
		cells[block.row * 6 + block.column] = 1 + 4 * block.colour + block.direction;
	});
	return cells;
}
/** Cells of the target and its blockers in order, −1 after the last; all −1 while something is held. */
function chainOf(scene) {
	const chain = (/* @__PURE__ */ new Int8Array(11)).fill(-1);
	if (scene.heldBlock !== null) return chain;
	require_benchObservations.chainFrom(scene, scene.targetBlock).forEach((index, place) => {
		const block = scene.blocks[index];
		if (block) chain[place] = block.row * 6 + block.column;
	});
	return chain;
}
function targetOf(scene) {
	const target = scene.blocks[scene.targetBlock];
	if (!target) throw new Error("a demonstrated state has no target left");
	return target;
}
/** Everything recorded of one state: file name → values. `shapes` describes them. */
function recordOf(scene) {
	const { top, wrist } = require_benchObservations.renderRasters(scene, "shown");
	const held = require_benchObservations.heldBlockOf(scene);
	const target = targetOf(scene);
	return {
		top: indexed(top),
		wrist: indexed(wrist),
		proprio: Float32Array.from(require_benchObservations.proprioception(scene)),
		chunk: Float32Array.from(require_benchObservations.feedbackChunk(scene).flat()),
		words: Uint8Array.from([target.colour, scene.targetBin]),
		cells: cellsOf(scene),
		bins: Uint8Array.from(scene.binColours),
		held: Uint8Array.from([held ? 1 + held.colour : 0, held && scene.freed ? 1 : 0]),
		chain: chainOf(scene)
	};
}
var SHAPES = {
	top: {
		type: "uint8",
		shape: [64, 64]
	},
	wrist: {
		type: "uint8",
		shape: [32, 32]
	},
	proprio: {
		type: "float32",
		shape: [4]
	},
	chunk: {
		type: "float32",
		shape: [8, 4]
	},
	words: {
		type: "uint8",
		shape: [2]
	},
	cells: {
		type: "uint8",
		shape: [6, 6]
	},
	bins: {
		type: "uint8",
		shape: [4]
	},
	held: {
		type: "uint8",
		shape: [2]
	},
	chain: {
		type: "int8",
		shape: [11]
	}
};
async function openBackend(bundlePath) {
	const opened = await require_openPolicy.openPolicy({
		bundlePath,
		...require_benchObservations.BENCH_ARM,
		providers: ["cpu"]
	});
	if (!opened.ok) throw new Error(opened.error.message);
	return opened.value;
}
async function main() {
	const { values } = (0, node_util.parseArgs)({ options: {
		states: {
			type: "string",
			default: "100000"
		},
		seed: {
			type: "string",
			default: "1"
		},
		"max-chain": {
			type: "string",
			default: "7"
		},
		/** A bundle: records the states that it gets itself into, not the expert. */
		policy: { type: "string" },
		iterations: {
			type: "string",
			default: "8"
		},
		out: { type: "string" }
	} });
	const { out } = values;
	if (!out) throw new Error("--out names the folder to write");
	const states = require_numberFlag.wholeNumber("states", values.states, 1);
	const seed = require_numberFlag.wholeNumber("seed", values.seed, 0);
	const maxChain = require_numberFlag.wholeNumber("max-chain", values["max-chain"], 0, 10);
	const iterations = require_numberFlag.wholeNumber("iterations", values.iterations, 1, 32);
	const backend = values.policy === void 0 ? null : await openBackend(values.policy);
	(0, node_fs.mkdirSync)(out, { recursive: true });
	const files = new Map(Object.keys(SHAPES).map((name) => [name, (0, node_fs.openSync)((0, node_path.join)(out, `${name}.bin`), "w")]));
	let recorded = 0;
	const scenes = backend ? visitedStates({
		backend,
		seed,
		maxChain,
		iterations
	}) : require_benchObservations.demonstratedStates({
		seed,
		maxChain
	});
	for await (const scene of scenes) {
		for (const [name, data] of Object.entries(recordOf(scene))) (0, node_fs.writeSync)(files.get(name) ?? -1, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
		if (++recorded === states) break;
	}
	for (const file of files.values()) (0, node_fs.closeSync)(file);
	await backend?.dispose();
	const about = {
		format: 1,
		states,
		seed,
		maxChain,
		policy: backend ? {
			name: backend.info.name,
			version: backend.info.version,
			iterations
		} : null,
		palette: PALETTE,
		quantities: SHAPES
	};
	(0, node_fs.writeFileSync)((0, node_path.join)(out, "demonstrations.json"), `${JSON.stringify(about, null, 2)}\n`);
	console.log(`${states} states in ${out}`);
}
main().catch((error) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});

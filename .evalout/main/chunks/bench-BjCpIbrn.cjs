let zod = require("zod");
// src/shared/domain/bench.ts
/** Difficulty of a TrayPick scene: easy chains 0–1, mid 2–4, hard 5–7, all 0–7, beyond 8–10. */
var benchLevel = zod.z.enum([
	"easy",
	"mid",
	"hard",
	"all",
	"beyond"
]);
/** Chain depths of each level, cycled by episode index. */
var LEVEL_CHAINS = {
	easy: [0, 1],
	mid: [
		2,
		3,
		4
	],
	hard: [
		5,
		6,
		7
	],
	all: [
		0,
		1,
		2,
		3,
		4,
		5,
		6,
		7
	],
	beyond: [
		8,
		9,
		10
	]
};
/** Side a block slides out of its dovetail slot: 0 right, 1 left, 2 down (towards the operator), 3 up. */
var slideDirection = zod.z.union([
	zod.z.literal(0),
	zod.z.literal(1),
	zod.z.literal(2),
	zod.z.literal(3)
]);
/** One block on the tray, positions in bench units (the unit square seen from above, x right, y down). */
var benchBlock = zod.z.object({
	row: zod.z.int(),
	column: zod.z.int(),
	colour: zod.z.int().min(0).max(5),
	direction: slideDirection,
	x: zod.z.number(),
	y: zod.z.number()
});
/** Everything a screen needs to draw the bench. `blocks[i]` is null once block i was placed. */
var benchSceneView = zod.z.object({
	blocks: zod.z.array(benchBlock.nullable()),
	heldBlock: zod.z.int().nullable(),
	/** How far the held block has slid in its slot, bench units; null when it is free or nothing is held. */
	slid: zod.z.number().nullable(),
	/** Colour of each of the four bins, in BIN_POSITIONS order. */
	binColours: zod.z.array(zod.z.int()),
	targetBlock: zod.z.int(),
	targetBin: zod.z.int(),
	gripper: zod.z.object({
		x: zod.z.number(),
		y: zod.z.number(),
		z: zod.z.number(),
		closed: zod.z.boolean()
	})
});
zod.z.object({
	success: zod.z.boolean(),
	/** placed, jam, dropped, misplaced, wrong bin, timeout: with a sentence for people. */
	reason: zod.z.enum([
		"placed",
		"jam",
		"dropped",
		"misplaced",
		"wrongBin",
		"timeout"
	]),
	message: zod.z.string()
});
Object.defineProperty(exports, "LEVEL_CHAINS", {
	enumerable: true,
	get: function() {
		return LEVEL_CHAINS;
	}
});
Object.defineProperty(exports, "benchLevel", {
	enumerable: true,
	get: function() {
		return benchLevel;
	}
});
Object.defineProperty(exports, "benchSceneView", {
	enumerable: true,
	get: function() {
		return benchSceneView;
	}
});

const require_result = require("./result-C6aRCjrD.cjs");
const require_xoshiro = require("./xoshiro-m3HhS9pj.cjs");
const require_units = require("./units-Da9LRzHK.cjs");
// src/shared/domain/benchWorld.ts
/** The unit square is 25 cm; a power of two, so that converting units is exact. */
var METRES_PER_UNIT = .25;
var CELL_UNITS = .125;
/** Left and upper edge of the tray. */
var TRAY_ORIGIN_UNITS = .125;
var BIN_POSITIONS = [
	{
		x: .0625,
		y: .3125
	},
	{
		x: .0625,
		y: .6875
	},
	{
		x: .9375,
		y: .3125
	},
	{
		x: .9375,
		y: .6875
	}
];
/** Centre of the pad that takes the blocks in the way. */
var ASIDE_POSITION = {
	x: .5,
	y: .9375
};
/** Largest distance from ASIDE_POSITION, per axis, at which a block counts as put aside. */
var ASIDE_TOLERANCE_UNITS = {
	x: .125,
	y: .06
};
/** Largest distance from a bin's centre, per axis, at which a block counts as placed in it. */
var BIN_TOLERANCE_UNITS = .06;
/** Where the gripper starts, at height Z_HIGH. */
var HOME_POSITION = {
	x: .5,
	y: .0625
};
var Z_HIGH = .2;
/** What a normalised action of 1 moves along an axis. */
var STEP_UNITS = .25;
/** The gripper's range along x and y; along z it is 0…Z_HIGH. */
var GRIPPER_RANGE_UNITS = {
	min: .02,
	max: .98
};
/** Colours of blocks; bins wear the first BIN_POSITIONS.length of them. */
var BLOCK_COLOURS = [
	[
		214,
		48,
		49
	],
	[
		46,
		160,
		67
	],
	[
		40,
		98,
		222
	],
	[
		240,
		200,
		30
	],
	[
		150,
		60,
		190
	],
	[
		245,
		130,
		30
	]
];
var COLOUR_NAMES = [
	"red",
	"green",
	"blue",
	"yellow",
	"purple",
	"orange"
];
var SURFACE_COLOURS = {
	table: [
		205,
		198,
		186
	],
	tray: [
		88,
		92,
		100
	],
	pad: [
		140,
		140,
		140
	],
	binOpening: [
		30,
		30,
		30
	],
	mark: [
		255,
		255,
		255
	],
	finger: [
		20,
		20,
		20
	],
	gripperOutline: [
		0,
		0,
		0
	]
};
/** Unit step of each slide direction: right, left, down, up. */
var DIRECTION_STEPS = {
	0: {
		x: 1,
		y: 0
	},
	1: {
		x: -1,
		y: 0
	},
	2: {
		x: 0,
		y: 1
	},
	3: {
		x: 0,
		y: -1
	}
};
/** Centre of a tray cell. */
var cellCentre = (row, column) => ({
	x: TRAY_ORIGIN_UNITS + (column + .5) * CELL_UNITS,
	y: TRAY_ORIGIN_UNITS + (row + .5) * CELL_UNITS
});
/** Name of a colour index; throws RangeError outside 0…5. */
function colourName(colour) {
	const name = COLOUR_NAMES[colour];
	if (name === void 0) throw new RangeError(`colour ${colour} is not one of 0…${COLOUR_NAMES.length - 1}`);
	return name;
}
/** The task sentence, in exactly the words the demo policy's tokenizer knows. */
var benchInstruction = (targetColour, binColour) => `put the ${colourName(targetColour)} block in the ${colourName(binColour)} bin`;
// src/shared/kinematics/verticalTool.ts
/** Closer than this to the yaw axis every yaw would do, so the base has no answer. */
var YAW_AXIS_METRES = 1e-6;
var centimetres = (metres) => `${(metres * 100).toFixed(1)} cm`;
/**
* Link positions for joints [base, shoulder, elbow, wrist] (rad), also when the tool isn't vertical.
* Throws RangeError unless there are exactly four joints.
*/
function forwardKinematics(geometry, joints) {
	const [base, shoulder, elbow, wrist] = joints;
	if (base === void 0 || shoulder === void 0 || elbow === void 0 || wrist === void 0 || joints.length !== 4) throw new RangeError(`forwardKinematics: a vertical-tool arm has 4 joints, got ${joints.length}`);
	const outX = -Math.sin(base);
	const outY = -Math.cos(base);
	const along = (from, length, pitch) => {
		const reach = length * Math.cos(pitch);
		return [
			from[0] + reach * outX,
			from[1] + reach * outY,
			from[2] + length * Math.sin(pitch)
		];
	};
	const elbowPosition = along(geometry.base, geometry.upperArmMetres, shoulder);
	const wristPosition = along(elbowPosition, geometry.forearmMetres, shoulder + elbow);
	return {
		shoulder: geometry.base,
		elbow: elbowPosition,
		wrist: wristPosition,
		tool: along(wristPosition, geometry.toolMetres, shoulder + elbow + wrist)
	};
}
/**
* Joints that put the tool's point at `target` (metres, world frame) with the tool vertical and the elbow up.
* Errors: `nonFiniteTarget`, `targetTooFar` (beyond the stretched arm), `targetTooClose` (inside the folded
* arm's reach or on the yaw axis).
*/
function inverseKinematics(geometry, target) {
	if (!target.every(Number.isFinite)) return require_result.err({
		code: "nonFiniteTarget",
		message: `The target ${target.join(", ")} is not a position`
	});
	const { upperArmMetres: upper, forearmMetres: fore } = geometry;
	const dx = target[0] - geometry.base[0];
	const dy = target[1] - geometry.base[1];
	const out = Math.hypot(dx, dy);
	const up = target[2] + geometry.toolMetres - geometry.base[2];
	const distance = Math.hypot(out, up);
	if (distance > upper + fore) return require_result.err({
		code: "targetTooFar",
		message: `The target is ${centimetres(distance)} from the shoulder, the arm reaches ${centimetres(upper + fore)}`
	});
	if (out < YAW_AXIS_METRES || distance < Math.abs(upper - fore)) return require_result.err({
		code: "targetTooClose",
		message: `The target is ${centimetres(distance)} from the shoulder, too close for the folded arm`
	});
	const cosElbow = (distance * distance - upper * upper - fore * fore) / (2 * upper * fore);
	const sinElbow = -Math.sqrt(Math.max(0, (1 - cosElbow) * (1 + cosElbow)));
	const elbow = Math.atan2(sinElbow, cosElbow);
	const shoulder = Math.atan2(up, out) - Math.atan2(fore * sinElbow, upper + fore * cosElbow);
	return require_result.ok([
		Math.atan2(-dx, -dy),
		shoulder,
		elbow,
		-Math.PI / 2 - shoulder - elbow
	]);
}
// src/main/simulator/planning.ts
/** Which block has to go before which: the oracle behind the expert and the difficulty of a scene. */
/** Cell index of (row, column) of the tray, row-major; −1 outside. */
var cellIndex = (row, column) => row >= 0 && row < 6 && column >= 0 && column < 6 ? row * 6 + column : -1;
/** The block in the cell that `block` slides into; null when that cell is free or off the tray. */
function blockerOf({ blocks, cells }, block) {
	const found = blocks[block];
	if (!found) return null;
	const step = DIRECTION_STEPS[found.direction];
	const occupant = cells[cellIndex(found.row + step.y, found.column + step.x)] ?? -1;
	return occupant < 0 ? null : occupant;
}
/**
* The target, the block in its way, the block in that one's way and so on: the last one can leave now.
* Ends early where blocks wait for each other in a ring.
*/
function chainFrom(tray, targetBlock) {
	const chain = [targetBlock];
	let blocker = blockerOf(tray, targetBlock);
	while (blocker !== null && !chain.includes(blocker)) {
		chain.push(blocker);
		blocker = blockerOf(tray, blocker);
	}
	return chain;
}
// src/main/simulator/scene.ts
/**
* A scene in any state, for example one recorded elsewhere. A held block that is free no longer takes its cell.
* Throws RangeError where the state contradicts itself (a missing target or held block, two blocks in a cell).
*/
function sceneFromState(state) {
	const heldBlock = state.heldBlock ?? null;
	const freed = state.freed ?? false;
	const target = state.blocks[state.targetBlock];
	if (!target) throw new RangeError(`sceneFromState: there is no target block ${state.targetBlock}`);
	if (heldBlock !== null && !state.blocks[heldBlock]) throw new RangeError(`sceneFromState: there is no block ${heldBlock} to hold`);
	const cells = Array.from({ length: 36 }, () => -1);
	state.blocks.forEach((block, index) => {
		if (!block || index === heldBlock && freed) return;
		const cell = cellIndex(block.row, block.column);
		if (cell < 0 || cells[cell] !== -1) throw new RangeError(`sceneFromState: block ${index} has no cell at ${block.row}, ${block.column}`);
		cells[cell] = index;
	});
	const blocks = state.blocks.map((block) => block && { ...block });
	return {
		blocks,
		cells,
		binColours: [...state.binColours],
		targetBlock: state.targetBlock,
		targetBin: state.targetBin,
		chainDepth: chainFrom({
			blocks,
			cells
		}, state.targetBlock).length - 1,
		instruction: benchInstruction(target.colour, state.targetBin),
		gripper: state.gripper ?? {
			...HOME_POSITION,
			z: .2
		},
		closed: state.closed ?? false,
		heldBlock,
		freed,
		slid: state.slid ?? 0,
		outcome: null
	};
}
/** A scene of its own, for imagining what would happen. */
var copyScene = (scene) => ({
	...scene,
	blocks: [...scene.blocks],
	cells: [...scene.cells]
});
/** The block in the gripper, or null. */
var heldBlockOf = (scene) => scene.heldBlock === null ? null : scene.blocks[scene.heldBlock] ?? null;
/** A copy for people and ports; later steps don't change it. */
var sceneView = (scene) => ({
	blocks: scene.blocks.map((block) => block && { ...block }),
	heldBlock: scene.heldBlock,
	slid: scene.heldBlock === null || scene.freed ? null : scene.slid,
	binColours: [...scene.binColours],
	targetBlock: scene.targetBlock,
	targetBin: scene.targetBin,
	gripper: {
		...scene.gripper,
		closed: scene.closed
	}
});
/** Centre of the bin of a colour. Throws RangeError where no bin has it. */
function binPosition(scene, colour) {
	const position = BIN_POSITIONS[scene.binColours.indexOf(colour)];
	if (!position) throw new RangeError(`binPosition: no bin has colour ${colour}`);
	return position;
}
/** What the arm feels: x, y, z (metres, world frame) and gripper opening (0 closed, 1 open). */
var proprioception = ({ gripper, closed }) => [
	gripper.x * METRES_PER_UNIT,
	gripper.y * METRES_PER_UNIT,
	gripper.z * METRES_PER_UNIT,
	closed ? 0 : 1
];
// src/main/simulator/outcome.ts
var JAM_TEXT = {
	sideways: "was pulled across its slot",
	backward: "was pushed against the closed end of its slot",
	neighbour: "was pulled into the block that is in its way",
	lifted: "was lifted before it had left its slot"
};
/** Where a target that missed its bin is now. */
function placeOf(scene) {
	const { x, y } = scene.gripper;
	const bin = BIN_POSITIONS.findIndex((position) => Math.abs(position.x - x) < .06 && Math.abs(position.y - y) < .06);
	const colour = scene.binColours[bin];
	return colour === void 0 ? "outside the bins" : `in the ${colourName(colour)} bin`;
}
/** The outcome of an ending that concerns `block`, with a sentence for people. */
function decide(scene, block, ending) {
	const name = `The ${colourName(block.colour)} block`;
	const bin = `the ${colourName(scene.targetBin)} bin`;
	switch (ending.kind) {
		case "placed": return {
			success: true,
			reason: "placed",
			message: `${name} is in ${bin}`
		};
		case "wrongBin": return {
			success: false,
			reason: "wrongBin",
			message: `${name} was set down ${placeOf(scene)} instead of in ${bin}`
		};
		case "misplaced": return {
			success: false,
			reason: "misplaced",
			message: `${name} was in the way, but was not set down on the grey pad`
		};
		case "dropped": return {
			success: false,
			reason: "dropped",
			message: `${name} was let go above the table`
		};
		case "jam": return {
			success: false,
			reason: "jam",
			message: `${name} ${JAM_TEXT[ending.cause]} and jammed`
		};
		default: return require_result.assertNever(ending);
	}
}
// src/main/simulator/physics.ts
/**
* The bench's physics: kinematic, one call per completed action. The order of every floating-point operation
* is the TrayPick prototype's, so that states agree with its recordings bit for bit.
*/
/** A block slides this far before it is out of its dovetail slot. */
var FREE_AFTER_UNITS = .08;
/** Play of a block in its slot: across it, and back against its closed end. */
var SIDEWAYS_PLAY_UNITS = .05;
/** Two blocks closer than this per axis collide… */
var COLLISION_UNITS = .095;
/** …once one has moved this far: neighbours at rest may be that close. */
var COLLISION_AFTER_UNITS = .03;
var GRASP_UNITS = .06;
var isNear = (a, b, x, y) => Math.abs(a.x - b.x) < x && Math.abs(a.y - b.y) < y;
/** Moves the held block along its slot; the cause if it jams. */
function slide(scene, index, block, to) {
	const dx = to.x - scene.gripper.x;
	const dy = to.y - scene.gripper.y;
	const step = DIRECTION_STEPS[block.direction];
	const along = dx * step.x + dy * step.y;
	if (Math.abs(dx * step.y) + Math.abs(dy * step.x) > SIDEWAYS_PLAY_UNITS) return "sideways";
	if (scene.slid + along < -.03) return "backward";
	scene.slid += along;
	if (scene.blocks.some((other, otherIndex) => other !== null && otherIndex !== index && Math.abs(other.x - block.x - step.x * scene.slid) < COLLISION_UNITS && Math.abs(other.y - block.y - step.y * scene.slid) < COLLISION_UNITS && scene.slid > COLLISION_AFTER_UNITS)) return "neighbour";
	if (scene.slid > FREE_AFTER_UNITS) scene.freed = true;
	return to.z > .06 && !scene.freed ? "lifted" : null;
}
function closeGripper(scene) {
	scene.closed = true;
	const at = scene.gripper;
	if (at.z >= .06) return;
	const grasped = scene.blocks.findIndex((block) => block !== null && isNear(block, at, GRASP_UNITS, GRASP_UNITS));
	if (grasped < 0) return;
	scene.heldBlock = grasped;
	scene.freed = false;
	scene.slid = 0;
}
function openGripper(scene) {
	scene.closed = false;
	const index = scene.heldBlock;
	if (index === null) return;
	scene.heldBlock = null;
	const block = scene.blocks[index];
	if (!block || !scene.freed) return;
	scene.blocks[index] = null;
	const cell = scene.cells.indexOf(index);
	if (cell >= 0) scene.cells[cell] = -1;
	const at = scene.gripper;
	if (at.z > .06) scene.outcome = decide(scene, block, { kind: "dropped" });
	else if (index === scene.targetBlock) scene.outcome = decide(scene, block, isNear(binPosition(scene, scene.targetBin), at, BIN_TOLERANCE_UNITS, BIN_TOLERANCE_UNITS) ? { kind: "placed" } : { kind: "wrongBin" });
	else if (!isNear(at, ASIDE_POSITION, ASIDE_TOLERANCE_UNITS.x, ASIDE_TOLERANCE_UNITS.y)) scene.outcome = decide(scene, block, { kind: "misplaced" });
}
/**
* Moves the gripper to `target` (bench units, clamped to its range), then closes (`gripperSign` > 0), opens
* (< 0) or leaves it (0). A jam leaves the gripper where it was. Does nothing once the scene has an outcome.
*/
function stepTo(scene, target, gripperSign) {
	if (scene.outcome) return;
	const to = {
		x: require_units.clamp(target.x, GRIPPER_RANGE_UNITS.min, GRIPPER_RANGE_UNITS.max),
		y: require_units.clamp(target.y, GRIPPER_RANGE_UNITS.min, GRIPPER_RANGE_UNITS.max),
		z: require_units.clamp(target.z, 0, Z_HIGH)
	};
	const index = scene.heldBlock;
	const block = index === null ? null : scene.blocks[index];
	if (index !== null && block && !scene.freed) {
		const cause = slide(scene, index, block, to);
		if (cause) {
			scene.outcome = decide(scene, block, {
				kind: "jam",
				cause
			});
			return;
		}
	}
	scene.gripper = to;
	if (gripperSign > 0 && !scene.closed) closeGripper(scene);
	else if (gripperSign < 0 && scene.closed) openGripper(scene);
}
/** One normalised action of a policy or the expert, counted from where the gripper is. */
function stepDelta(scene, action) {
	const [dx, dy, dz, grip] = action;
	const { x, y, z } = scene.gripper;
	stepTo(scene, {
		x: x + require_units.clamp(dx, -1, 1) * STEP_UNITS,
		y: y + require_units.clamp(dy, -1, 1) * STEP_UNITS,
		z: z + require_units.clamp(dz, -1, 1) * STEP_UNITS
	}, grip);
}
function fill(image, [x0, y0, x1, y1], [red, green, blue]) {
	const { rgb, size } = image;
	const left = Math.max(x0, 0);
	const right = Math.min(x1, size);
	for (let y = Math.max(y0, 0); y < Math.min(y1, size); y++) for (let at = (y * size + left) * 3; at < (y * size + right) * 3; at += 3) {
		rgb[at] = red;
		rgb[at + 1] = green;
		rgb[at + 2] = blue;
	}
}
var square = (x, y, half) => [
	x - half,
	y - half,
	x + half,
	y + half
];
/** The white mark on a block's exit side, relative to the block's centre pixel. */
var MARKS = {
	0: [
		1,
		-2,
		3,
		2
	],
	1: [
		-3,
		-2,
		-1,
		2
	],
	2: [
		-2,
		1,
		2,
		3
	],
	3: [
		-2,
		-3,
		2,
		-1
	]
};
var blockColour = (colour) => BLOCK_COLOURS[colour] ?? SURFACE_COLOURS.table;
function drawTable(image, scene) {
	fill(image, [
		0,
		0,
		64,
		64
	], SURFACE_COLOURS.table);
	fill(image, [
		8,
		8,
		56,
		56
	], SURFACE_COLOURS.tray);
	BIN_POSITIONS.forEach((position, bin) => {
		const x = Math.trunc(position.x * 64);
		const y = Math.trunc(position.y * 64);
		fill(image, square(x, y, 4), blockColour(scene.binColours[bin] ?? -1));
		fill(image, square(x, y, 2), SURFACE_COLOURS.binOpening);
	});
	fill(image, [
		24,
		57,
		40,
		63
	], SURFACE_COLOURS.pad);
}
/** How far a block has slid out of its place so far, per axis. */
function slideOf(scene, block, isHeld) {
	const step = DIRECTION_STEPS[block.direction];
	return isHeld ? {
		x: step.x * scene.slid,
		y: step.y * scene.slid
	} : {
		x: 0,
		y: 0
	};
}
function drawBlocks(image, scene, inGripper) {
	scene.blocks.forEach((block, index) => {
		if (!block || block === inGripper) return;
		const slid = slideOf(scene, block, index === scene.heldBlock);
		const x = Math.floor((block.x + slid.x) * 64 + .5);
		const y = Math.floor((block.y + slid.y) * 64 + .5);
		fill(image, square(x, y, 3), blockColour(block.colour));
		const [x0, y0, x1, y1] = MARKS[block.direction];
		fill(image, [
			x + x0,
			y + y0,
			x + x1,
			y + y1
		], SURFACE_COLOURS.mark);
	});
}
/** Twice magnified around the gripper's pixel; beyond the edge the edge repeats. */
function magnify(top, gripperX, gripperY) {
	const rgb = /* @__PURE__ */ new Uint8Array(3072);
	const source = (centre, pixel) => Math.min(63, Math.max(0, centre + Math.floor((pixel - 16) / 2)));
	for (let y = 0; y < 32; y++) {
		const row = source(gripperY, y) * 64;
		for (let x = 0; x < 32; x++) {
			const from = (row + source(gripperX, x)) * 3;
			const to = (y * 32 + x) * 3;
			for (let channel = 0; channel < 3; channel++) rgb[to + channel] = top.rgb[from + channel] ?? 0;
		}
	}
	return {
		rgb,
		size: 32
	};
}
function drawGripper(image, x, y) {
	const x0 = Math.max(x - 3, 0);
	const y0 = Math.max(y - 3, 0);
	const x1 = Math.min(x + 3, 64);
	const y1 = Math.min(y + 3, 64);
	fill(image, [
		x0,
		y0,
		x0 + 1,
		y1
	], SURFACE_COLOURS.gripperOutline);
	fill(image, [
		x1 - 1,
		y0,
		x1,
		y1
	], SURFACE_COLOURS.gripperOutline);
	fill(image, [
		x0,
		y0,
		x1,
		y0 + 1
	], SURFACE_COLOURS.gripperOutline);
	fill(image, [
		x0,
		y1 - 1,
		x1,
		y1
	], SURFACE_COLOURS.gripperOutline);
}
/** Both images of the present state, freshly allocated. */
function renderRasters(scene, slotMarks = "hidden") {
	const top = {
		rgb: /* @__PURE__ */ new Uint8Array(12288),
		size: 64
	};
	drawTable(top, scene);
	const held = slotMarks === "shown" && !scene.freed ? null : heldBlockOf(scene);
	drawBlocks(top, scene, held);
	const x = Math.floor(scene.gripper.x * 64);
	const y = Math.floor(scene.gripper.y * 64);
	const wrist = magnify(top, x, y);
	if (held) fill(wrist, square(16, 16, 6), blockColour(held.colour));
	fill(wrist, [
		4,
		14,
		8,
		18
	], SURFACE_COLOURS.finger);
	fill(wrist, [
		24,
		14,
		28,
		18
	], SURFACE_COLOURS.finger);
	drawGripper(top, x, y);
	if (held) fill(top, square(x, y, 2), blockColour(held.colour));
	return {
		top: top.rgb,
		wrist: wrist.rgb
	};
}
/** Blocks lie up to this far from their cell's centre, per axis. */
var POSITION_NOISE_UNITS = .008;
var DISTRACTORS = {
	min: 5,
	max: 16
};
/** Some cells stay free however long the chain is. */
var MAX_BLOCKS = 26;
var DIRECTIONS = [
	0,
	1,
	2,
	3
];
function pick(random, items) {
	return items[random.integer(items.length)] ?? items[0];
}
var isNonEmpty = (items) => items.length > 0;
var indexOf = (cell) => cellIndex(cell.row, cell.column);
function neighbour(cell, direction) {
	const step = DIRECTION_STEPS[direction];
	return {
		row: cell.row + step.y,
		column: cell.column + step.x
	};
}
/** A self-avoiding walk of `chainDepth` steps; null when it ran into itself. */
function walkChain(random, chainDepth) {
	let cell = {
		row: random.integer(6),
		column: random.integer(6)
	};
	const used = /* @__PURE__ */ new Set([indexOf(cell)]);
	const cells = [];
	const exits = (from) => DIRECTIONS.map((direction) => ({
		direction,
		next: neighbour(from, direction)
	})).filter(({ next }) => !used.has(indexOf(next)));
	while (cells.length < chainDepth) {
		const options = exits(cell).filter(({ next }) => indexOf(next) >= 0);
		if (!isNonEmpty(options)) return null;
		const { direction, next } = pick(random, options);
		cells.push({
			cell,
			direction
		});
		cell = next;
		used.add(indexOf(next));
	}
	const options = exits(cell);
	if (!isNonEmpty(options)) return null;
	const { direction, next } = pick(random, options);
	cells.push({
		cell,
		direction
	});
	return {
		cells,
		kept: indexOf(next) >= 0 ? next : null
	};
}
function layOut(random, path) {
	const colours = BLOCK_COLOURS.map((_, colour) => colour);
	const targetColour = random.integer(colours.length);
	const others = colours.filter((colour) => colour !== targetColour);
	const blocks = [];
	const otherColour = () => others[random.integer(others.length)] ?? targetColour;
	const noise = () => (random.float() - .5) * 2 * POSITION_NOISE_UNITS;
	const add = ({ row, column }, colour, direction) => {
		const centre = cellCentre(row, column);
		blocks.push({
			row,
			column,
			colour,
			direction,
			x: centre.x + noise(),
			y: centre.y + noise()
		});
	};
	path.cells.forEach(({ cell, direction }, index) => add(cell, index === 0 ? targetColour : otherColour(), direction));
	const taken = new Set(path.cells.map(({ cell }) => indexOf(cell)));
	if (path.kept) taken.add(indexOf(path.kept));
	const free = Array.from({ length: 36 }, (_, index) => index).filter((index) => !taken.has(index));
	const wanted = DISTRACTORS.min + random.integer(DISTRACTORS.max - DISTRACTORS.min + 1);
	const distractors = Math.max(0, Math.min(wanted, MAX_BLOCKS - path.cells.length, free.length));
	for (const order of random.permutation(free.length).slice(0, distractors)) {
		const index = free[order] ?? 0;
		add({
			row: Math.floor(index / 6),
			column: index % 6
		}, otherColour(), pick(random, [
			0,
			1,
			2,
			3
		]));
	}
	return {
		blocks,
		binColours: random.permutation(BIN_POSITIONS.length),
		targetBlock: 0,
		targetBin: random.integer(BIN_POSITIONS.length)
	};
}
/**
* Lays out a random scene whose target is `chainDepth` blocks away from being free. The distribution is the
* TrayPick prototype's (same draws in the same order, on this project's generator).
* Throws RangeError for a depth outside 0…MAX_CHAIN_DEPTH.
*/
function createScene({ seed, chainDepth }) {
	if (!Number.isInteger(chainDepth) || chainDepth < 0 || chainDepth > 10) throw new RangeError(`createScene: chain depth ${chainDepth} is not in 0…10`);
	const random = require_xoshiro.createRandom(seed);
	for (;;) {
		const path = walkChain(random, chainDepth);
		if (path) return sceneFromState(layOut(random, path));
	}
}
// src/main/robot/specs/trayArm.ts
/**
* The arm over the TrayPick bench. It exists only in the simulator, so its limits are no data sheet's: they
* are 1.3 times what the scripted experts ask of each joint when every action is a straight line of 100 ms
* that starts and stops at once (accelerations no geared servo could follow). `trayArm.test.ts` measures it.
*/
var LOOP_RATE_HZ = 50;
/** A command may be this many ticks of full speed away: a read that failed once or twice is no jump. */
var JUMP_TICKS = 3;
/** On the operator's side of the tray; the workspace keeps clear of the stretched arm and of the yaw axis. */
var geometry = {
	kind: "verticalTool",
	base: [
		.125,
		.38,
		.16
	],
	upperArmMetres: .24,
	forearmMetres: .22,
	toolMetres: .1
};
var workspace = {
	min: [
		GRIPPER_RANGE_UNITS.min * METRES_PER_UNIT,
		GRIPPER_RANGE_UNITS.min * METRES_PER_UNIT,
		0
	],
	max: [
		GRIPPER_RANGE_UNITS.max * METRES_PER_UNIT,
		GRIPPER_RANGE_UNITS.max * METRES_PER_UNIT,
		Z_HIGH * METRES_PER_UNIT
	]
};
function homeJoints() {
	const joints = inverseKinematics(geometry, [
		HOME_POSITION.x * METRES_PER_UNIT,
		HOME_POSITION.y * METRES_PER_UNIT,
		Z_HIGH * METRES_PER_UNIT
	]);
	if (!joints.ok) throw new RangeError(`tray-arm: home is out of reach: ${joints.error.message}`);
	return joints.value;
}
var joint = (options) => ({
	...options,
	maxJump: JUMP_TICKS * options.maxVelocityPerSec / LOOP_RATE_HZ,
	rest: options.home,
	centre: (options.min + options.max) / 2,
	motors: [],
	gripperRange: null
});
var [baseHome, shoulderHome, elbowHome, wristHome] = homeJoints();
var trayArm = {
	name: "tray-arm",
	title: "Tray arm (simulated)",
	driver: "sim",
	role: "follower",
	actuated: true,
	units: {
		angle: "rad",
		length: "m",
		time: "s",
		gripper: "ratio"
	},
	loopRateHz: LOOP_RATE_HZ,
	baudRate: null,
	arms: [{
		prefix: "",
		bus: null,
		mount: {
			xyz: [
				0,
				0,
				0
			],
			rpy: [
				0,
				0,
				0
			]
		}
	}],
	joints: [
		joint({
			name: "base",
			kind: "revolute",
			min: -1,
			max: 1,
			maxVelocityPerSec: 5.3,
			maxAccelerationPerSec2: 270,
			home: baseHome
		}),
		joint({
			name: "shoulder",
			kind: "revolute",
			min: .1,
			max: 1.4,
			maxVelocityPerSec: 4.9,
			maxAccelerationPerSec2: 430,
			home: shoulderHome
		}),
		joint({
			name: "elbow",
			kind: "revolute",
			min: -2.7,
			max: -.8,
			maxVelocityPerSec: 6.4,
			maxAccelerationPerSec2: 320,
			home: elbowHome
		}),
		joint({
			name: "wrist_lift",
			kind: "revolute",
			min: -1.2,
			max: .5,
			maxVelocityPerSec: 7.1,
			maxAccelerationPerSec2: 440,
			home: wristHome
		}),
		joint({
			name: "gripper",
			kind: "gripper",
			min: 0,
			max: 1,
			maxVelocityPerSec: 13,
			maxAccelerationPerSec2: 650,
			home: 1
		})
	],
	workspace,
	geometry,
	torque: {
		onExit: "hold",
		onFault: "hold"
	},
	thresholds: {},
	cameras: [{
		name: "top",
		mount: "above the bench"
	}, {
		name: "wrist",
		mount: "around the gripper"
	}],
	lerobot: null,
	notes: []
};
// src/shared/random/truncatedNormal.ts
/**
* The initial latent S_0 ~ TruncNormal(0, σ, ±3σ), by inverse CDF: one uniform number of the recorded seed's
* stream gives one value, so a seed in a record means the same S_0 everywhere.
*/
/** Φ(−3), the mass cut off on each side. */
var TAIL_MASS = .0013498980316300946;
var KEPT_MASS = 1 - 2 * TAIL_MASS;
var CENTRE = {
	numerator: [
		2509.0809287301227,
		33430.57558358813,
		67265.7709270087,
		45921.95393154987,
		13731.69376550946,
		1971.5909503065513,
		133.14166789178438,
		3.3871328727963665
	],
	denominator: [
		5226.495278852854,
		28729.085735721943,
		39307.89580009271,
		21213.794301586597,
		5394.196021424751,
		687.1870074920579,
		42.31333070160091,
		1
	]
};
var TAIL = {
	numerator: [
		.0007745450142783414,
		.022723844989269184,
		.2417807251774506,
		1.2704582524523684,
		3.6478483247632045,
		5.769497221460691,
		4.630337846156546,
		1.4234371107496835
	],
	denominator: [
		1.0507500716444169e-9,
		.0005475938084995345,
		.015198666563616457,
		.14810397642748008,
		.6897673349851,
		1.6763848301838038,
		2.053191626637759,
		1
	]
};
var horner = (coefficients, x) => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
var evaluate = ({ numerator, denominator }, x) => horner(numerator, x) / horner(denominator, x);
/** Beyond this distance of p from ½ the tail approximation takes over. */
var CENTRE_HALF_WIDTH = .425;
/** Smallest p (and 1 − p) of the tail branch: r = √(−ln p) ≤ 5. */
var SMALLEST_PROBABILITY = Math.exp(-25);
/**
* Quantile of the standard normal distribution, to about 1 part in 10^16, for e^−25 ≤ p ≤ 1 − e^−25 (the far
* tail's third branch is left out: S_0 stays within ±3σ). RangeError outside.
* Source: Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics
* 37 (1988) 477–484, routine PPND16.
*/
function normalQuantile(probability) {
	const fromHalf = probability - .5;
	const tail = fromHalf <= 0 ? probability : 1 - probability;
	if (!(tail >= SMALLEST_PROBABILITY)) throw new RangeError(`normalQuantile: probability ${probability} is outside e^-25…1-e^-25`);
	if (Math.abs(fromHalf) <= CENTRE_HALF_WIDTH) return fromHalf * evaluate(CENTRE, CENTRE_HALF_WIDTH ** 2 - fromHalf * fromHalf);
	return Math.sign(fromHalf) * evaluate(TAIL, Math.sqrt(-Math.log(tail)) - 1.6);
}
/**
* Fills `target` with independent draws of N(0, sigma²) truncated to ±3·sigma (sigma is γ·σ_init of the
* bundle). Same seed and length → same bits; a shorter target gets a prefix of the longer one's values.
*/
function fillTruncatedNormal(target, seed, sigma) {
	if (!(sigma >= 0) || !Number.isFinite(sigma)) throw new RangeError(`fillTruncatedNormal: sigma must be finite and not negative, got ${sigma}`);
	const random = require_xoshiro.createRandom(seed);
	for (let i = 0; i < target.length; i++) target[i] = sigma * normalQuantile(TAIL_MASS + random.openFloat() * KEPT_MASS);
}
// src/main/simulator/feedbackExpert.ts
/**
* The expert as a feedback law: what to do next follows from the present state alone, so it can take over in
* the middle of a chunk, after a disturbance, or from a person's hand, and any execution horizon leads on.
*/
/** Close enough to a target to grasp or let go: half of what physics allows. */
var THERE_UNITS = .03;
/** The way down is a slope: at this distance, and beyond, the gripper is high; this near it is all the way down. */
var SLOPE_UNITS = {
	from: .2,
	to: .02
};
/** Fastest travel of one action, per axis: what the arm's limits are made for. */
var TRAVEL_UNITS = .94 * STEP_UNITS;
/** A block that has slid this far needs no further pull. */
var SLID_ENOUGH_UNITS = CELL_UNITS - .02;
var OPEN = -1;
var CLOSE = 1;
var action = (dx, dy, dz, grip) => {
	const unit = (delta) => require_units.clamp(Math.fround(delta / STEP_UNITS), -1, 1);
	return [
		unit(dx),
		unit(dy),
		unit(dz),
		grip
	];
};
/**
* Height at a distance from the goal. Coming down on the way, not in a step of its own, makes one action more or less
* before the fingers move harmless: who learns from this can't tell them apart near the border between the two.
*/
var heightAt = (distance) => Z_HIGH * require_units.clamp((distance - SLOPE_UNITS.to) / (SLOPE_UNITS.from - SLOPE_UNITS.to), 0, 1);
/** Where the gripper has to go now, and what it does with its fingers on the way. */
function aim(scene) {
	if (heldBlockOf(scene)) return {
		goal: scene.heldBlock === scene.targetBlock ? binPosition(scene, scene.targetBin) : ASIDE_POSITION,
		grip: CLOSE
	};
	const next = scene.blocks[chainFrom(scene, scene.targetBlock).at(-1) ?? scene.targetBlock];
	if (!next) throw new RangeError("feedbackAction: the target has already left the tray");
	return {
		goal: next,
		grip: OPEN
	};
}
/** The next action from the present state. Throws RangeError once the target has left the tray. */
function feedbackAction(scene) {
	const held = heldBlockOf(scene);
	const { x, y, z } = scene.gripper;
	if (held && !scene.freed) {
		const step = DIRECTION_STEPS[held.direction];
		const missing = scene.slid < SLID_ENOUGH_UNITS ? CELL_UNITS - scene.slid : 0;
		return action(step.x * missing, step.y * missing, 0, CLOSE);
	}
	const { goal, grip } = aim(scene);
	const dx = goal.x - x;
	const dy = goal.y - y;
	const distance = Math.max(Math.abs(dx), Math.abs(dy));
	if (z < .06 && z < heightAt(distance) - .06) return action(0, 0, Z_HIGH - z, grip);
	if (distance > THERE_UNITS || z > .06 / 2) {
		const share = distance > TRAVEL_UNITS ? TRAVEL_UNITS / distance : 1;
		return action(dx * share, dy * share, heightAt(distance * (1 - share)) - z, grip);
	}
	if (held) return action(0, 0, 0, OPEN);
	return action(0, 0, 0, scene.closed ? OPEN : CLOSE);
}
/** Lifted with a block, or lifted after setting one down: where one subtask ends and the next view is needed. */
var isBetweenSubtasks = (scene, held) => scene.gripper.z > .19 && scene.heldBlock !== null === held && (!held || scene.freed);
/**
* The expert's chunk from the present state: 8 actions of the feedback law, waiting one action whenever the fingers
* have moved or a block has left its slot, and from then on when the subtask is done (a block grasped and lifted, or
* set down and left). The waits make an action more or less on the way harmless, as `heightAt` does.
*/
function feedbackChunk(scene) {
	const imagined = copyScene(scene);
	const holdsAtFirst = scene.heldBlock !== null && scene.freed;
	const chunk = [];
	let changed = false;
	while (chunk.length < 8) {
		const holds = imagined.heldBlock !== null && imagined.freed;
		changed ||= holds !== holdsAtFirst;
		if (imagined.outcome !== null || imagined.blocks[imagined.targetBlock] === null || changed && isBetweenSubtasks(imagined, !holdsAtFirst)) {
			chunk.push([
				0,
				0,
				0,
				imagined.closed ? CLOSE : OPEN
			]);
			continue;
		}
		const { closed, freed } = imagined;
		const next = feedbackAction(imagined);
		chunk.push(next);
		stepDelta(imagined, next);
		if ((imagined.closed !== closed || imagined.freed && !freed) && chunk.length < 8) chunk.push([
			0,
			0,
			0,
			next[3]
		]);
	}
	return chunk;
}
// src/main/simulator/demonstrations.ts
/** A share of the scenes has no blocker, and a share of those begins in mid-air: every episode has one target to set down. */
var FREE_TARGET_SHARE = .25;
var IN_HAND_SHARE = {
	target: .5,
	blocker: .1
};
/** Longest subtask; one that takes longer has gone astray. */
var MAX_ACTIONS = 26;
var NOISY_ACTION_SHARE = .35;
/** Standard deviation of a noisy action, normalised; a block in its slot would jam under more. */
var ACTION_NOISE = {
	free: .12,
	inSlot: .03
};
var SLIP_SHARE = .05;
var JOLT_SHARE = .06;
var JOLT_UNITS = .08;
/** Of the states on the way; those far above the tray say most about the plan. */
var KEPT_SHARE = {
	far: .6,
	near: .45
};
var normal = (random) => normalQuantile(require_units.clamp(random.openFloat(), 1e-9, 1 - 1e-9));
var near = (random, { x, y }, spread) => ({
	x: x + spread * normal(random),
	y: y + spread * normal(random)
});
var inRange = (value) => require_units.clamp(value, GRIPPER_RANGE_UNITS.min, GRIPPER_RANGE_UNITS.max);
/** Where a subtask may begin: home, above the pad or a bin, above some block, anywhere; sometimes still down. */
function place(random, scene) {
	const kind = random.float();
	let at = {
		x: .05 + .9 * random.float(),
		y: .05 + .9 * random.float()
	};
	let isDown = false;
	if (kind < .15) at = near(random, HOME_POSITION, .015);
	else if (kind < .6) {
		at = near(random, ASIDE_POSITION, .03);
		isDown = random.float() < .15;
	} else if (kind < .7) at = near(random, scene.blocks[random.integer(scene.blocks.length)] ?? HOME_POSITION, .02);
	else if (kind < .75) {
		at = near(random, BIN_POSITIONS[random.integer(BIN_POSITIONS.length)] ?? HOME_POSITION, .01);
		isDown = random.float() < .3;
	}
	const isLow = random.float() < .4;
	const z = isDown ? 0 : isLow ? Z_HIGH - .1 * random.float() : Z_HIGH;
	scene.gripper = {
		x: inRange(at.x),
		y: inRange(at.y),
		z
	};
	scene.closed = random.float() < .06;
}
/** Puts the free end of the chain in the gripper, pulled out of its slot, wherever the gripper is. */
function takeInHand(random, scene) {
	const index = chainFrom(scene, scene.targetBlock).at(-1);
	const block = index === void 0 ? null : scene.blocks[index];
	if (index === void 0 || !block) return;
	if (random.float() >= IN_HAND_SHARE[index === scene.targetBlock ? "target" : "blocker"]) return;
	scene.heldBlock = index;
	scene.freed = true;
	scene.closed = true;
	const step = DIRECTION_STEPS[block.direction];
	if (random.float() < .5) return;
	const { x, y } = near(random, {
		x: block.x + step.x * CELL_UNITS,
		y: block.y + step.y * CELL_UNITS
	}, .02);
	const isDown = random.float() < .3;
	scene.gripper = {
		x: inRange(x),
		y: inRange(y),
		z: isDown ? 0 : scene.gripper.z
	};
}
var blocksLeft = ({ blocks }) => blocks.filter((block) => block !== null).length;
/** Endless; the scene given out is the live one: take what you need of it before asking for the next. */
function* demonstratedStates({ seed, maxChain }) {
	for (let subtask = 0;; subtask++) {
		const random = require_xoshiro.createRandom(require_xoshiro.deriveSeed(seed, subtask));
		const chainDepth = random.float() < FREE_TARGET_SHARE ? 0 : random.integer(maxChain + 1);
		const scene = createScene({
			seed: random.uint32(),
			chainDepth
		});
		place(random, scene);
		takeInHand(random, scene);
		const before = blocksLeft(scene);
		for (let done = 0; done < MAX_ACTIONS; done++) {
			const isFar = scene.heldBlock === null && scene.gripper.z > .2 / 2;
			if (done === 0 || random.float() < (isFar ? KEPT_SHARE.far : KEPT_SHARE.near)) yield scene;
			disturbedStep(random, scene, isFar);
			if (scene.outcome) break;
			if (blocksLeft(scene) === before) continue;
			yield scene;
			break;
		}
	}
}
function disturbedStep(random, scene, isFar) {
	const isInSlot = scene.heldBlock !== null && !scene.freed;
	const [dx, dy, dz, grip] = feedbackAction(scene);
	const spread = !(random.float() < NOISY_ACTION_SHARE) ? 0 : isInSlot ? ACTION_NOISE.inSlot : ACTION_NOISE.free;
	const slips = isFar && random.float() < SLIP_SHARE;
	const noise = () => spread * normal(random);
	stepDelta(scene, [
		dx + noise(),
		dy + noise(),
		dz,
		slips ? -grip : grip
	]);
	const { x, y, z } = scene.gripper;
	if (!(!scene.outcome && !(scene.heldBlock !== null && !scene.freed) && z > .2 / 2) || random.float() >= JOLT_SHARE) return;
	const at = near(random, {
		x,
		y
	}, JOLT_UNITS);
	const lift = JOLT_UNITS / 3 * normal(random);
	scene.gripper = {
		x: inRange(at.x),
		y: inRange(at.y),
		z: require_units.clamp(z + lift, Z_HIGH / 2, Z_HIGH)
	};
}
// src/main/hosts/benchObservations.ts
/** The arm over the bench, and what the bench's cameras give its policy. */
var BENCH_ARM = {
	robot: trayArm.name,
	cameras: [{
		name: "top",
		width: 64,
		height: 64
	}, {
		name: "wrist",
		width: 32,
		height: 32
	}]
};
/** The bench's camera images as a policy is given them. */
var benchImages = ({ top, wrist }, capturedNanos) => [{
	name: "top",
	width: 64,
	height: 64,
	capturedNanos,
	rgb: top
}, {
	name: "wrist",
	width: 32,
	height: 32,
	capturedNanos,
	rgb: wrist
}];
/** What a policy is given of a bench state: both cameras, the arm's pose and the instruction. */
function benchInput(scene) {
	return {
		images: benchImages(renderRasters(scene, "shown"), 0),
		proprioception: proprioception(scene),
		instruction: scene.instruction
	};
}
/** Scenes that no demonstration and no evaluation was made of. */
var SEED = 424242;
var MAX_CHAIN = 7;
/** States in a row are much alike. */
var EVERY = 7;
/** States of the bench with the expert's answers, always the same ones. */
function benchObservations(count) {
	const observations = [];
	let seen = 0;
	for (const scene of demonstratedStates({
		seed: SEED,
		maxChain: MAX_CHAIN
	})) {
		if (seen++ % EVERY !== 0) continue;
		observations.push({
			input: benchInput(scene),
			expert: Float32Array.from(feedbackChunk(scene).flat())
		});
		if (observations.length === count) break;
	}
	return observations;
}
/** Whether normalised actions mean what the expert's do: ±1 is a step of the bench along x, y and z, closed at 1. */
function isBenchScale({ scale, offset }) {
	const step = STEP_UNITS * METRES_PER_UNIT;
	const near = (found, wanted) => wanted.every((value, index) => Math.abs((found[index] ?? NaN) - value) < 1e-9);
	return near(scale, [
		step,
		step,
		step,
		-.5
	]) && near(offset, [
		0,
		0,
		0,
		.5
	]);
}
Object.defineProperty(exports, "BENCH_ARM", {
	enumerable: true,
	get: function() {
		return BENCH_ARM;
	}
});
Object.defineProperty(exports, "BLOCK_COLOURS", {
	enumerable: true,
	get: function() {
		return BLOCK_COLOURS;
	}
});
Object.defineProperty(exports, "METRES_PER_UNIT", {
	enumerable: true,
	get: function() {
		return METRES_PER_UNIT;
	}
});
Object.defineProperty(exports, "SURFACE_COLOURS", {
	enumerable: true,
	get: function() {
		return SURFACE_COLOURS;
	}
});
Object.defineProperty(exports, "benchImages", {
	enumerable: true,
	get: function() {
		return benchImages;
	}
});
Object.defineProperty(exports, "benchInput", {
	enumerable: true,
	get: function() {
		return benchInput;
	}
});
Object.defineProperty(exports, "benchObservations", {
	enumerable: true,
	get: function() {
		return benchObservations;
	}
});
Object.defineProperty(exports, "chainFrom", {
	enumerable: true,
	get: function() {
		return chainFrom;
	}
});
Object.defineProperty(exports, "createScene", {
	enumerable: true,
	get: function() {
		return createScene;
	}
});
Object.defineProperty(exports, "demonstratedStates", {
	enumerable: true,
	get: function() {
		return demonstratedStates;
	}
});
Object.defineProperty(exports, "feedbackChunk", {
	enumerable: true,
	get: function() {
		return feedbackChunk;
	}
});
Object.defineProperty(exports, "fillTruncatedNormal", {
	enumerable: true,
	get: function() {
		return fillTruncatedNormal;
	}
});
Object.defineProperty(exports, "forwardKinematics", {
	enumerable: true,
	get: function() {
		return forwardKinematics;
	}
});
Object.defineProperty(exports, "heldBlockOf", {
	enumerable: true,
	get: function() {
		return heldBlockOf;
	}
});
Object.defineProperty(exports, "inverseKinematics", {
	enumerable: true,
	get: function() {
		return inverseKinematics;
	}
});
Object.defineProperty(exports, "isBenchScale", {
	enumerable: true,
	get: function() {
		return isBenchScale;
	}
});
Object.defineProperty(exports, "proprioception", {
	enumerable: true,
	get: function() {
		return proprioception;
	}
});
Object.defineProperty(exports, "renderRasters", {
	enumerable: true,
	get: function() {
		return renderRasters;
	}
});
Object.defineProperty(exports, "sceneView", {
	enumerable: true,
	get: function() {
		return sceneView;
	}
});
Object.defineProperty(exports, "stepDelta", {
	enumerable: true,
	get: function() {
		return stepDelta;
	}
});
Object.defineProperty(exports, "stepTo", {
	enumerable: true,
	get: function() {
		return stepTo;
	}
});
Object.defineProperty(exports, "trayArm", {
	enumerable: true,
	get: function() {
		return trayArm;
	}
});

const require_benchObservations = require("./benchObservations-O-FiTKO7.cjs");
const require_result = require("./result-C6aRCjrD.cjs");
const require_units = require("./units-Da9LRzHK.cjs");
const require_expert = require("./expert-BnZyT5NE.cjs");
const require_bench = require("./bench-BjCpIbrn.cjs");
// src/shared/kinematics/rotation.ts
var IDENTITY = [
	1,
	0,
	0,
	0,
	1,
	0,
	0,
	0,
	1
];
/** Entry of an array whose length the caller knows. */
var at = (values, index) => values[index];
/** Fixed-axis roll, pitch, yaw (rad) as in URDF: R = Rz(yaw) · Ry(pitch) · Rx(roll). */
function rotationFromRpy([roll, pitch, yaw]) {
	const [cr, sr] = [Math.cos(roll), Math.sin(roll)];
	const [cp, sp] = [Math.cos(pitch), Math.sin(pitch)];
	const [cy, sy] = [Math.cos(yaw), Math.sin(yaw)];
	return [
		cy * cp,
		cy * sp * sr - sy * cr,
		cy * sp * cr + sy * sr,
		sy * cp,
		sy * sp * sr + cy * cr,
		sy * sp * cr - cy * sr,
		-sp,
		cp * sr,
		cp * cr
	];
}
/** Writes the rotation by `angle` (rad) around the unit vector `axis` into `out` (Rodrigues). */
function writeAxisRotation(out, axis, angle) {
	const [x, y, z] = axis;
	const c = Math.cos(angle);
	const s = Math.sin(angle);
	const t = 1 - c;
	out[0] = c + t * x * x;
	out[1] = t * x * y - s * z;
	out[2] = t * x * z + s * y;
	out[3] = t * x * y + s * z;
	out[4] = c + t * y * y;
	out[5] = t * y * z - s * x;
	out[6] = t * x * z - s * y;
	out[7] = t * y * z + s * x;
	out[8] = c + t * z * z;
}
/** out = a · b; `out` must be neither. */
function writeProduct(out, a, b) {
	for (let row = 0; row < 9; row += 3) for (let column = 0; column < 3; column++) out[row + column] = at(a, row) * at(b, column) + at(a, row + 1) * at(b, column + 3) + at(a, row + 2) * at(b, column + 6);
}
/** Component `row` of m · (x, y, z). */
var rotatedComponent = (m, row, x, y, z) => at(m, 3 * row) * x + at(m, 3 * row + 1) * y + at(m, 3 * row + 2) * z;
/**
* Writes the rotation vector (rad, axis times angle in 0…π, in the outer frame) that turns `from` into `to`
* into `out`; returns its length.
*/
function writeRotationBetween(out, from, to) {
	const entry = (row, column) => at(to, 3 * row) * at(from, 3 * column) + at(to, 3 * row + 1) * at(from, 3 * column + 1) + at(to, 3 * row + 2) * at(from, 3 * column + 2);
	const x = (entry(2, 1) - entry(1, 2)) / 2;
	const y = (entry(0, 2) - entry(2, 0)) / 2;
	const z = (entry(1, 0) - entry(0, 1)) / 2;
	const diagonal = [
		entry(0, 0),
		entry(1, 1),
		entry(2, 2)
	];
	const sine = Math.hypot(x, y, z);
	const cosine = (at(diagonal, 0) + at(diagonal, 1) + at(diagonal, 2) - 1) / 2;
	const angle = Math.atan2(sine, cosine);
	if (sine > 1e-9) {
		const scale = angle / sine;
		out[0] = x * scale;
		out[1] = y * scale;
		out[2] = z * scale;
		return angle;
	}
	if (cosine > 0) {
		out.fill(0, 0, 3);
		return 0;
	}
	const longest = diagonal.indexOf(Math.max(...diagonal));
	const column = [
		0,
		1,
		2
	].map((row) => entry(row, longest) + (row === longest ? 1 : 0));
	const length = Math.hypot(...column);
	for (let row = 0; row < 3; row++) out[row] = at(column, row) / length * Math.PI;
	return Math.PI;
}
/**
* Solves the symmetric positive definite a · x = b in place of `x` (3 unknowns; `a` row-major), by Cholesky.
* A positive diagonal shift keeps `a` definite; without one a singular matrix gives non-finite numbers.
*/
function solveSymmetric3(a, b, x) {
	const l00 = Math.sqrt(at(a, 0));
	const l10 = at(a, 3) / l00;
	const l20 = at(a, 6) / l00;
	const l11 = Math.sqrt(at(a, 4) - l10 * l10);
	const l21 = (at(a, 7) - l20 * l10) / l11;
	const l22 = Math.sqrt(at(a, 8) - l20 * l20 - l21 * l21);
	const y0 = at(b, 0) / l00;
	const y1 = (at(b, 1) - l10 * y0) / l11;
	const x2 = (at(b, 2) - l20 * y0 - l21 * y1) / l22 / l22;
	const x1 = (y1 - l21 * x2) / l11;
	x[0] = (y0 - l10 * x1 - l20 * x2) / l00;
	x[1] = x1;
	x[2] = x2;
}
// src/shared/kinematics/chainStep.ts
/** Further away, the tool moves towards the target this much at a time: the Jacobian only holds nearby. */
var MOST_METRES = .2;
var MOST_TURN_RAD = .35;
/** Damping of the turn, dimensionless: directions in which little can be turned are left alone. */
var TURN_DAMPING = .0025;
function createChainStep(chain, limits) {
	const count = chain.jointCount;
	const linear = new Float64Array(3 * count);
	const angular = new Float64Array(3 * count);
	const change = new Float64Array(count);
	const locked = new Uint8Array(count);
	const square = /* @__PURE__ */ new Float64Array(9);
	const wanted = /* @__PURE__ */ new Float64Array(3);
	const solved = /* @__PURE__ */ new Float64Array(3);
	const projected = /* @__PURE__ */ new Float64Array(3);
	let pushed = null;
	let pushedBy = 0;
	/** square = rows · rowsᵀ + damping. */
	function writeSquare(rows, damping) {
		for (let row = 0; row < 3; row++) for (let column = 0; column <= row; column++) {
			let sum = row === column ? damping : 0;
			for (let joint = 0; joint < count; joint++) sum += at(rows, row * count + joint) * at(rows, column * count + joint);
			square[3 * row + column] = sum;
			square[3 * column + row] = sum;
		}
	}
	const columnTimes = (rows, joint, vector) => at(rows, joint) * at(vector, 0) + at(rows, count + joint) * at(vector, 1) + at(rows, 2 * count + joint) * at(vector, 2);
	function writeFreeJacobian() {
		chain.writeLinearJacobian(linear);
		for (let joint = 0; joint < count; joint++) {
			if (at(locked, joint) === 0) continue;
			for (let row = 0; row < 3; row++) linear[row * count + joint] = 0;
		}
	}
	/** change = least squares towards the target. */
	function moveTool(target, damping) {
		for (let row = 0; row < 3; row++) wanted[row] = at(target, row) - at(chain.position, row);
		const distance = Math.hypot(at(wanted, 0), at(wanted, 1), at(wanted, 2));
		if (distance > MOST_METRES) for (let row = 0; row < 3; row++) wanted[row] = at(wanted, row) * MOST_METRES / distance;
		writeSquare(linear, damping);
		solveSymmetric3(square, wanted, solved);
		for (let joint = 0; joint < count; joint++) change[joint] = columnTimes(linear, joint, solved);
	}
	/** Adds to `change` the turn that leaves the tool's position alone. */
	function turnTool(orientation, damping, gain) {
		for (let row = 0; row < 3; row++) {
			let done = 0;
			for (let joint = 0; joint < count; joint++) {
				const entry = at(locked, joint) === 0 ? at(orientation.jacobian, row * count + joint) : 0;
				angular[row * count + joint] = entry;
				done += entry * at(change, joint);
			}
			wanted[row] = gain * at(orientation.vector, row) - done;
		}
		writeSquare(linear, damping);
		for (let row = 0; row < 3; row++) {
			for (let axis = 0; axis < 3; axis++) {
				let sum = 0;
				for (let joint = 0; joint < count; joint++) sum += at(linear, axis * count + joint) * at(angular, row * count + joint);
				projected[axis] = sum;
			}
			solveSymmetric3(square, projected, solved);
			for (let joint = 0; joint < count; joint++) {
				const index = row * count + joint;
				angular[index] = at(angular, index) - columnTimes(linear, joint, solved);
			}
		}
		writeSquare(angular, TURN_DAMPING);
		solveSymmetric3(square, wanted, solved);
		for (let joint = 0; joint < count; joint++) change[joint] = at(change, joint) + columnTimes(angular, joint, solved);
	}
	/** Locks joints that stand at a limit and would go beyond it; true if there were any. */
	function lockPushed(posture) {
		let any = false;
		limits.forEach(({ min, max }, joint) => {
			const by = at(change, joint);
			const outward = by > 0 && at(posture, joint) >= max || by < 0 && at(posture, joint) <= min ? Math.abs(by) : 0;
			if (outward === 0 || at(locked, joint) !== 0) return;
			locked[joint] = 1;
			any = true;
			if (outward <= pushedBy) return;
			pushed = joint;
			pushedBy = outward;
		});
		return any;
	}
	return {
		write(out, posture, target, damping, orientation, gain) {
			locked.fill(0);
			pushed = null;
			pushedBy = 0;
			do {
				writeFreeJacobian();
				moveTool(target, damping);
				if (orientation && gain > 0) turnTool(orientation, damping, gain);
			} while (lockPushed(posture));
			let largest = 0;
			for (let joint = 0; joint < count; joint++) largest = Math.max(largest, Math.abs(at(change, joint)));
			const scale = largest > MOST_TURN_RAD ? MOST_TURN_RAD / largest : 1;
			limits.forEach(({ min, max }, joint) => {
				out[joint] = Math.min(max, Math.max(min, at(posture, joint) + scale * at(change, joint)));
			});
		},
		pushedJoint: () => pushed
	};
}
// src/shared/kinematics/orientationGoal.ts
/** Closer than this to the vertical, a direction has no heading. */
var VERTICAL = 1e-9;
function createOrientationError(chain) {
	const { jointCount, axes, rotation } = chain;
	const vector = /* @__PURE__ */ new Float64Array(3);
	const jacobian = new Float64Array(3 * jointCount);
	function wholeRotation() {
		for (let joint = 0; joint < jointCount; joint++) for (let row = 0; row < 3; row++) jacobian[row * jointCount + joint] = at(axes, 3 * joint + row);
	}
	/** Only turning around the level axis across the tool's heading changes its pitch. */
	function pitchOnly(pitchRad) {
		const [approachX, approachY, approachZ] = [
			at(rotation, 2),
			at(rotation, 5),
			at(rotation, 8)
		];
		const level = Math.hypot(approachX, approachY);
		const [x, y] = level > VERTICAL ? [approachX, approachY] : [at(rotation, 0), at(rotation, 3)];
		const length = Math.hypot(x, y);
		const [acrossX, acrossY] = length > VERTICAL ? [y / length, -x / length] : [1, 0];
		const short = pitchRad - Math.atan2(approachZ, level);
		vector[0] = acrossX * short;
		vector[1] = acrossY * short;
		vector[2] = 0;
		for (let joint = 0; joint < jointCount; joint++) {
			const along = acrossX * at(axes, 3 * joint) + acrossY * at(axes, 3 * joint + 1);
			jacobian[joint] = acrossX * along;
			jacobian[jointCount + joint] = acrossY * along;
			jacobian[2 * jointCount + joint] = 0;
		}
		return Math.abs(short);
	}
	return {
		vector,
		jacobian,
		measure(goal) {
			if (goal.kind === "pitch") return pitchOnly(goal.pitchRad);
			wholeRotation();
			return writeRotationBetween(vector, rotation, goal.rotation);
		}
	};
}
// src/shared/kinematics/chainSolver.ts
var MAX_STEPS = 120;
/** Far below what any servo resolves. */
var REACHED_METRES$1 = 1e-8;
/** Of damping, m²/rad²: links are tenths of a metre long. */
var DAMPING = {
	first: 1e-6,
	least: 1e-12,
	most: 10
};
/** Orientation is pursued until a step gains less than this, rad. */
var LEAST_TURN_RAD = 1e-7;
var centimetres = (metres) => `${(metres * 100).toFixed(metres < .01 ? 2 : 1)} cm`;
function createChainSolver(chain, joints) {
	const count = chain.jointCount;
	const present = new Float64Array(count);
	const posture = new Float64Array(count);
	const tried = new Float64Array(count);
	const best = new Float64Array(count);
	const kept = /* @__PURE__ */ new Float64Array(9);
	const orientation = createOrientationError(chain);
	const step = createChainStep(chain, joints);
	function load(into, position) {
		joints.forEach(({ index, name }, joint) => {
			const value = position[index];
			if (value === void 0) throw new RangeError(`A posture of ${position.length} joints lacks ${name}`);
			into[joint] = value;
		});
	}
	/** Updates the chain; returns how far its tool is from the target, metres. */
	function distanceAt(values, [x, y, z]) {
		chain.update(values);
		return Math.hypot(x - at(chain.position, 0), y - at(chain.position, 1), z - at(chain.position, 2));
	}
	function fixedGoal(goal) {
		if (!goal || goal.kind === "free") return null;
		if (goal.kind !== "keep") return goal;
		chain.update(present);
		kept.set(chain.rotation);
		return {
			kind: "rotation",
			rotation: kept
		};
	}
	/** Moves `posture` towards the target; returns how far its tool is from it in the end, metres. */
	function approach(target, goal, steps) {
		let damping = DAMPING.first;
		let gain = 1;
		let distance = distanceAt(posture, target);
		let left = steps;
		while (distance > REACHED_METRES$1 && left > 0 && damping < DAMPING.most) {
			left -= 1;
			chain.update(posture);
			if (goal) orientation.measure(goal);
			step.write(tried, posture, target, damping, goal ? orientation : null, gain);
			const reached = distanceAt(tried, target);
			if (reached < distance) {
				posture.set(tried);
				distance = reached;
				damping = Math.max(DAMPING.least, damping * .1);
				gain = 1;
				continue;
			}
			if (goal && gain > 0) gain = 0;
			else damping *= 10;
		}
		return {
			distance,
			left
		};
	}
	/** Turns the tool with what freedom its position leaves, as long as that helps. */
	function turn(target, goal, steps) {
		best.set(posture);
		chain.update(best);
		let missing = orientation.measure(goal);
		let gain = 1;
		for (let left = steps; left > 0 && missing > LEAST_TURN_RAD && gain > .05; left--) {
			chain.update(best);
			orientation.measure(goal);
			step.write(posture, best, target, DAMPING.least, orientation, gain);
			const settled = approach(target, null, left - 1);
			left = settled.left;
			chain.update(posture);
			const now = orientation.measure(goal);
			if (settled.distance <= REACHED_METRES$1 && now <= missing - LEAST_TURN_RAD) {
				best.set(posture);
				missing = now;
			} else gain *= .5;
		}
		posture.set(best);
	}
	function failure(target, remainingMetres) {
		const pushed = Math.hypot(...chain.root.map((value, axis) => at(target, axis) - value)) > chain.reachMetres ? null : step.pushedJoint();
		if (pushed === null) return {
			code: "unreachable",
			message: `The arm cannot reach the target; from here it comes within ${centimetres(remainingMetres)}`,
			remainingMetres
		};
		const joint = joints[pushed].name;
		return {
			code: "jointLimit",
			message: `${joint} is at its limit ${centimetres(remainingMetres)} before the target`,
			joint,
			remainingMetres
		};
	}
	function inverse(target, from) {
		load(present, from);
		if (!target.position.every(Number.isFinite) || !present.every(Number.isFinite) || !isFinite(target)) return require_result.err({
			code: "nonFiniteTarget",
			message: `The target ${target.position.join(", ")} from joints ${present.join(", ")} is not a position`
		});
		joints.forEach(({ min, max }, joint) => {
			posture[joint] = Math.min(max, Math.max(min, at(present, joint)));
		});
		const goal = fixedGoal(target.orientation);
		const { distance, left } = approach(target.position, goal, MAX_STEPS);
		if (distance > REACHED_METRES$1) return require_result.err(failure(target.position, distance));
		if (goal) turn(target.position, goal, left);
		const result = [...from];
		joints.forEach(({ index }, joint) => {
			result[index] = at(posture, joint);
		});
		return require_result.ok(result);
	}
	return {
		inverse,
		forward(position) {
			load(present, position);
			chain.update(present);
			const [x, y, z] = chain.position;
			return {
				position: [
					x ?? 0,
					y ?? 0,
					z ?? 0
				],
				rotation: Array.from(chain.rotation)
			};
		},
		links(position) {
			load(present, position);
			chain.update(present);
			return [...Array.from({ length: count }, (_, link) => point(chain.origins, link)), point(chain.position, 0)];
		}
	};
}
var point = (values, index) => [
	at(values, 3 * index),
	at(values, 3 * index + 1),
	at(values, 3 * index + 2)
];
function isFinite({ orientation }) {
	if (orientation?.kind === "pitch") return Number.isFinite(orientation.pitchRad);
	return orientation?.kind !== "rotation" || Array.from(orientation.rotation).every(Number.isFinite);
}
// src/shared/kinematics/serialChain.ts
function createSerialChain({ links, tool }) {
	const count = links.length;
	const rotations = links.map(({ rpy }) => rotationFromRpy(rpy));
	const toolRotation = rotationFromRpy(tool.rpy);
	const position = /* @__PURE__ */ new Float64Array(3);
	const rotation = /* @__PURE__ */ new Float64Array(9);
	const origins = new Float64Array(3 * count);
	const axes = new Float64Array(3 * count);
	const here = /* @__PURE__ */ new Float64Array(9);
	const turned = /* @__PURE__ */ new Float64Array(9);
	const jointTurn = /* @__PURE__ */ new Float64Array(9);
	return {
		jointCount: count,
		reachMetres: [...links.slice(1).map(({ xyz }) => xyz), tool.xyz].map((xyz) => Math.hypot(...xyz)).reduce((sum, length) => sum + length, 0),
		root: links[0]?.xyz ?? [
			0,
			0,
			0
		],
		position,
		rotation,
		origins,
		axes,
		update(joints) {
			here.set(IDENTITY);
			let [x, y, z] = [
				0,
				0,
				0
			];
			for (let index = 0; index < count; index++) {
				const link = links[index];
				const [tx, ty, tz] = link.xyz;
				x += rotatedComponent(here, 0, tx, ty, tz);
				y += rotatedComponent(here, 1, tx, ty, tz);
				z += rotatedComponent(here, 2, tx, ty, tz);
				writeProduct(turned, here, rotations[index]);
				const [ax, ay, az] = link.axis;
				for (let row = 0; row < 3; row++) axes[3 * index + row] = rotatedComponent(turned, row, ax, ay, az);
				origins[3 * index] = x;
				origins[3 * index + 1] = y;
				origins[3 * index + 2] = z;
				writeAxisRotation(jointTurn, link.axis, at(joints, index));
				writeProduct(here, turned, jointTurn);
			}
			const [tx, ty, tz] = tool.xyz;
			position[0] = x + rotatedComponent(here, 0, tx, ty, tz);
			position[1] = y + rotatedComponent(here, 1, tx, ty, tz);
			position[2] = z + rotatedComponent(here, 2, tx, ty, tz);
			writeProduct(rotation, here, toolRotation);
		},
		writeLinearJacobian(out) {
			for (let index = 0; index < count; index++) {
				const [ax, ay, az] = [
					at(axes, 3 * index),
					at(axes, 3 * index + 1),
					at(axes, 3 * index + 2)
				];
				const dx = at(position, 0) - at(origins, 3 * index);
				const dy = at(position, 1) - at(origins, 3 * index + 1);
				const dz = at(position, 2) - at(origins, 3 * index + 2);
				out[index] = ay * dz - az * dy;
				out[count + index] = az * dx - ax * dz;
				out[2 * count + index] = ax * dy - ay * dx;
			}
		}
	};
}
// src/shared/kinematics/createKinematics.ts
/** Throws RangeError when the geometry doesn't fit the joints; `specProblems` finds that in files beforehand. */
function createKinematics({ geometry, joints }) {
	switch (geometry.kind) {
		case "verticalTool": return verticalToolKinematics(geometry, joints);
		case "serialChain": return createChainSolver(createSerialChain(geometry), geometry.links.map((link) => {
			const index = joints.findIndex(({ name, kind }) => name === link.joint && kind === "revolute");
			const joint = joints[index];
			if (!joint) throw new RangeError(`The kinematic chain uses ${link.joint}, which is no revolute joint`);
			return {
				name: joint.name,
				index,
				min: joint.min,
				max: joint.max
			};
		}));
		default: return require_result.assertNever(geometry);
	}
}
/** Orientation goals and the present posture don't matter: the tool is vertical and the elbow up. */
function verticalToolKinematics(geometry, joints) {
	const gripper = joints.findIndex(({ kind }) => kind === "gripper");
	const count = gripper < 0 ? joints.length : gripper;
	const pose = (position) => require_benchObservations.forwardKinematics(geometry, position.slice(0, count));
	return {
		forward(position) {
			const { tool } = pose(position);
			const yaw = position[0] ?? 0;
			const pitch = (position[1] ?? 0) + (position[2] ?? 0) + (position[3] ?? 0);
			const [sinYaw, cosYaw] = [Math.sin(yaw), Math.cos(yaw)];
			const [sin, cos] = [Math.sin(pitch), Math.cos(pitch)];
			return {
				position: tool,
				rotation: [
					sin * sinYaw,
					cosYaw,
					-cos * sinYaw,
					sin * cosYaw,
					-sinYaw,
					-cos * cosYaw,
					cos,
					0,
					sin
				]
			};
		},
		links(position) {
			const { shoulder, elbow, wrist, tool } = pose(position);
			return [
				shoulder,
				elbow,
				wrist,
				tool
			];
		},
		inverse(target, present) {
			const solved = require_benchObservations.inverseKinematics(geometry, target.position);
			return solved.ok ? require_result.ok([...solved.value, ...present.slice(count)]) : require_result.err(solved.error);
		}
	};
}
// src/main/drivers/sim/simDriver.ts
/** Openings below this count as closed. */
var CLOSED_BELOW = .5;
/**
* Bench units are snapped to multiples of this before physics sees them. Forward kinematics comes within some
* 1e-15 of the commanded position, and targets lie exactly on pixel borders, where that would flip a pixel. A
* power of two keeps those borders exact, and is fine enough not to disturb commands that aren't on one.
*/
var SNAPS_PER_UNIT = 2 ** 40;
var snap = (metres) => Math.round(metres / require_benchObservations.METRES_PER_UNIT * SNAPS_PER_UNIT) / SNAPS_PER_UNIT;
function createSimDriver({ spec, scene: firstScene }) {
	const gripperIndex = spec.joints.findIndex((joint) => joint.kind === "gripper");
	const periodNanos = require_units.NANOS_PER_SECOND / spec.loopRateHz;
	const still = spec.joints.map(() => 0);
	const home = spec.joints.map((joint) => joint.home);
	const kinematics = createKinematics(spec);
	let connected = false;
	let scene = firstScene ?? require_benchObservations.createScene({
		seed: 0,
		chainDepth: 0
	});
	let version = 0;
	let position = jointsAt(scene);
	let velocity = still;
	let writtenNanos = null;
	const fault = (code, message, tip) => ({
		severity: "high",
		source: "robot",
		code,
		message: `${spec.title}: ${message}`,
		tip
	});
	const notConnected = () => fault("notConnected", "the simulated arm is not connected", "Connect the robot first.");
	function jointsAt({ gripper, closed }) {
		const { x, y, z } = gripper;
		const target = [
			x * require_benchObservations.METRES_PER_UNIT,
			y * require_benchObservations.METRES_PER_UNIT,
			z * require_benchObservations.METRES_PER_UNIT
		];
		const joints = kinematics.inverse({ position: target }, home);
		if (!joints.ok) throw new RangeError(`${spec.name} cannot reach the scene's gripper: ${joints.error.message}`);
		return joints.value.map((value, index) => index === gripperIndex ? closed ? 0 : 1 : value);
	}
	function toolInBenchUnits() {
		const [x, y, z] = kinematics.forward(position).position;
		return {
			x: snap(x),
			y: snap(y),
			z: snap(z)
		};
	}
	function reset(next) {
		position = jointsAt(next);
		velocity = still;
		writtenNanos = null;
		scene = next;
		version += 1;
	}
	return {
		async connect() {
			connected = true;
			return require_result.ok(void 0);
		},
		read(nowNanos) {
			if (!connected) return require_result.err(notConnected());
			return require_result.ok({
				capturedNanos: nowNanos,
				position: [...position],
				velocity: [...velocity]
			});
		},
		write(command, nowNanos) {
			if (!connected) return require_result.err(notConnected());
			if (command.position.length !== spec.joints.length || !command.position.every(Number.isFinite)) return require_result.err(fault("badCommand", `a command needs ${spec.joints.length} finite positions, got [${command.position.join(", ")}]`, "Stop the run and report this."));
			const elapsedNanos = writtenNanos === null ? periodNanos : nowNanos - writtenNanos;
			const last = position;
			position = [...command.position];
			velocity = elapsedNanos > 0 ? position.map((value, index) => (value - (last[index] ?? value)) / (elapsedNanos / require_units.NANOS_PER_SECOND)) : still;
			writtenNanos = nowNanos;
			if (command.settles) {
				const opening = position[gripperIndex] ?? 1;
				require_benchObservations.stepTo(scene, toolInBenchUnits(), opening < CLOSED_BELOW ? 1 : -1);
				version += 1;
			}
			return require_result.ok(void 0);
		},
		async disconnect() {
			connected = false;
			velocity = still;
		},
		bench: {
			reset,
			newScene: (request) => reset(require_benchObservations.createScene(request)),
			scene: () => scene,
			view: () => require_benchObservations.sceneView(scene),
			rasters: () => require_benchObservations.renderRasters(scene, "shown"),
			proprioception: () => require_benchObservations.proprioception(scene),
			outcome: () => scene.outcome,
			instruction: () => scene.instruction,
			chainDepth: () => scene.chainDepth,
			actionBudget: () => require_expert.actionBudget(scene.chainDepth),
			version: () => version
		}
	};
}
// src/shared/safety/motion.ts
var initialMotion = {
	phase: { kind: "holding" },
	epoch: 0,
	queue: null,
	engaged: false,
	pausedAtNanos: 0
};
var unchanged = (state) => ({
	state,
	effects: []
});
var refuse = (state, reason) => ({
	state,
	effects: [{
		type: "refused",
		reason
	}]
});
/** Leaves whatever was going on: new epoch, no queue. */
function interrupt(state, phase, engaged, reason) {
	const effects = [];
	if (state.queue) effects.push({
		type: "queueEnded",
		queue: state.queue,
		actionsExecuted: state.queue.action,
		reason
	});
	if (state.engaged) effects.push({
		type: "disengagePolicy",
		reason
	});
	return {
		state: {
			...state,
			phase,
			engaged,
			epoch: state.epoch + 1,
			queue: null
		},
		effects
	};
}
function resume(state, nowNanos, armMoved) {
	switch (state.phase.kind) {
		case "paused": {
			if (armMoved) {
				const ended = interrupt(state, { kind: "holding" }, state.engaged, "the arm moved while paused");
				return state.engaged ? {
					...ended,
					effects: [...ended.effects, { type: "engagePolicy" }]
				} : ended;
			}
			const pausedNanos = nowNanos - state.pausedAtNanos;
			const queue = state.queue && {
				...state.queue,
				expiresNanos: state.queue.expiresNanos + pausedNanos
			};
			return {
				state: {
					...state,
					queue,
					phase: { kind: queue ? "executing" : "holding" }
				},
				effects: [{ type: "resumed" }]
			};
		}
		case "held": return {
			state: {
				...state,
				phase: { kind: "holding" }
			},
			effects: state.engaged ? [{ type: "engagePolicy" }] : []
		};
		case "stopped": return refuse(state, "The robot is stopped: reset it first");
		case "teleop": return refuse(state, "A person drives the arm: hand back first");
		case "holding":
		case "executing":
		case "homing": return unchanged(state);
		default: return require_result.assertNever(state.phase);
	}
}
function commit(state, epoch, queue) {
	const drop = (reason) => ({
		state,
		effects: [{
			type: "commitDropped",
			queue,
			reason
		}]
	});
	if (epoch !== state.epoch) return drop(`chunk of epoch ${epoch}, now ${state.epoch}`);
	if (!state.engaged) return drop("no run is on");
	if (state.phase.kind !== "holding") return drop(`the robot is ${state.phase.kind}`);
	if (state.queue) return drop("another chunk is queued");
	return {
		state: {
			...state,
			queue,
			phase: { kind: "executing" }
		},
		effects: []
	};
}
function transitionMotion(state, event) {
	const { kind } = state.phase;
	switch (event.type) {
		case "stop":
			if (kind === "stopped") return unchanged(state);
			return interrupt(state, {
				kind: "stopped",
				cause: event.cause
			}, false, `stopped: ${event.cause.message}`);
		case "reset":
			if (kind !== "stopped") return refuse(state, "The robot is not stopped");
			return interrupt(state, { kind: "holding" }, false, "reset");
		case "pause":
			if (kind === "paused") return unchanged(state);
			if (kind === "homing") {
				const cause = {
					code: "homingPaused",
					message: "Going home was interrupted; resume or go home again"
				};
				return interrupt(state, {
					kind: "held",
					cause
				}, state.engaged, cause.message);
			}
			if (kind !== "holding" && kind !== "executing") return unchanged(state);
			return {
				state: {
					...state,
					phase: { kind: "paused" },
					epoch: state.epoch + 1,
					pausedAtNanos: event.nowNanos
				},
				effects: [{ type: "paused" }]
			};
		case "resume": return resume(state, event.nowNanos, event.armMoved);
		case "hold":
			if (kind === "stopped" || kind === "teleop" || kind === "held") return unchanged(state);
			return interrupt(state, {
				kind: "held",
				cause: event.cause
			}, state.engaged, event.cause.message);
		case "home":
			if (kind === "stopped") return refuse(state, "The robot is stopped: reset it first");
			if (kind === "teleop") return refuse(state, "A person drives the arm: hand back first");
			if (kind === "homing") return unchanged(state);
			if (state.engaged && kind !== "paused" && kind !== "held") return refuse(state, "The policy drives the arm: pause it or end the episode first");
			return interrupt(state, { kind: "homing" }, state.engaged, "going home");
		case "homed":
			if (kind !== "homing") return unchanged(state);
			return {
				state: {
					...state,
					phase: state.engaged ? {
						kind: "held",
						cause: {
							code: "homed",
							message: "The arm is home; resume to go on"
						}
					} : { kind: "holding" }
				},
				effects: []
			};
		case "engage":
			if (kind !== "holding") return refuse(state, `The robot is ${kind}`);
			return {
				state: {
					...state,
					engaged: true,
					epoch: state.epoch + 1,
					queue: null
				},
				effects: [{ type: "engagePolicy" }]
			};
		case "disengage": return interrupt(state, kind === "stopped" || kind === "teleop" || event.unanswered && (kind === "held" || kind === "homing") ? state.phase : { kind: "holding" }, false, event.reason);
		case "takeOver":
			if (kind === "stopped") return refuse(state, "The robot is stopped: reset it first");
			if (kind === "teleop") return refuse(state, "A person drives the arm already");
			return interrupt(state, {
				kind: "teleop",
				source: event.source
			}, state.engaged, "taken over");
		case "handBack": {
			if (kind !== "teleop") return refuse(state, "Nobody has taken over");
			const back = interrupt({
				...state,
				engaged: false
			}, { kind: "holding" }, state.engaged, "handed back");
			return state.engaged ? {
				...back,
				effects: [...back.effects, { type: "engagePolicy" }]
			} : back;
		}
		case "commit": return commit(state, event.epoch, event.queue);
		case "actionDone": {
			if (kind !== "executing" || !state.queue) return unchanged(state);
			const action = state.queue.action + 1;
			if (action < state.queue.horizon) return unchanged({
				...state,
				queue: {
					...state.queue,
					action
				}
			});
			return {
				state: {
					...state,
					queue: null,
					phase: { kind: "holding" }
				},
				effects: [{
					type: "queueEnded",
					queue: state.queue,
					actionsExecuted: action,
					reason: null
				}]
			};
		}
		default: return require_result.assertNever(event);
	}
}
/** True while the machine lets the arm be commanded to move. */
function mayMove(state) {
	return state.phase.kind === "executing" || state.phase.kind === "homing";
}
// src/shared/safety/watchdog.ts
/** The first reason to hold the robot, or null when all is well. */
function watchdogVerdict(inputs, limits, nowNanos) {
	if (inputs.consecutiveDriverErrors >= limits.maxConsecutiveDriverErrors) return {
		code: "driver",
		message: `The arm did not answer ${inputs.consecutiveDriverErrors} times in a row: ${inputs.lastDriverError ?? "no detail"}`
	};
	if (inputs.lastHeartbeatNanos !== null) {
		if (nowNanos - inputs.lastHeartbeatNanos > limits.heartbeatTimeoutNanos) return {
			code: "heartbeatLost",
			message: `The operator window has been silent for more than ${require_units.nanosToMillis(limits.heartbeatTimeoutNanos)} ms`
		};
	}
	return null;
}
// src/shared/safety/gateAction.ts
/** Rounding slack at the faces of the workspace box, metres: far below any arm's resolution. */
var WORKSPACE_SLACK_METRES = 1e-6;
/** Relative slack, so that a command exactly at a limit isn't reported as clamped. */
var LIMIT_SLACK = 1e-9;
var reject = (code, message) => ({
	kind: "reject",
	cause: {
		code,
		message
	}
});
function gateAction(action, observation, limits, nowNanos) {
	const { joints, tickSec } = limits;
	if (nowNanos >= action.expiresNanos) return reject("expired", "The command expired before it could be sent");
	if (action.position.length !== joints.length) return reject("shape", `The command has ${action.position.length} joints, the robot ${joints.length}`);
	const badJoint = joints.find((_, index) => !Number.isFinite(action.position[index]));
	if (badJoint) return reject("nonFinite", `The command for ${badJoint.name} is not a finite number`);
	const clamped = /* @__PURE__ */ new Map();
	const inRange = joints.map((joint, index) => {
		const wanted = action.position[index];
		const allowed = require_units.clamp(wanted, joint.min, joint.max);
		if (Math.abs(allowed - wanted) > LIMIT_SLACK) clamped.set(joint.name, "position");
		return allowed;
	});
	const speedFactor = joints.reduce((factor, joint, index) => {
		const speed = Math.abs(inRange[index] - observation.lastSentPosition[index]) / tickSec;
		if (speed <= joint.maxVelocityPerSec * 1.000000001) return factor;
		clamped.set(joint.name, "velocity");
		return Math.min(factor, joint.maxVelocityPerSec / speed);
	}, 1);
	const position = joints.map((joint, index) => {
		const last = observation.lastSentPosition[index];
		const velocity = (inRange[index] - last) * speedFactor / tickSec;
		const lastVelocity = observation.lastSentVelocity[index];
		const maxChange = joint.maxAccelerationPerSec2 * tickSec;
		const allowed = require_units.clamp(velocity, lastVelocity - maxChange, lastVelocity + maxChange);
		if (Math.abs(allowed - velocity) > LIMIT_SLACK * maxChange) clamped.set(joint.name, "acceleration");
		return require_units.clamp(last + allowed * tickSec, joint.min, joint.max);
	});
	const jumping = joints.find((joint, index) => Math.abs(position[index] - observation.presentPosition[index]) > joint.maxJump);
	if (jumping) return reject("jump", `${jumping.name} would jump further than allowed from where the arm is now`);
	const [x, y, z] = limits.forward(position);
	const outside = [
		x,
		y,
		z
	].findIndex((value, axis) => !(value >= limits.workspace.min[axis] - WORKSPACE_SLACK_METRES) || !(value <= limits.workspace.max[axis] + WORKSPACE_SLACK_METRES));
	if (outside >= 0) return reject("workspace", `The command would leave the workspace along ${"xyz"[outside] ?? "?"}`);
	return {
		kind: "send",
		position,
		verdict: clamped.size === 0 ? { kind: "pass" } : {
			kind: "clamp",
			joints: [...clamped].map(([joint, limit]) => ({
				joint,
				limit
			}))
		}
	};
}
// src/main/robot/armMotion.ts
var NO_ERRORS = {
	consecutive: 0,
	last: null
};
/** A clamped tick makes the arm late: this many extra ticks may finish an action before the rest is given up. */
var MAX_CATCH_UP_TICKS = 50;
var REACHED_METRES = 1e-6;
var MOVED_TOLERANCE = .02;
var lerp = (from, to, fraction) => from + (to - from) * fraction;
/** Targets end at the faces of the workspace, as an arm's travel does: part of what an action means, no clamp. */
function clampToWorkspace(xyz, box) {
	return [
		require_units.clamp(xyz[0], box.min[0], box.max[0]),
		require_units.clamp(xyz[1], box.min[1], box.max[1]),
		require_units.clamp(xyz[2], box.min[2], box.max[2])
	];
}
function createArmMotion(spec, driver) {
	const gripperIndex = spec.joints.findIndex((joint) => joint.kind === "gripper");
	const tickSec = 1 / spec.loopRateHz;
	const kinematics = createKinematics(spec);
	const toolPosition = (position) => kinematics.forward(position).position;
	const limits = {
		joints: spec.joints,
		workspace: spec.workspace,
		forward: toolPosition,
		tickSec
	};
	const home = spec.joints.map((joint) => joint.home);
	let state = {
		capturedNanos: 0,
		position: home,
		velocity: home.map(() => 0)
	};
	let lastSent = home;
	let lastVelocity = home.map(() => 0);
	let commanded = {
		xyz: toolPosition(home),
		gripper: home[gripperIndex] ?? 0
	};
	/** Actions move the tool without turning it: it keeps pointing as it did when the arm was taken over. */
	let heldRotation = kinematics.forward(home).rotation;
	let segment = null;
	let asked = null;
	let sent = null;
	let verdict = { kind: "pass" };
	let adopted = false;
	/** Last sent when `state` was read. */
	let sentAtRead = home;
	/** A segment was given up and the world hasn't been told yet. */
	let settleOwed = false;
	let readErrors = NO_ERRORS;
	let writeErrors = NO_ERRORS;
	const countErrors = (before, result) => result.ok ? NO_ERRORS : {
		consecutive: before.consecutive + 1,
		last: result.error.message
	};
	const poseAt = (position) => ({
		xyz: toolPosition(position),
		gripper: position[gripperIndex] ?? 0
	});
	/** False when the driver couldn't send it: the arm has not been told and is where it was. */
	function write(position, settles, nowNanos) {
		const result = driver.write({
			position,
			settles
		}, nowNanos);
		writeErrors = countErrors(writeErrors, result);
		const reached = result.ok ? position : lastSent;
		lastVelocity = reached.map((value, index) => (value - lastSent[index]) / tickSec);
		lastSent = reached;
		return result.ok;
	}
	function hold(nowNanos) {
		const moved = adopted && spec.joints.some(({ maxJump }, index) => Math.abs(state.position[index] - sentAtRead[index]) > maxJump);
		if (moved) adopt();
		if (adopted && write(lastSent, settleOwed, nowNanos)) settleOwed = false;
		return moved ? "moved" : "still";
	}
	/** The arm as last read is where it is commanded to be. */
	function adopt() {
		adopted = true;
		lastSent = state.position;
		lastVelocity = state.position.map(() => 0);
		commanded = poseAt(lastSent);
		heldRotation = kinematics.forward(lastSent).rotation;
		sentAtRead = lastSent;
	}
	function read(nowNanos) {
		const result = driver.read(nowNanos);
		readErrors = countErrors(readErrors, result);
		if (!result.ok) return require_result.err(result.error.message);
		state = result.value;
		if (adopted) sentAtRead = lastSent;
		else adopt();
		return require_result.ok(void 0);
	}
	function reaches(target, position) {
		const reached = poseAt(position);
		return Math.hypot(...target.xyz.map((value, axis) => value - reached.xyz[axis])) <= REACHED_METRES && Math.abs(target.gripper - reached.gripper) <= REACHED_METRES;
	}
	function jointsFor(pose) {
		const orientation = {
			kind: "rotation",
			rotation: heldRotation
		};
		const solved = kinematics.inverse({
			position: pose.xyz,
			orientation
		}, lastSent);
		if (!solved.ok) return require_result.err(solved.error);
		return require_result.ok(solved.value.map((value, index) => index === gripperIndex ? pose.gripper : value));
	}
	const rejected = (cause) => {
		verdict = {
			kind: "reject",
			cause
		};
		return {
			kind: "rejected",
			cause
		};
	};
	return {
		commanded: () => commanded,
		present: () => state,
		asked: () => asked,
		sent: () => sent,
		verdict: () => verdict,
		driverErrors: () => readErrors.consecutive > writeErrors.consecutive ? readErrors : writeErrors,
		isMidAction: () => segment !== null,
		isAdopted: () => adopted,
		presentTool: () => toolPosition(state.position),
		homePose: poseAt(home),
		read,
		hold,
		beginAction(action, ticks) {
			const to = {
				xyz: clampToWorkspace([
					commanded.xyz[0] + action.deltaMetres[0],
					commanded.xyz[1] + action.deltaMetres[1],
					commanded.xyz[2] + action.deltaMetres[2]
				], spec.workspace),
				gripper: action.gripperOpening ?? commanded.gripper
			};
			segment = {
				from: commanded,
				to,
				ticks,
				tick: 0
			};
		},
		beginMoveTo(target, metresPerSec) {
			const distance = Math.hypot(...target.xyz.map((value, axis) => value - commanded.xyz[axis]));
			const ticks = Math.max(5, Math.ceil(distance / metresPerSec * spec.loopRateHz));
			segment = {
				from: commanded,
				to: target,
				ticks,
				tick: 0
			};
		},
		advance(expiresNanos, nowNanos) {
			if (!segment) return { kind: "done" };
			const tick = segment.tick + 1;
			const fraction = Math.min(1, tick / segment.ticks);
			const joints = jointsFor({
				xyz: [
					lerp(segment.from.xyz[0], segment.to.xyz[0], fraction),
					lerp(segment.from.xyz[1], segment.to.xyz[1], fraction),
					lerp(segment.from.xyz[2], segment.to.xyz[2], fraction)
				],
				gripper: lerp(segment.from.gripper, segment.to.gripper, fraction)
			});
			if (!joints.ok) return rejected(joints.error);
			asked = joints.value;
			const gated = gateAction({
				position: joints.value,
				expiresNanos
			}, {
				presentPosition: state.position,
				lastSentPosition: lastSent,
				lastSentVelocity: lastVelocity
			}, limits, nowNanos);
			if (gated.kind === "reject") return rejected(gated.cause);
			verdict = gated.verdict;
			const mayEnd = tick >= segment.ticks;
			const givesUp = tick >= segment.ticks + MAX_CATCH_UP_TICKS;
			const reached = reaches(segment.to, gated.position);
			const ends = mayEnd && (reached || givesUp);
			if (!write(gated.position, ends, nowNanos)) return { kind: "moving" };
			sent = gated.position;
			segment.tick = tick;
			if (!ends) return { kind: "moving" };
			commanded = reached ? segment.to : poseAt(gated.position);
			segment = null;
			return { kind: "done" };
		},
		abandon(nowNanos) {
			if (!segment) return;
			segment = null;
			commanded = poseAt(lastSent);
			settleOwed = true;
			hold(nowNanos);
		},
		adoptPresent(nowNanos) {
			adopted = false;
			settleOwed = false;
			segment = null;
			read(nowNanos);
			asked = null;
			sent = null;
			verdict = { kind: "pass" };
		},
		hasMovedFromSent: () => state.position.some((value, index) => Math.abs(value - sentAtRead[index]) > MOVED_TOLERANCE)
	};
}
// src/main/robot/chunkExecution.ts
/** The account of a chunk that never became the queue. */
var notExecuted = ({ episode, prediction, human }, dropped) => ({
	episode,
	prediction,
	human,
	actionsExecuted: 0,
	queueMs: 0,
	executeMs: 0,
	clampedTicks: 0,
	dropped
});
/** Beyond the time its actions take, a chunk may be late by this much before it is stale. */
var CHUNK_SLACK_NANOS = require_units.millisToNanos(500);
/** A plan made from an older observation is not executed; people may well think for minutes. */
var MAX_OBSERVATION_AGE_NANOS = 600 * require_units.NANOS_PER_SECOND;
function createChunkExecution(arm, loopRateHz) {
	let committedNanos = 0;
	let firstMotionNanos = null;
	let clampedTicks = 0;
	const ticksPerAction = (controlRateHz) => Math.max(1, Math.round(loopRateHz / controlRateHz));
	return {
		objection(chunk, nowNanos) {
			if (!arm.isAdopted()) return {
				code: "unread",
				message: "The arm has not answered since the scene was laid out"
			};
			if (nowNanos - chunk.observationNanos > MAX_OBSERVATION_AGE_NANOS) return {
				code: "staleObservation",
				message: "The plan rests on an observation that is too old"
			};
			if (arm.hasMovedFromSent()) return {
				code: "moved",
				message: "The arm moved since the plan was made"
			};
			return null;
		},
		queueFor(chunk, controlRateHz, nowNanos) {
			const horizon = Math.min(chunk.horizon, chunk.actions.length);
			const ticks = horizon * ticksPerAction(controlRateHz);
			return {
				episode: chunk.episode,
				prediction: chunk.prediction,
				actions: chunk.actions,
				horizon,
				action: 0,
				human: chunk.human,
				expiresNanos: Math.min(chunk.committedNanos, nowNanos) + ticks / loopRateHz * require_units.NANOS_PER_SECOND + CHUNK_SLACK_NANOS
			};
		},
		begin(nowNanos) {
			committedNanos = nowNanos;
			firstMotionNanos = null;
			clampedTicks = 0;
		},
		advance(queue, controlRateHz, nowNanos) {
			if (!arm.isMidAction()) {
				const action = queue.actions[queue.action];
				if (!action) return { kind: "done" };
				firstMotionNanos ??= nowNanos;
				arm.beginAction(action, ticksPerAction(controlRateHz));
			}
			const outcome = arm.advance(queue.expiresNanos, nowNanos);
			if (arm.verdict().kind === "clamp") clampedTicks += 1;
			return outcome;
		},
		account: (queue, actionsExecuted, dropped, nowNanos) => ({
			episode: queue.episode,
			prediction: queue.prediction,
			human: queue.human,
			actionsExecuted,
			queueMs: firstMotionNanos === null ? 0 : require_units.nanosToMillis(firstMotionNanos - committedNanos),
			executeMs: firstMotionNanos === null ? 0 : require_units.nanosToMillis(nowNanos - firstMotionNanos),
			clampedTicks,
			dropped
		})
	};
}
// src/main/robot/homing.ts
var HOMING_METRES_PER_SEC = .15;
/** Homing has no plan that could go stale, only this much time. */
var HOMING_TIMEOUT_NANOS = 60 * require_units.NANOS_PER_SECOND;
function createHoming(arm) {
	let stage = "up";
	let deadlineNanos = 0;
	function beginStage() {
		const { xyz, gripper } = arm.commanded();
		const home = arm.homePose.xyz;
		const target = stage === "up" ? [
			xyz[0],
			xyz[1],
			home[2]
		] : home;
		arm.beginMoveTo({
			xyz: target,
			gripper
		}, HOMING_METRES_PER_SEC);
	}
	return {
		begin(nowNanos) {
			stage = "up";
			deadlineNanos = nowNanos + HOMING_TIMEOUT_NANOS;
			beginStage();
		},
		advance(nowNanos) {
			const outcome = arm.advance(deadlineNanos, nowNanos);
			if (outcome.kind !== "done" || stage === "across") return outcome;
			stage = "across";
			beginStage();
			return { kind: "moving" };
		}
	};
}
// src/main/robot/policyLink.ts
function createPolicyLink(send) {
	let controlRateHz = null;
	let owed = false;
	let observeEpoch = null;
	let scenesLaidOut = 0;
	/** Index of the last committed prediction on this scene. */
	let lastCommitted = -1;
	return {
		controlRateHz: () => controlRateHz,
		owesEngagement: () => owed && controlRateHz !== null,
		ready(rateHz) {
			controlRateHz = rateHz;
		},
		lost() {
			controlRateHz = null;
			observeEpoch = null;
		},
		engage(epoch, { episode, sceneSeed }) {
			observeEpoch = null;
			owed = controlRateHz === null;
			if (owed) return;
			const firstPrediction = lastCommitted + 1;
			send({
				type: "engage",
				epoch,
				episode,
				sceneSeed,
				scene: scenesLaidOut,
				firstPrediction
			});
		},
		disengage(epoch, reason) {
			observeEpoch = null;
			owed = false;
			send({
				type: "disengage",
				epoch,
				reason
			});
		},
		askedToObserve(epoch) {
			observeEpoch = epoch;
		},
		takeObserveRequest(epoch) {
			if (observeEpoch !== epoch) return false;
			observeEpoch = null;
			return true;
		},
		sceneLaidOut() {
			scenesLaidOut += 1;
			lastCommitted = -1;
		},
		committed(prediction) {
			lastCommitted = prediction;
		}
	};
}
// src/main/robot/runLifecycle.ts
/** The life of a run: ready → running → ended, episode after episode. Pure. */
/** The scene an episode of a run is played on. */
function episodeScene(request, episode) {
	const chains = require_bench.LEVEL_CHAINS[request.level];
	return {
		sceneSeed: request.seedBase + episode >>> 0,
		chainDepth: chains[episode % chains.length] ?? 0
	};
}
/** A fresh run on its first scene. */
function newRun(request, facts) {
	return {
		...newEpisode(request, 0, facts),
		finished: 0,
		successes: 0
	};
}
function newEpisode(request, episode, facts) {
	return {
		phase: { kind: "ready" },
		request,
		episode,
		actionsExecuted: 0,
		...episodeScene(request, episode),
		...facts
	};
}
var nextEpisode = (run, facts) => ({
	...run,
	...newEpisode(run.request, run.episode + 1, facts)
});
var startEpisode = (run) => ({
	...run,
	phase: { kind: "running" }
});
var countAction = (run) => ({
	...run,
	actionsExecuted: run.actionsExecuted + 1
});
var endEpisode = (run, outcome) => ({
	...run,
	phase: {
		kind: "ended",
		outcome
	},
	finished: run.finished + 1,
	successes: run.successes + (outcome.success ? 1 : 0)
});
/** Whether the next episode of this run starts by itself. */
var goesOn = (run) => run.phase.kind === "ended" && run.request.continuous && (run.request.episodes === null || run.finished < run.request.episodes);
var sameRequest = (a, b) => a.level === b.level && a.seedBase === b.seedBase;
// src/main/robot/runControl.ts
function createRunControl(options) {
	const { world, motion, apply, refuse, nowNanos } = options;
	const facts = () => ({
		instruction: world.instruction(),
		actionBudget: world.actionBudget()
	});
	let nextEpisodeNanos = null;
	let run = layOut(newRun(options.initialRequest, {
		instruction: "",
		actionBudget: 1
	}));
	function layOut(next) {
		world.newScene(next.sceneSeed, next.chainDepth);
		options.onScene();
		nextEpisodeNanos = null;
		return {
			...next,
			...facts()
		};
	}
	function begin() {
		run = startEpisode(run);
		apply({ type: "engage" });
	}
	function finish(outcome) {
		if (run.phase.kind !== "running") return;
		const { phase, engaged } = motion();
		const drives = engaged && (phase.kind === "executing" || phase.kind === "holding");
		run = endEpisode(run, outcome);
		const reason = `episode ended: ${outcome.reason}`;
		apply({
			type: "disengage",
			reason,
			unanswered: outcome.judge === "bench"
		});
		if (drives && goesOn(run)) nextEpisodeNanos = nowNanos() + require_units.millisToNanos(options.betweenEpisodesMs);
		options.onEpisodeEnd(run, outcome);
	}
	/** Ends the episode when the world has decided it. */
	function judge() {
		if (run.phase.kind !== "running") return false;
		const outcome = world.outcome();
		if (outcome) finish({
			...outcome,
			judge: "bench"
		});
		return outcome !== null;
	}
	return {
		run: () => run,
		start(request) {
			if (!options.policyReady()) return refuse("start", "The policy is not ready: wait until it is loaded, or see Messages");
			const { phase, engaged } = motion();
			if (phase.kind !== "holding") return refuse("start", waitsFor(phase.kind));
			if (engaged) return refuse("start", "An episode is running: end or discard it first");
			if (run.phase.kind === "running") return apply({ type: "engage" });
			if (!sameRequest(run.request, request)) run = layOut(newRun(request, facts()));
			else if (run.phase.kind === "ended") run = layOut(nextEpisode({
				...run,
				request
			}, facts()));
			else run = {
				...run,
				request
			};
			begin();
		},
		newScene(request) {
			const { phase, engaged } = motion();
			if (engaged || run.phase.kind === "running") return refuse("newScene", "An episode is running: end or discard it first");
			if (phase.kind !== "holding" && phase.kind !== "held") return refuse("newScene", waitsFor(phase.kind));
			run = layOut(newRun(request, facts()));
		},
		setContinuous(on) {
			run = {
				...run,
				request: {
					...run.request,
					continuous: on
				}
			};
			if (!on) nextEpisodeNanos = null;
		},
		endByOperator(success) {
			if (run.phase.kind !== "running") return refuse("endEpisode", "No episode is running");
			const reason = success ? "success" : "failure";
			finish({
				success,
				reason,
				message: `Ended by the operator as a ${reason}`,
				judge: "operator"
			});
		},
		discard() {
			if (run.phase.kind !== "running") return refuse("discardEpisode", "No episode is running");
			if (motion().phase.kind === "stopped") return refuse("discardEpisode", "Reset the stop first");
			apply({
				type: "disengage",
				reason: "episode discarded",
				unanswered: false
			});
			run = layOut({
				...run,
				phase: { kind: "ready" },
				actionsExecuted: 0
			});
		},
		reengage() {
			const { phase, engaged } = motion();
			if (phase.kind !== "holding" || engaged || run.phase.kind !== "running") return false;
			apply({ type: "engage" });
			return true;
		},
		actionDone() {
			run = countAction(run);
			if (judge()) return;
			if (run.actionsExecuted >= run.actionBudget) finish({
				success: false,
				reason: "timeout",
				message: `Undecided after ${run.actionsExecuted} actions`,
				judge: "bench"
			});
		},
		tick(nowNanos) {
			judge();
			if (nextEpisodeNanos === null || nowNanos < nextEpisodeNanos) return;
			if (motion().phase.kind !== "holding" || !options.policyReady()) return;
			run = layOut(nextEpisode(run, facts()));
			begin();
		},
		cancelNext() {
			nextEpisodeNanos = null;
		},
		nextIsDue: () => nextEpisodeNanos !== null
	};
}
/** Why something that needs a holding robot is refused, and the way there. */
function waitsFor(kind) {
	switch (kind) {
		case "stopped": return "The robot is stopped: reset it first";
		case "paused":
		case "held": return `The robot is ${kind}: resume first`;
		case "executing":
		case "homing": return `The robot is ${kind}: wait until it is done, or pause it`;
		case "teleop": return "A person drives the arm: hand back first";
		case "holding": return "The robot is holding";
		default: return require_result.assertNever(kind);
	}
}
// src/main/robot/station.ts
var WATCHDOG = {
	heartbeatTimeoutNanos: require_units.millisToNanos(1e3),
	maxConsecutiveDriverErrors: 5
};
function createStation(options) {
	const { spec, world, sendUi, sendPolicy, nowNanos } = options;
	const arm = createArmMotion(spec, options.driver);
	const chunks = createChunkExecution(arm, spec.loopRateHz);
	const homing = createHoming(arm);
	const policy = createPolicyLink(sendPolicy);
	let motion = options.startStopped ? {
		...initialMotion,
		phase: {
			kind: "stopped",
			cause: options.startStopped
		}
	} : initialMotion;
	let publishedWorld = null;
	let lastHeartbeatNanos = options.supervised ? nowNanos() : null;
	let ticks = 0;
	const controlRateHz = () => policy.controlRateHz() ?? spec.loopRateHz;
	const refuse = (command, reason) => sendUi({
		type: "refused",
		command,
		reason
	});
	const runs = createRunControl({
		...options,
		motion: () => motion,
		apply,
		onScene: () => {
			arm.adoptPresent(nowNanos());
			policy.sceneLaidOut();
		},
		policyReady: () => policy.controlRateHz() !== null,
		refuse
	});
	function apply(event) {
		const { state, effects } = transitionMotion(motion, event);
		motion = state;
		for (const effect of effects) perform(effect, event.type);
		if (arm.isMidAction() && !mayMove(motion) && motion.phase.kind !== "paused") arm.abandon(nowNanos());
	}
	function perform(effect, command) {
		switch (effect.type) {
			case "engagePolicy": return policy.engage(motion.epoch, runs.run());
			case "disengagePolicy": return policy.disengage(motion.epoch, effect.reason);
			case "paused": return sendPolicy({
				type: "paused",
				epoch: motion.epoch
			});
			case "resumed":
				sendPolicy({
					type: "resumed",
					epoch: motion.epoch
				});
				return engageIfOwed();
			case "queueEnded": return report(chunks.account(effect.queue, effect.actionsExecuted, effect.reason, nowNanos()));
			case "commitDropped": return report(notExecuted(effect.queue, effect.reason));
			case "refused": return refuse(command, effect.reason);
			default: return require_result.assertNever(effect);
		}
	}
	/** A policy that came (back) after it was wanted hears of it as soon as the arm may move. */
	function engageIfOwed() {
		if (!motion.engaged || motion.phase.kind !== "holding" || !policy.owesEngagement()) return;
		policy.engage(motion.epoch, runs.run());
	}
	function report(execution) {
		sendUi({
			type: "execution",
			execution
		});
		sendPolicy({
			type: "execution",
			execution
		});
	}
	function commit(chunk) {
		const now = nowNanos();
		if (chunk.epoch === motion.epoch) policy.committed(chunk.prediction);
		const queue = chunks.queueFor(chunk, controlRateHz(), now);
		const objection = chunk.epoch === motion.epoch ? chunks.objection(chunk, now) : null;
		if (objection) {
			report(notExecuted(queue, objection.message));
			return apply({
				type: "hold",
				cause: objection
			});
		}
		apply({
			type: "commit",
			epoch: chunk.epoch,
			queue
		});
		if (motion.queue === queue) chunks.begin(now);
	}
	function goHome() {
		if (!arm.isAdopted()) return refuse("home", "The arm does not answer");
		const wasHoming = motion.phase.kind === "homing";
		runs.cancelNext();
		apply({ type: "home" });
		if (wasHoming || motion.phase.kind !== "homing") return;
		arm.abandon(nowNanos());
		homing.begin(nowNanos());
	}
	function answerObserve(now) {
		if (!(motion.phase.kind === "holding" || motion.phase.kind === "paused") || motion.queue || !arm.isAdopted()) return;
		if (!policy.takeObserveRequest(motion.epoch)) return;
		const { episode, instruction } = runs.run();
		sendPolicy({
			type: "observation",
			observation: {
				epoch: motion.epoch,
				episode,
				capturedNanos: now,
				images: world.images(now),
				proprioception: world.proprioception(),
				commandedMetres: [...arm.commanded().xyz],
				instruction
			}
		});
	}
	function move(now) {
		switch (motion.phase.kind) {
			case "executing": {
				if (!motion.queue) return;
				const outcome = chunks.advance(motion.queue, controlRateHz(), now);
				if (holdIfRejected(outcome) || outcome.kind !== "done") return;
				apply({ type: "actionDone" });
				return runs.actionDone();
			}
			case "homing": {
				const outcome = homing.advance(now);
				if (holdIfRejected(outcome) || outcome.kind !== "done") return;
				return apply({ type: "homed" });
			}
			case "holding":
			case "paused":
			case "held":
			case "stopped":
			case "teleop": return holdStill(now);
			default: return require_result.assertNever(motion.phase);
		}
	}
	function holdStill(now) {
		if (arm.hold(now) === "still" || !motion.engaged) return;
		apply({
			type: "hold",
			cause: {
				code: "moved",
				message: "Something moved the arm away from where it held"
			}
		});
	}
	function holdIfRejected(outcome) {
		if (outcome.kind !== "rejected") return false;
		apply({
			type: "hold",
			cause: outcome.cause
		});
		return true;
	}
	function watch(now) {
		const { consecutive, last } = arm.driverErrors();
		const cause = watchdogVerdict({
			lastHeartbeatNanos,
			consecutiveDriverErrors: consecutive,
			lastDriverError: last
		}, WATCHDOG, now);
		if (!cause) return;
		runs.cancelNext();
		if (motion.engaged || mayMove(motion)) apply({
			type: "hold",
			cause
		});
	}
	function publish(now) {
		if (lastHeartbeatNanos !== null && now - lastHeartbeatNanos > WATCHDOG.heartbeatTimeoutNanos) return;
		if (world.version() !== publishedWorld) {
			publishedWorld = world.version();
			sendUi({
				type: "scene",
				nanos: now,
				scene: world.view()
			});
			sendUi({
				type: "frames",
				images: world.images(now)
			});
		}
		const { queue } = motion;
		sendUi({
			type: "snapshot",
			snapshot: {
				nanos: now,
				tick: ticks,
				motion: motion.phase,
				epoch: motion.epoch,
				engaged: motion.engaged,
				run: runs.run(),
				state: arm.present(),
				asked: arm.asked() && [...arm.asked() ?? []],
				sent: arm.sent() && [...arm.sent() ?? []],
				verdict: arm.verdict(),
				endEffectorMetres: [...arm.presentTool()],
				queue: queue && {
					prediction: queue.prediction,
					action: queue.action,
					horizon: queue.horizon
				},
				policyConnected: policy.controlRateHz() !== null,
				loop: options.loopStats()
			}
		});
	}
	let toldUnderWay = null;
	/** The policy process must know before it lets its policy be replaced. */
	function tellRun() {
		const underWay = motion.engaged || runs.nextIsDue();
		if (underWay === toldUnderWay) return;
		toldUnderWay = underWay;
		sendPolicy({
			type: "run",
			underWay
		});
	}
	return {
		run: runs.run,
		motion: () => motion,
		tick(now) {
			ticks += 1;
			arm.read(now);
			watch(now);
			move(now);
			runs.tick(now);
			answerObserve(now);
			tellRun();
			publish(now);
		},
		fromUi(message) {
			switch (message.type) {
				case "heartbeat":
					if (options.supervised) lastHeartbeatNanos = nowNanos();
					return;
				case "stop": return apply({
					type: "stop",
					cause: {
						code: "operator",
						message: message.reason
					}
				});
				case "reset":
					runs.cancelNext();
					return apply({ type: "reset" });
				case "pause": return apply({
					type: "pause",
					nowNanos: nowNanos()
				});
				case "resume":
					if (runs.reengage()) return;
					return apply({
						type: "resume",
						nowNanos: nowNanos(),
						armMoved: arm.hasMovedFromSent()
					});
				case "hold": return apply({
					type: "hold",
					cause: {
						code: "operator",
						message: "Held by the operator"
					}
				});
				case "home": return goHome();
				case "start": return runs.start(message.request);
				case "newScene": return runs.newScene(message.request);
				case "continuous": return runs.setContinuous(message.on);
				case "endEpisode": return runs.endByOperator(message.success);
				case "discardEpisode": return runs.discard();
				default: return require_result.assertNever(message);
			}
		},
		fromPolicy(message) {
			switch (message.type) {
				case "ready":
					policy.ready(message.controlRateHz);
					toldUnderWay = null;
					tellRun();
					return engageIfOwed();
				case "observe": return policy.askedToObserve(message.epoch);
				case "commit": return commit(message.chunk);
				case "hold": return apply({
					type: "hold",
					cause: {
						code: message.code,
						message: message.message
					}
				});
				default: return require_result.assertNever(message);
			}
		},
		greetUi() {
			publishedWorld = null;
			sendUi({
				type: "hello",
				spec
			});
		},
		uiLost() {
			if (!options.supervised) return;
			runs.cancelNext();
			if (!motion.engaged && !mayMove(motion)) return;
			apply({
				type: "hold",
				cause: {
					code: "uiLost",
					message: "The operator window closed or reloaded"
				}
			});
		},
		policyLost() {
			policy.lost();
			if (!motion.engaged) return;
			apply({
				type: "hold",
				cause: {
					code: "policyLost",
					message: "The policy process ended"
				}
			});
		}
	};
}
// src/main/hosts/benchStation.ts
/** The bench as a run sees it. */
function benchWorld({ bench }) {
	return {
		newScene: (sceneSeed, chainDepth) => bench.newScene({
			seed: sceneSeed,
			chainDepth
		}),
		instruction: () => bench.instruction(),
		actionBudget: () => bench.actionBudget(),
		outcome: () => bench.outcome(),
		images: (nowNanos) => require_benchObservations.benchImages(bench.rasters(), nowNanos),
		proprioception: () => bench.proprioception(),
		view: () => bench.view(),
		version: () => bench.version()
	};
}
function createBenchStation(options) {
	const { spec, config, nowNanos } = options;
	const driver = createSimDriver({ spec });
	driver.connect(nowNanos());
	return createStation({
		spec,
		driver,
		world: benchWorld(driver),
		initialRequest: config.initialRequest,
		supervised: config.supervised,
		startStopped: config.restarted ? {
			code: "restarted",
			message: "The robot process restarted; what it did before is unknown"
		} : null,
		betweenEpisodesMs: config.betweenEpisodesMs,
		nowNanos,
		loopStats: options.loopStats,
		sendUi: options.sendUi,
		sendPolicy: options.sendPolicy,
		onEpisodeEnd: (run, outcome) => options.onEpisodeEnd({
			episode: run.episode,
			sceneSeed: run.sceneSeed,
			chainDepth: run.chainDepth,
			actions: run.actionsExecuted,
			outcome
		})
	});
}
Object.defineProperty(exports, "createBenchStation", {
	enumerable: true,
	get: function() {
		return createBenchStation;
	}
});

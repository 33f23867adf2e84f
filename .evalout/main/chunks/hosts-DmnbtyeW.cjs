const require_result = require("./result-C6aRCjrD.cjs");
const require_bench = require("./bench-BjCpIbrn.cjs");
let zod = require("zod");
// src/shared/domain/examination.ts
/**
* What the Policy view learns of a bundle without using it: examined and compared in a process of its own, so that
* neither the running policy nor the robot can be disturbed by it.
*/
var { precision, provenance } = require_result.policyInfo.shape;
/** Medians over the rounds of an examination, milliseconds. `step` and `coda` are per iteration. */
var stageMedians = zod.z.object({
	encode: zod.z.number(),
	prelude: zod.z.number(),
	step: zod.z.number(),
	coda: zod.z.number()
});
/** One execution provider with one precision of the graphs: measured, or refused with the reason. */
var trial = zod.z.object({
	provider: zod.z.string(),
	precision,
	outcome: zod.z.discriminatedUnion("ok", [zod.z.object({
		ok: zod.z.literal(true),
		stages: stageMedians,
		selfTest: require_result.policyInfo.shape.selfTest
	}), zod.z.object({
		ok: zod.z.literal(false),
		reason: zod.z.string()
	})])
});
var bundleDescription = zod.z.object({
	/** Folder or zip it was read from. */
	origin: zod.z.string(),
	hash: zod.z.string(),
	bytes: zod.z.int().min(0),
	name: zod.z.string(),
	version: zod.z.string(),
	description: zod.z.string(),
	provenance,
	robot: zod.z.string(),
	actionDims: zod.z.array(require_result.actionDimension).min(1),
	proprioDims: zod.z.array(require_result.actionDimension).min(1),
	chunkLength: zod.z.int().min(1),
	latentShape: zod.z.tuple([zod.z.int(), zod.z.int()]),
	controlRateHz: zod.z.number().positive(),
	cameras: zod.z.array(zod.z.object({
		name: zod.z.string(),
		width: zod.z.int(),
		height: zod.z.int()
	})),
	tasks: zod.z.array(zod.z.string()),
	defaults: require_result.refinementSettings,
	/** Precisions it has, each with the exporter's measured error of a normalised action. */
	variants: zod.z.array(zod.z.object({
		precision,
		maxActionError: zod.z.number()
	})).min(1)
});
var examination = zod.z.object({
	bundle: bundleDescription,
	/** Why it can't drive the arm that is here; null when it can. */
	undrivable: zod.z.string().nullable(),
	/** In the order of preference: providers best first, precisions as the bundle lists them. */
	trials: zod.z.array(trial)
});
/** One side of a comparison. Errors and differences are mean absolute ones of normalised actions. */
var comparedBundle = zod.z.object({
	name: zod.z.string(),
	version: zod.z.string(),
	hash: zod.z.string(),
	stages: stageMedians,
	/** Iterations its own default rule takes, one entry per observation. */
	decidedK: zod.z.array(zod.z.int().min(1)).min(1),
	/** Entry k − 1: to the expert's chunk after k iterations; null where the observations have no expert. */
	expertError: zod.z.array(zod.z.number()).nullable()
});
var comparison = zod.z.object({
	/** `bench`: states of the simulator, with the expert's answer. `fixtures`: the two bundles' recorded examples. */
	observations: zod.z.object({
		source: zod.z.enum(["bench", "fixtures"]),
		count: zod.z.int().min(1)
	}),
	actionDims: zod.z.array(require_result.actionDimension).min(1),
	bundles: zod.z.tuple([comparedBundle, comparedBundle]),
	/** Entry k − 1: between the two after k iterations each. */
	difference: zod.z.array(zod.z.number()).min(1),
	/** Between the chunks they would act on, each at its own K: per action dimension, mean and largest. */
	decided: zod.z.array(zod.z.object({
		mean: zod.z.number(),
		largest: zod.z.number()
	})).min(1)
});
/** A bundle that was opened before, newest first. */
var recentBundle = zod.z.object({
	path: zod.z.string(),
	name: zod.z.string(),
	version: zod.z.string(),
	/** Milliseconds since 1970. */
	openedAt: zod.z.number()
});
var examinationProgress = zod.z.object({
	what: zod.z.string(),
	done: zod.z.number().min(0),
	total: zod.z.number().positive()
});
// src/shared/domain/fault.ts
/**
* What a person is told when something is wrong: what and where (`message`), and what to do (`tip`).
* `source` is the process or device that noticed it.
*/
var fault = zod.z.object({
	severity: zod.z.enum([
		"low",
		"medium",
		"high"
	]),
	source: zod.z.enum([
		"main",
		"robot",
		"policy",
		"recorder",
		"ui"
	]),
	code: zod.z.string(),
	message: zod.z.string(),
	tip: zod.z.string()
});
// src/shared/ipc/answer.ts
/** What was asked for, or why not: the fault names the cause and the way out. */
var answer = (value) => zod.z.discriminatedUnion("ok", [zod.z.object({
	ok: zod.z.literal(true),
	value
}), zod.z.object({
	ok: zod.z.literal(false),
	error: fault
})]);
// src/shared/domain/run.ts
/** What the operator asks for when a run starts on the bench. Episode e uses scene seed `seedBase + e`. */
var runRequest = zod.z.object({
	level: require_bench.benchLevel,
	seedBase: zod.z.int().min(0).max(4294967295),
	/** Start the next episode by itself when one ends. */
	continuous: zod.z.boolean(),
	/** Stop after this many episodes; null: until the operator ends the run. */
	episodes: zod.z.int().min(1).nullable()
});
var episodeOutcome = zod.z.object({
	success: zod.z.boolean(),
	reason: zod.z.string(),
	message: zod.z.string(),
	/** Who judged: the bench's own physics, or a person. */
	judge: zod.z.enum(["bench", "operator"])
});
/** ready → running → ended → (new scene) ready. */
var runPhase = zod.z.discriminatedUnion("kind", [
	zod.z.object({ kind: zod.z.literal("ready") }),
	zod.z.object({ kind: zod.z.literal("running") }),
	zod.z.object({
		kind: zod.z.literal("ended"),
		outcome: episodeOutcome
	})
]);
var runView = zod.z.object({
	phase: runPhase,
	request: runRequest,
	episode: zod.z.int().min(0),
	sceneSeed: zod.z.int().min(0),
	chainDepth: zod.z.int().min(0),
	instruction: zod.z.string(),
	actionsExecuted: zod.z.int().min(0),
	actionBudget: zod.z.int().min(1),
	finished: zod.z.int().min(0),
	successes: zod.z.int().min(0)
});
// src/shared/domain/robot.ts
/**
* What the gate holds one joint to, and how people read it. Revolute joints in radians; the gripper is a ratio
* (0 closed, 1 open).
*/
var jointSpec = zod.z.strictObject({
	name: zod.z.string().min(1),
	kind: zod.z.enum(["revolute", "gripper"]),
	/** rad, or ratio for a gripper. */
	min: zod.z.number(),
	max: zod.z.number(),
	/** rad/s, or 1/s for a gripper. */
	maxVelocityPerSec: zod.z.number().positive(),
	/** rad/s², or 1/s² for a gripper. */
	maxAccelerationPerSec2: zod.z.number().positive(),
	/** Largest difference allowed between a command and the present position, rad or ratio. */
	maxJump: zod.z.number().positive(),
	home: zod.z.number()
});
/** A motor on an arm's bus. Names are LeRobot's, so that its calibration files fit. */
var motorSpec = zod.z.strictObject({
	name: zod.z.string().min(1),
	id: zod.z.int().min(0).max(252),
	/** LeRobot's name of the model: `sts3215`, `xl330-m288`, … */
	model: zod.z.string().min(1),
	/** Turns against the joint's positive direction: Dynamixel's Drive_Mode 1; for Feetech the driver reverses. */
	reversed: zod.z.boolean(),
	/** A second motor on the same axle repeats what the motor of this name does; null for the one that is commanded. */
	follows: zod.z.string().nullable(),
	/** rad/s without load at the supply the robot uses, as the data sheet says. */
	noLoadRadPerSec: zod.z.number().positive()
});
/** One joint with the motors that turn it; a simulated one has none. */
var robotJoint = jointSpec.extend({
	motors: zod.z.array(motorSpec),
	/** Where the arm may lose its torque without falling, rad or ratio. */
	rest: zod.z.number(),
	/** Position in the middle of the calibrated range, which LeRobot calls 0°; rad, or ratio (0.5) for a gripper. */
	centre: zod.z.number(),
	/** How the gripper's motor turns between closed and open, nominal; a calibration's range replaces it. */
	gripperRange: zod.z.strictObject({
		closedRad: zod.z.number(),
		openRad: zod.z.number()
	}).nullable()
});
var vec3$1 = zod.z.tuple([
	zod.z.number(),
	zod.z.number(),
	zod.z.number()
]);
/** Metres, in the arm's world frame (a real arm's base frame); z is up. */
var workspaceBox = zod.z.strictObject({
	min: vec3$1,
	max: vec3$1
});
/**
* A vertical-tool arm: base yaw, shoulder and elbow pitch, wrist pitch that keeps the tool pointing down.
* All in metres in the world frame of the bench (x right, y towards the operator, z up).
*/
var armGeometry = zod.z.strictObject({
	kind: zod.z.literal("verticalTool"),
	base: vec3$1,
	upperArmMetres: zod.z.number().positive(),
	forearmMetres: zod.z.number().positive(),
	toolMetres: zod.z.number().min(0)
});
/** A frame within another: metres, and fixed-axis roll, pitch, yaw in radians as in URDF. */
var frame = {
	xyz: vec3$1,
	rpy: vec3$1
};
/**
* A chain of revolute joints from the base (x forward, z up) to the tool (z out of the gripper). Each link's
* frame is given in the one before it at position 0; the joint turns it around `axis`, a unit vector in it.
*/
var serialChainGeometry = zod.z.strictObject({
	kind: zod.z.literal("serialChain"),
	links: zod.z.array(zod.z.strictObject({
		joint: zod.z.string(),
		...frame,
		axis: vec3$1
	})).min(1).max(16),
	/** The gripper's point in the last link's frame. */
	tool: zod.z.strictObject(frame),
	/** Who says so: address, and commit or date. */
	sources: zod.z.array(zod.z.string().min(1)).min(1)
});
var robotGeometry = zod.z.discriminatedUnion("kind", [armGeometry, serialChainGeometry]);
/** When to warn of a motor of one model, and when to hold the arm before it is damaged. */
var motorThresholds = zod.z.strictObject({
	temperatureCelsius: zod.z.strictObject({
		warn: zod.z.number(),
		hold: zod.z.number()
	}),
	/** Outside of it the supply is wrong. */
	supplyVolts: zod.z.strictObject({
		min: zod.z.number(),
		max: zod.z.number()
	}),
	/** Of the largest torque, 0…1. */
	loadFraction: zod.z.strictObject({
		warn: zod.z.number().min(0).max(1),
		hold: zod.z.number().min(0).max(1)
	})
});
/** Where LeRobot keeps this robot's calibration: `<calibration>/<group>/<folder>/<id>.json`, newest folder first. */
var lerobotFolders = zod.z.strictObject({
	group: zod.z.enum(["robots", "teleoperators"]),
	folders: zod.z.array(zod.z.string().regex(/^\w+$/)).min(1)
});
/** One arm of a robot. `joints`, `geometry` and `workspace` of the spec hold for each of its arms alike. */
var armInstance = zod.z.strictObject({
	/** Goes before joint, motor and camera names with an underscore; empty for a robot of one arm. */
	prefix: zod.z.string().regex(/^[a-z]*$/),
	/** Which serial bus it hangs on; null in the simulator. The port is the operator's choice. */
	bus: zod.z.string().min(1).nullable(),
	/** Its base in the robot's frame. */
	mount: zod.z.strictObject(frame)
});
var robotSpec = zod.z.strictObject({
	name: zod.z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
	title: zod.z.string().min(1),
	driver: zod.z.enum([
		"sim",
		"feetech",
		"dynamixel"
	]),
	role: zod.z.enum(["follower", "leader"]),
	/** False where motors only measure: a leader whose gears were taken out can't be driven to a pose. */
	actuated: zod.z.boolean(),
	/** Says it for readers of the file; nothing else is understood. */
	units: zod.z.strictObject({
		angle: zod.z.literal("rad"),
		length: zod.z.literal("m"),
		time: zod.z.literal("s"),
		gripper: zod.z.literal("ratio")
	}),
	loopRateHz: zod.z.number().positive(),
	/** Of the serial buses; null in the simulator. */
	baudRate: zod.z.int().positive().nullable(),
	arms: zod.z.array(armInstance).min(1),
	joints: zod.z.array(robotJoint).min(1),
	workspace: workspaceBox,
	geometry: robotGeometry,
	torque: zod.z.strictObject({
		onExit: zod.z.enum([
			"hold",
			"lowerThenRelease",
			"release"
		]),
		onFault: zod.z.enum([
			"hold",
			"lowerThenRelease",
			"release"
		])
	}),
	/** By motor model. */
	thresholds: zod.z.record(zod.z.string(), motorThresholds),
	/** Cameras that this robot's policies look through, and where they are usually mounted. */
	cameras: zod.z.array(zod.z.strictObject({
		name: zod.z.string().min(1),
		mount: zod.z.string().min(1)
	})),
	lerobot: lerobotFolders.nullable(),
	/** Reasons for the limits, and what could not be verified. */
	notes: zod.z.array(zod.z.string())
});
/** Who is stopping or holding the robot, in a form a person can read and a table can group. */
var motionCause = zod.z.object({
	code: zod.z.string(),
	message: zod.z.string()
});
/** Motion phases (robot host). `stopped` is latched; `held` waits for a person. */
var motionPhase = zod.z.discriminatedUnion("kind", [
	zod.z.object({ kind: zod.z.literal("holding") }),
	zod.z.object({ kind: zod.z.literal("executing") }),
	zod.z.object({ kind: zod.z.literal("homing") }),
	zod.z.object({ kind: zod.z.literal("paused") }),
	zod.z.object({
		kind: zod.z.literal("held"),
		cause: motionCause
	}),
	zod.z.object({
		kind: zod.z.literal("teleop"),
		source: zod.z.string()
	}),
	zod.z.object({
		kind: zod.z.literal("stopped"),
		cause: motionCause
	})
]);
/** What the gate made of a command. `clamped` names joints and limits; `reject` says why nothing was sent. */
var gateVerdict = zod.z.discriminatedUnion("kind", [
	zod.z.object({ kind: zod.z.literal("pass") }),
	zod.z.object({
		kind: zod.z.literal("clamp"),
		joints: zod.z.array(zod.z.object({
			joint: zod.z.string(),
			limit: zod.z.string()
		}))
	}),
	zod.z.object({
		kind: zod.z.literal("reject"),
		cause: motionCause
	})
]);
/** Present state of the arm, one entry per joint of the spec, in its units. */
var robotState = zod.z.object({
	capturedNanos: zod.z.number(),
	position: zod.z.array(zod.z.number()),
	velocity: zod.z.array(zod.z.number())
});
/**
* One action of a chunk in SI units, as the policy host hands it to the robot host: an end-effector delta
* (metres, counted from the last commanded target) and the gripper's target opening (null: leave as it is).
*/
var endEffectorAction = zod.z.object({
	deltaMetres: vec3$1,
	gripperOpening: zod.z.number().min(0).max(1).nullable()
});
// src/shared/ipc/ports.ts
/**
* Messages on the three brokered ports (UI ↔ robot, UI ↔ policy, policy ↔ robot). Every receiver parses.
* Times are nanoseconds of the main side's monotonic clock (`process.hrtime`).
*/
var vec3 = zod.z.tuple([
	zod.z.number(),
	zod.z.number(),
	zod.z.number()
]);
var image = zod.z.object({
	name: zod.z.string(),
	width: zod.z.int().min(1),
	height: zod.z.int().min(1),
	capturedNanos: zod.z.number(),
	/** RGB, row-major, uint8. */
	rgb: zod.z.custom((value) => value instanceof Uint8Array, "expected a Uint8Array")
});
/** One observation: camera images + proprioception + instruction at one instant. */
var observation = zod.z.object({
	epoch: zod.z.int().min(0),
	episode: zod.z.int().min(0),
	capturedNanos: zod.z.number(),
	images: zod.z.array(image),
	/** End-effector x, y, z (metres) and gripper opening (ratio), not normalised. */
	proprioception: zod.z.array(zod.z.number()),
	/** Commanded end-effector target that the next chunk's deltas count from, metres. */
	commandedMetres: vec3,
	instruction: zod.z.string()
});
var uiToRobot = zod.z.discriminatedUnion("type", [
	zod.z.object({ type: zod.z.literal("heartbeat") }),
	zod.z.object({
		type: zod.z.literal("stop"),
		reason: zod.z.string().max(200).catch("by the operator")
	}),
	zod.z.object({ type: zod.z.literal("reset") }),
	zod.z.object({ type: zod.z.literal("pause") }),
	zod.z.object({ type: zod.z.literal("resume") }),
	zod.z.object({ type: zod.z.literal("hold") }),
	zod.z.object({ type: zod.z.literal("home") }),
	zod.z.object({
		type: zod.z.literal("start"),
		request: runRequest
	}),
	zod.z.object({
		type: zod.z.literal("newScene"),
		request: runRequest
	}),
	zod.z.object({
		type: zod.z.literal("continuous"),
		on: zod.z.boolean()
	}),
	zod.z.object({
		type: zod.z.literal("endEpisode"),
		success: zod.z.boolean()
	}),
	zod.z.object({ type: zod.z.literal("discardEpisode") })
]);
var loopStats = zod.z.object({
	rateHz: zod.z.number(),
	periodErrorP50Ms: zod.z.number(),
	periodErrorP99Ms: zod.z.number(),
	ticks: zod.z.int()
});
var robotSnapshot = zod.z.object({
	nanos: zod.z.number(),
	tick: zod.z.int(),
	motion: motionPhase,
	epoch: zod.z.int().min(0),
	/** A run is on and its policy may be asked for chunks; false after a stop until the operator resumes. */
	engaged: zod.z.boolean(),
	run: runView,
	state: robotState,
	/** Joint targets before and after the gate in the last tick that moved. */
	asked: zod.z.array(zod.z.number()).nullable(),
	sent: zod.z.array(zod.z.number()).nullable(),
	verdict: gateVerdict,
	endEffectorMetres: vec3,
	queue: zod.z.object({
		prediction: zod.z.int().min(0),
		action: zod.z.int().min(0),
		horizon: zod.z.int().min(1)
	}).nullable(),
	policyConnected: zod.z.boolean(),
	loop: loopStats
});
/** What became of a committed chunk in the robot host. */
var execution = zod.z.object({
	episode: zod.z.int().min(0),
	prediction: zod.z.int().min(0),
	/** A person changed the chunk, or a rule it was decided by. */
	human: zod.z.boolean(),
	actionsExecuted: zod.z.int().min(0),
	/** Commit to first motion, and first motion to the last action done, milliseconds. */
	queueMs: zod.z.number(),
	executeMs: zod.z.number(),
	clampedTicks: zod.z.int().min(0),
	/** Why the rest was dropped; null when the whole horizon was executed. */
	dropped: zod.z.string().nullable()
});
zod.z.discriminatedUnion("type", [
	zod.z.object({
		type: zod.z.literal("hello"),
		spec: robotSpec
	}),
	zod.z.object({
		type: zod.z.literal("snapshot"),
		snapshot: robotSnapshot
	}),
	zod.z.object({
		type: zod.z.literal("scene"),
		nanos: zod.z.number(),
		scene: require_bench.benchSceneView
	}),
	zod.z.object({
		type: zod.z.literal("frames"),
		images: zod.z.array(image)
	}),
	zod.z.object({
		type: zod.z.literal("execution"),
		execution
	}),
	zod.z.object({
		type: zod.z.literal("refused"),
		command: zod.z.string(),
		reason: zod.z.string()
	})
]);
var uiToPolicy = require_result.refinementCommand;
var refinementSnapshot = zod.z.object({
	nanos: zod.z.number(),
	phase: require_result.refinementPhase,
	settings: require_result.refinementSettings,
	prediction: require_result.predictionView.nullable()
});
zod.z.discriminatedUnion("type", [
	zod.z.object({
		type: zod.z.literal("info"),
		info: require_result.policyInfo
	}),
	zod.z.object({
		type: zod.z.literal("snapshot"),
		snapshot: refinementSnapshot
	}),
	zod.z.object({
		type: zod.z.literal("prediction"),
		record: require_result.predictionRecord
	}),
	zod.z.object({
		type: zod.z.literal("rejected"),
		episode: zod.z.int(),
		prediction: zod.z.int()
	}),
	zod.z.object({
		type: zod.z.literal("refused"),
		command: zod.z.string(),
		reason: zod.z.string()
	})
]);
/** A decided chunk. The robot host drops it unless `epoch` is its own. */
var committedChunk = zod.z.object({
	epoch: zod.z.int().min(0),
	episode: zod.z.int().min(0),
	prediction: zod.z.int().min(0),
	observationNanos: zod.z.number(),
	committedNanos: zod.z.number(),
	actions: zod.z.array(endEffectorAction).min(1),
	horizon: zod.z.int().min(1),
	human: zod.z.boolean()
});
var policyToRobot = zod.z.discriminatedUnion("type", [
	zod.z.object({
		type: zod.z.literal("ready"),
		controlRateHz: zod.z.number().positive()
	}),
	zod.z.object({
		type: zod.z.literal("observe"),
		epoch: zod.z.int().min(0)
	}),
	zod.z.object({
		type: zod.z.literal("commit"),
		chunk: committedChunk
	}),
	zod.z.object({
		type: zod.z.literal("hold"),
		code: zod.z.string(),
		message: zod.z.string()
	})
]);
var robotToPolicy = zod.z.discriminatedUnion("type", [
	zod.z.object({
		type: zod.z.literal("run"),
		underWay: zod.z.boolean()
	}),
	zod.z.object({
		type: zod.z.literal("engage"),
		epoch: zod.z.int().min(0),
		episode: zod.z.int().min(0),
		sceneSeed: zod.z.int().min(0),
		/** Counts the scenes laid out: prediction indices start anew with each. */
		scene: zod.z.int().min(0),
		/** Lowest prediction index that this episode has not committed on this scene yet. */
		firstPrediction: zod.z.int().min(0)
	}),
	zod.z.object({
		type: zod.z.literal("disengage"),
		epoch: zod.z.int().min(0),
		reason: zod.z.string()
	}),
	zod.z.object({
		type: zod.z.literal("paused"),
		epoch: zod.z.int().min(0)
	}),
	zod.z.object({
		type: zod.z.literal("resumed"),
		epoch: zod.z.int().min(0)
	}),
	zod.z.object({
		type: zod.z.literal("observation"),
		observation
	}),
	zod.z.object({
		type: zod.z.literal("execution"),
		execution
	})
]);
// src/shared/ipc/hosts.ts
/** Messages between main and the hosts it supervises (`process.parentPort`). Ports travel beside them. */
var hostPeer = zod.z.enum([
	"ui",
	"robot",
	"policy"
]);
var robotHostConfig = zod.z.object({
	/** The host died before: it comes back stopped, because nobody knows what was latched. */
	restarted: zod.z.boolean(),
	initialRequest: runRequest,
	/** Whether a person watches; command-line runs without a window have none. */
	supervised: zod.z.boolean(),
	betweenEpisodesMs: zod.z.number().min(0)
});
var policyHostConfig = zod.z.object({
	/** Folder or zip of the policy bundle. */
	bundlePath: zod.z.string(),
	/** Execution providers to try, best first; empty: CPU, which runs everywhere and bit-identically. */
	providers: zod.z.array(zod.z.string()),
	precision,
	/** Not to be tried again: they hung before, in this session. */
	hungProviders: zod.z.array(zod.z.string()),
	/** Overrides the bundle's default rule (command line). */
	stopping: require_result.stoppingRule.nullable(),
	/** What the operator had set when this host's predecessor died; null: the bundle's defaults. */
	settings: require_result.refinementSettings.nullable()
});
var mainToHost = zod.z.discriminatedUnion("type", [
	zod.z.object({
		type: zod.z.literal("configureRobot"),
		config: robotHostConfig
	}),
	zod.z.object({
		type: zod.z.literal("configurePolicy"),
		config: policyHostConfig
	}),
	zod.z.object({
		type: zod.z.literal("openPolicy"),
		request: zod.z.int(),
		config: policyHostConfig
	}),
	zod.z.object({
		type: zod.z.literal("port"),
		peer: hostPeer
	}),
	zod.z.object({
		type: zod.z.literal("peerLost"),
		peer: hostPeer,
		reason: zod.z.string()
	}),
	zod.z.object({ type: zod.z.literal("report") })
]);
var robotReport = zod.z.object({
	loop: loopStats,
	episodes: zod.z.array(zod.z.object({
		episode: zod.z.int(),
		sceneSeed: zod.z.int(),
		chainDepth: zod.z.int(),
		actions: zod.z.int(),
		outcome: episodeOutcome
	}))
});
var milliseconds = zod.z.number().nullable();
var policyReport = zod.z.object({
	provider: zod.z.string().nullable(),
	refusedProviders: zod.z.array(zod.z.object({
		provider: zod.z.string(),
		reason: zod.z.string()
	})),
	bundle: zod.z.string().nullable(),
	predictions: zod.z.int(),
	meanK: zod.z.number().nullable(),
	/** Means: encode and prelude per prediction, step and coda per iteration. */
	stageMs: zod.z.object({
		encode: milliseconds,
		prelude: milliseconds,
		step: milliseconds,
		coda: milliseconds
	}),
	/** [episode, prediction, seed, K] of every decided prediction, for comparison with the virtual-time runner. */
	trace: zod.z.array(zod.z.tuple([
		zod.z.int(),
		zod.z.int(),
		zod.z.int(),
		zod.z.int()
	])),
	/** The rules in force; null without a policy. */
	settings: require_result.refinementSettings.nullable()
});
var openedPolicy = zod.z.object({
	name: zod.z.string(),
	version: zod.z.string()
});
var hostToMain = zod.z.discriminatedUnion("type", [
	zod.z.object({ type: zod.z.literal("ready") }),
	zod.z.object({
		type: zod.z.literal("fault"),
		fault
	}),
	zod.z.object({
		type: zod.z.literal("robotReport"),
		report: robotReport
	}),
	zod.z.object({
		type: zod.z.literal("policyReport"),
		report: policyReport
	}),
	zod.z.object({
		type: zod.z.literal("settings"),
		settings: require_result.refinementSettings
	}),
	zod.z.object({
		type: zod.z.literal("trying"),
		provider: zod.z.string().nullable()
	}),
	zod.z.object({
		type: zod.z.literal("opened"),
		request: zod.z.int(),
		result: answer(openedPolicy)
	}),
	zod.z.object({ type: zod.z.literal("runFinished") })
]);
/** Null: in every precision. */
var trialLost = zod.z.object({
	provider: zod.z.string(),
	precision: precision.nullable(),
	reason: zod.z.string()
});
/** Main to the process that examines bundles: one task for one process. */
var inspectorTask = zod.z.discriminatedUnion("type", [zod.z.object({
	type: zod.z.literal("examine"),
	path: zod.z.string(),
	/** `all`: every one that this platform may have. */
	providers: zod.z.enum(["cpu", "all"]),
	/** Trials that took an earlier process with them, each with the reason. */
	lost: zod.z.array(trialLost)
}), zod.z.object({
	type: zod.z.literal("compare"),
	first: zod.z.string(),
	second: zod.z.string()
})]);
var inspectorMessage = zod.z.discriminatedUnion("type", [
	zod.z.object({ type: zod.z.literal("ready") }),
	zod.z.object({
		type: zod.z.literal("progress"),
		progress: examinationProgress
	}),
	zod.z.object({
		type: zod.z.literal("trying"),
		provider: zod.z.string(),
		precision
	}),
	zod.z.object({
		type: zod.z.literal("examined"),
		result: answer(examination)
	}),
	zod.z.object({
		type: zod.z.literal("compared"),
		result: answer(comparison)
	})
]);
Object.defineProperty(exports, "answer", {
	enumerable: true,
	get: function() {
		return answer;
	}
});
Object.defineProperty(exports, "comparison", {
	enumerable: true,
	get: function() {
		return comparison;
	}
});
Object.defineProperty(exports, "examination", {
	enumerable: true,
	get: function() {
		return examination;
	}
});
Object.defineProperty(exports, "fault", {
	enumerable: true,
	get: function() {
		return fault;
	}
});
Object.defineProperty(exports, "hostToMain", {
	enumerable: true,
	get: function() {
		return hostToMain;
	}
});
Object.defineProperty(exports, "inspectorMessage", {
	enumerable: true,
	get: function() {
		return inspectorMessage;
	}
});
Object.defineProperty(exports, "inspectorTask", {
	enumerable: true,
	get: function() {
		return inspectorTask;
	}
});
Object.defineProperty(exports, "mainToHost", {
	enumerable: true,
	get: function() {
		return mainToHost;
	}
});
Object.defineProperty(exports, "policyToRobot", {
	enumerable: true,
	get: function() {
		return policyToRobot;
	}
});
Object.defineProperty(exports, "precision", {
	enumerable: true,
	get: function() {
		return precision;
	}
});
Object.defineProperty(exports, "recentBundle", {
	enumerable: true,
	get: function() {
		return recentBundle;
	}
});
Object.defineProperty(exports, "robotToPolicy", {
	enumerable: true,
	get: function() {
		return robotToPolicy;
	}
});
Object.defineProperty(exports, "uiToPolicy", {
	enumerable: true,
	get: function() {
		return uiToPolicy;
	}
});
Object.defineProperty(exports, "uiToRobot", {
	enumerable: true,
	get: function() {
		return uiToRobot;
	}
});

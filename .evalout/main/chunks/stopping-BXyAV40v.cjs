const require_result = require("./result-C6aRCjrD.cjs");
const require_units = require("./units-Da9LRzHK.cjs");
// src/shared/engine/stopping.ts
/**
* Whether refinement stops after the last of `iterations` (k = 1, 2, … without gaps). Looks at that point only,
* with as many before it as the rule's patience asks for: curves are not monotone, so an earlier hit says
* nothing about this one. Pure, and all time is in the points: a logged curve decides as it did live.
*/
function evaluateStopping(rule, iterations, context) {
	if (fires(rule, iterations, context)) return {
		stop: true,
		reason: "rule"
	};
	if (iterations.length >= context.maxIterations) return {
		stop: true,
		reason: "maxIterations"
	};
	return { stop: false };
}
function fires(rule, iterations, context) {
	const k = iterations.length;
	if (rule.kind === "fixed") return k >= rule.iterations;
	if (k < rule.minIterations || k - rule.patience + 1 < FIRST_TESTED_K) return false;
	return iterations.slice(k - rule.patience).every((point) => isHit(rule, point, context));
}
/** k = 1 has no signals; no rule but `fixed` stops there. */
var FIRST_TESTED_K = 2;
/** Whether one point meets the rule. Null and NaN never do (a NaN makes every comparison false). */
function isHit(rule, point, context) {
	switch (rule.kind) {
		case "actionMse":
		case "kl":
		case "cosine":
		case "latentDelta": {
			const signal = point.signals[rule.kind];
			return signal !== null && signal < rule.threshold;
		}
		case "deadline": return point.completedNanos - context.observationNanos >= require_units.millisToNanos(rule.milliseconds);
		default: return require_result.assertNever(rule);
	}
}
Object.defineProperty(exports, "evaluateStopping", {
	enumerable: true,
	get: function() {
		return evaluateStopping;
	}
});

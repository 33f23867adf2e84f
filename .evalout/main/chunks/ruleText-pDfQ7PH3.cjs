const require_result = require("./result-C6aRCjrD.cjs");
// src/shared/domain/ruleText.ts
/** Stopping rules as one writes them on a command line: `fixed:8`, `actionMse:3e-5`, `deadline:50`. */
function parseRule(text) {
	const [kind = "", value = ""] = text.split(":");
	const amount = Number(value);
	if (value === "" || !Number.isFinite(amount)) return require_result.err(`“${text}” is not a rule; write kind:value, for example fixed:8 or actionMse:3e-5`);
	const key = kind === "fixed" ? "iterations" : kind === "deadline" ? "milliseconds" : "threshold";
	const parsed = require_result.stoppingRule.safeParse({
		kind,
		[key]: amount
	});
	return parsed.success ? require_result.ok(parsed.data) : require_result.err(`“${text}” is not a rule: ${parsed.error.issues.map((issue) => issue.message).join("; ")}`);
}
/** The inverse; bounds besides the rule's own number (least iterations, patience) are not told. */
function ruleText(rule) {
	if (rule.kind === "fixed") return `fixed:${rule.iterations}`;
	return rule.kind === "deadline" ? `deadline:${rule.milliseconds}` : `${rule.kind}:${rule.threshold}`;
}
Object.defineProperty(exports, "parseRule", {
	enumerable: true,
	get: function() {
		return parseRule;
	}
});
Object.defineProperty(exports, "ruleText", {
	enumerable: true,
	get: function() {
		return ruleText;
	}
});

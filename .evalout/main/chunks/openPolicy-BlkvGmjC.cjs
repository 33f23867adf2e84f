const require_result = require("./result-C6aRCjrD.cjs");
const require_loadBundle = require("./loadBundle-BCSki33S.cjs");
let node_os = require("node:os");
let node_perf_hooks = require("node:perf_hooks");
// src/main/policy/openPolicy.ts
/** From a path to a running policy: loads, verifies, self-tests. The fault names the file, graph or tensor. */
async function openPolicy(options) {
	const { bundlePath, nowMs = () => node_perf_hooks.performance.now() } = options;
	const names = options.providers.flatMap((name) => name === "auto" ? require_loadBundle.providerOrder(process.platform) : name);
	const unknown = names.find((name) => !isProvider(name));
	if (unknown !== void 0) {
		const known = require_loadBundle.PROVIDER_NAMES.join(", ");
		return require_result.err(require_loadBundle.policyFault("policy-provider", `There is no execution provider "${unknown}"; known: ${known}`));
	}
	const asked = names.filter(isProvider);
	const bundle = await require_loadBundle.loadBundle(bundlePath, require_loadBundle.bundleLimits((0, node_os.totalmem)()));
	if (!bundle.ok) return bundle;
	const undrivable = require_loadBundle.drivingProblem(bundle.value.manifest, options);
	if (undrivable !== null) return require_result.err(require_loadBundle.policyFault("policy-robot", undrivable));
	const hung = new Set(options.hungProviders ?? []);
	const wanted = asked.length > 0 ? asked : require_loadBundle.DEFAULT_PROVIDERS;
	return require_loadBundle.createPolicyBackend(bundle.value, {
		providers: wanted.filter((provider) => !hung.has(provider)),
		refused: wanted.filter((provider) => hung.has(provider)).map((provider) => ({
			provider,
			reason: "it did not answer when it was tried"
		})),
		nowMs,
		...options.precision && { precision: options.precision },
		...options.onTrying && { onTrying: options.onTrying }
	});
}
var isProvider = (name) => require_loadBundle.PROVIDER_NAMES.some((known) => known === name);
Object.defineProperty(exports, "openPolicy", {
	enumerable: true,
	get: function() {
		return openPolicy;
	}
});

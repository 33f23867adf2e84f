// src/main/simulator/expert.ts
/** Actions after which an undecided episode has timed out: four chunks more than the expert needs. */
var actionBudget = (chainDepth) => (2 * (chainDepth + 1) + 4) * 8;
Object.defineProperty(exports, "actionBudget", {
	enumerable: true,
	get: function() {
		return actionBudget;
	}
});

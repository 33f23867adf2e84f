// src/shared/statistics/median.ts
/** The middle value; the mean of the two middle ones for an even count. NaN without values. */
function median(values) {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? NaN;
	return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
Object.defineProperty(exports, "median", {
	enumerable: true,
	get: function() {
		return median;
	}
});

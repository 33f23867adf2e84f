// src/main/hosts/clock.ts
/** The main side's one monotonic clock, nanoseconds; the same in every process of this machine. */
var hostNanos = () => Number(process.hrtime.bigint());
/** For stage latencies, milliseconds. */
var hostMillis = () => hostNanos() / 1e6;
Object.defineProperty(exports, "hostMillis", {
	enumerable: true,
	get: function() {
		return hostMillis;
	}
});
Object.defineProperty(exports, "hostNanos", {
	enumerable: true,
	get: function() {
		return hostNanos;
	}
});

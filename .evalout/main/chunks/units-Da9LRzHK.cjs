// src/shared/units.ts
/** Radians, seconds and metres inside; these are the only conversions, for people and for file formats. */
var NANOS_PER_MILLI = 1e6;
var NANOS_PER_SECOND = 1e9;
var nanosToMillis = (nanos) => nanos / NANOS_PER_MILLI;
var millisToNanos = (millis) => millis * NANOS_PER_MILLI;
var clamp = (value, min, max) => Math.min(max, Math.max(min, value));
Object.defineProperty(exports, "NANOS_PER_MILLI", {
	enumerable: true,
	get: function() {
		return NANOS_PER_MILLI;
	}
});
Object.defineProperty(exports, "NANOS_PER_SECOND", {
	enumerable: true,
	get: function() {
		return NANOS_PER_SECOND;
	}
});
Object.defineProperty(exports, "clamp", {
	enumerable: true,
	get: function() {
		return clamp;
	}
});
Object.defineProperty(exports, "millisToNanos", {
	enumerable: true,
	get: function() {
		return millisToNanos;
	}
});
Object.defineProperty(exports, "nanosToMillis", {
	enumerable: true,
	get: function() {
		return nanosToMillis;
	}
});

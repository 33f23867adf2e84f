// src/shared/random/xoshiro.ts
var rotateLeft = (value, bits) => (value << bits | value >>> 32 - bits) >>> 0;
/** One splitmix32 output for a counter value (already advanced). */
function splitmix32(counter) {
	let z = counter >>> 0;
	z = Math.imul(z ^ z >>> 16, 569420461);
	z = Math.imul(z ^ z >>> 15, 1935289751);
	return (z ^ z >>> 15) >>> 0;
}
var GOLDEN_GAMMA = 2654435769;
/**
* Derives an independent 32-bit seed from a parent seed and an index (episode from run, prediction from
* episode), so that neighbouring seeds share no stream.
*/
function deriveSeed(parentSeed, index) {
	return splitmix32(splitmix32(parentSeed + GOLDEN_GAMMA >>> 0) + Math.imul(index + 1, GOLDEN_GAMMA) >>> 0);
}
function createRandom(seed) {
	let counter = seed >>> 0;
	const nextSeedWord = () => splitmix32(counter = counter + GOLDEN_GAMMA >>> 0);
	let s0 = nextSeedWord();
	let s1 = nextSeedWord();
	let s2 = nextSeedWord();
	let s3 = nextSeedWord();
	if ((s0 | s1 | s2 | s3) === 0) s0 = 1;
	const uint32 = () => {
		const result = Math.imul(rotateLeft(Math.imul(s1, 5) >>> 0, 7), 9) >>> 0;
		const t = s1 << 9 >>> 0;
		s2 = (s2 ^ s0) >>> 0;
		s3 = (s3 ^ s1) >>> 0;
		s1 = (s1 ^ s2) >>> 0;
		s0 = (s0 ^ s3) >>> 0;
		s2 = (s2 ^ t) >>> 0;
		s3 = rotateLeft(s3, 11);
		return result;
	};
	const integer = (exclusiveMax) => {
		if (!Number.isInteger(exclusiveMax) || exclusiveMax < 1 || exclusiveMax > 4294967296) throw new RangeError(`integer(exclusiveMax): expected 1…2^32, got ${exclusiveMax}`);
		const limit = 4294967296 - 4294967296 % exclusiveMax;
		let bits = uint32();
		while (bits >= limit) bits = uint32();
		return bits % exclusiveMax;
	};
	return {
		uint32,
		float: () => uint32() / 4294967296,
		openFloat: () => (uint32() + .5) / 4294967296,
		integer,
		permutation(length) {
			const order = Array.from({ length }, (_, index) => index);
			for (let i = length - 1; i > 0; i--) {
				const j = integer(i + 1);
				const swapped = order[i];
				order[i] = order[j];
				order[j] = swapped;
			}
			return order;
		}
	};
}
Object.defineProperty(exports, "createRandom", {
	enumerable: true,
	get: function() {
		return createRandom;
	}
});
Object.defineProperty(exports, "deriveSeed", {
	enumerable: true,
	get: function() {
		return deriveSeed;
	}
});

// src/main/hosts/numberFlag.ts
/** A whole number given as a command-line flag; throws with the flag's name when it is none, or out of range. */
function wholeNumber(name, text, min, max = 4294967295) {
	const value = Number(text);
	if (text && Number.isInteger(value) && value >= min && value <= max) return value;
	throw new Error(`--${name} is a whole number from ${min} to ${max}, not “${text ?? ""}”`);
}
Object.defineProperty(exports, "wholeNumber", {
	enumerable: true,
	get: function() {
		return wholeNumber;
	}
});

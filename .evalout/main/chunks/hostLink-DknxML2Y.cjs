const require_hosts = require("./hosts-DmnbtyeW.cjs");
// src/main/hosts/hostLink.ts
function createHostLink({ source, onMain, onPort }) {
	const toMain = (message) => process.parentPort.postMessage(message);
	const fault = (next) => toMain({
		type: "fault",
		fault: next
	});
	process.parentPort.on("message", (event) => {
		const parsed = require_hosts.mainToHost.safeParse(event.data);
		if (!parsed.success) {
			fault({
				severity: "medium",
				source,
				code: "malformedMessage",
				message: `A malformed message from main was ignored: ${parsed.error.message}`,
				tip: "Please report this; the app goes on."
			});
			return;
		}
		const [port] = event.ports;
		if (parsed.data.type !== "port") return onMain(parsed.data);
		if (port) onPort(parsed.data.peer, port);
	});
	process.on("uncaughtException", (error) => {
		fault({
			severity: "high",
			source,
			code: "unexpected",
			message: `Unexpected error in the ${source} process: ${error.stack ?? error.message}`,
			tip: "The process restarts; please report this."
		});
		process.exit(1);
	});
	return {
		toMain,
		fault
	};
}
function createPeer(options) {
	let current = null;
	return {
		attach(port) {
			current?.close();
			current = port;
			port.on("message", (event) => {
				const parsed = options.schema.safeParse(event.data);
				if (parsed.success) options.onMessage(parsed.data);
				else options.onMalformed(parsed.error.message);
			});
			port.on("close", () => {
				if (current !== port) return;
				current = null;
				options.onClosed();
			});
			port.start();
			options.onAttached();
		},
		send: (message) => current?.postMessage(message)
	};
}
Object.defineProperty(exports, "createHostLink", {
	enumerable: true,
	get: function() {
		return createHostLink;
	}
});
Object.defineProperty(exports, "createPeer", {
	enumerable: true,
	get: function() {
		return createPeer;
	}
});

// SPDX-License-Identifier: Apache-2.0
// Starts, watches and stops the project's programs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** A child whose output is kept in a log file and can be waited for. */
export class Program {
	constructor(name, command, args, { log, env = {}, cwd } = {}) {
		this.name = name;
		this.output = '';
		this.exit = null;
		this.child = spawn(command, args, {
			cwd,
			env: { ...process.env, ...env },
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const file = log ? createWriteStream(log, { flags: 'a' }) : null;
		for (const stream of [this.child.stdout, this.child.stderr]) {
			stream.setEncoding('utf8');
			stream.on('data', (text) => {
				this.output += text;
				file?.write(text);
			});
		}
		this.ended = once(this.child, 'exit').then(([code, signal]) => {
			this.exit = { code, signal };
			file?.end();
			return this.exit;
		});
	}

	/** Resolves when `pattern` has been printed; rejects when the program ends before. */
	async printed(pattern, minutes) {
		const until = Date.now() + minutes * 60_000;
		while (!pattern.test(this.output)) {
			if (this.exit) throw new Error(`${this.name} ended (${JSON.stringify(this.exit)}):\n${this.tail()}`);
			if (Date.now() > until) throw new Error(`${this.name} did not print ${pattern} in ${minutes} min:\n${this.tail()}`);
			await sleep(200);
		}
		return this.output.match(pattern);
	}

	tail() {
		return this.output.split('\n').slice(-40).join('\n');
	}

	/** Ends it as the kernel ends a program: no destructor, no flush. */
	async kill() {
		if (!this.exit) this.child.kill('SIGKILL');
		return this.ended;
	}

	async stop(signal = 'SIGINT') {
		if (!this.exit) this.child.kill(signal);
		return this.ended;
	}
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Runs a command to its end; `{ code, stdout, stderr }`. */
export async function run(command, args, options = {}) {
	const child = spawn(command, args, { ...options, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
	child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
	const [code] = await once(child, 'close');
	return { code, stdout, stderr };
}

/** Polls until `probe` returns something truthy. */
export async function until(what, minutes, probe, everyMs = 1_000) {
	const end = Date.now() + minutes * 60_000;
	let last;
	while (Date.now() < end) {
		try {
			const value = await probe();
			if (value) return value;
		} catch (error) {
			last = error;
		}
		await sleep(everyMs);
	}
	throw new Error(`${what}: not within ${minutes} min${last ? ` (${last.message})` : ''}`);
}

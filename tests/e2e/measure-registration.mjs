// SPDX-License-Identifier: Apache-2.0
// Registers many contributions on a fresh development node through the cli, and prints throughput,
// state per contribution and block fullness as a Markdown table.
// Usage: node measure-registration.mjs FOLDER-OF-THE-BUILT-PROGRAMS [CONTRIBUTIONS]
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { xxhashAsHex } from '@polkadot/util-crypto';
import { connect } from './lib/chain.mjs';
import { Program, run, until } from './lib/processes.mjs';

const [bin, wanted = '100000'] = process.argv.slice(2);
if (!bin) throw new Error('usage: node measure-registration.mjs FOLDER-OF-THE-BUILT-PROGRAMS [CONTRIBUTIONS]');
const count = Number(wanted);
const url = 'ws://127.0.0.1:19964';
const home = mkdtempSync(join(tmpdir(), 'openledger-registration-'));
const data = join(home, 'texts');
const nodeFolder = join(home, 'node');

/** The words of the project's own documents: texts made of them compress like text. */
function words() {
	const root = fileURLToPath(new URL('../..', import.meta.url));
	return ['README.md', 'docs/architecture.md', 'docs/economics.md', 'docs/rpc.md']
		.flatMap((name) => readFileSync(join(root, name), 'utf8').split(/[^A-Za-z]+/))
		.filter(Boolean);
}

/** Writes distinct texts of at least 1 KiB, 1 000 to a folder, the same at every run. */
function writeTexts() {
	const vocabulary = words();
	let state = 1;
	const next = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31);
	for (let number = 0; number < count; number += 1) {
		const folder = join(data, String(Math.floor(number / 1_000)).padStart(4, '0'));
		if (number % 1_000 === 0) mkdirSync(folder, { recursive: true });
		let text = `Text ${number}.`;
		while (text.length < 1_030) text += `${next() % 12 === 0 ? '\n' : ' '}${vocabulary[next() % vocabulary.length]}`;
		writeFileSync(join(folder, `${number}.txt`), `${text}\n`);
	}
}

function folderBytes(folder) {
	return readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
}

const prefix = (pallet, item) => xxhashAsHex(pallet, 128) + xxhashAsHex(item, 128).slice(2);

/** Rows and bytes (keys and values) of a storage map, by pages of 1 000 keys. */
async function mapSize(api, pallet, item) {
	const provider = api._rpcCore.provider;
	const start = prefix(pallet, item);
	const size = { rows: 0, bytes: 0 };
	for (let last = start; ;) {
		const keys = await api.rpc.state.getKeysPaged(start, 1_000, last);
		if (keys.length === 0) return size;
		const [{ changes }] = await provider.send('state_queryStorageAt', [keys.map((key) => key.toHex())]);
		size.rows += keys.length;
		for (const [key, value] of changes) size.bytes += (key.length - 2 + (value ?? '0x').length - 2) / 2;
		last = keys.at(-1).toHex();
	}
}

async function blocks(api, from) {
	const head = (await api.rpc.chain.getHeader()).number.toNumber();
	const limits = api.consts.system.blockWeights;
	const normal = limits.perClass.normal.maxTotal.unwrap().refTime.toNumber();
	const bytes = api.consts.system.blockLength.max.normal.toNumber();
	const seen = [];
	for (let number = from; number <= head; number += 1) {
		const hash = await api.rpc.chain.getBlockHash(number);
		const at = await api.at(hash);
		const [weight, { block }] = await Promise.all([at.query.system.blockWeight(), api.rpc.chain.getBlock(hash)]);
		const length = block.extrinsics.reduce((sum, extrinsic) => sum + extrinsic.encodedLength, 0);
		seen.push({ weight: weight.normal.refTime.toNumber() / normal, length: length / bytes, signed: block.extrinsics.filter((x) => x.isSigned).length });
	}
	return seen;
}

const percent = (value) => `${(value * 100).toFixed(1)} %`;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);

const node = new Program('openledger-node', join(bin, 'openledger-node'), [
	'--dev', '--base-path', nodeFolder, '--rpc-port', '19964', '--port', '30453', '--prometheus-port', '19635',
	'--rpc-methods', 'unsafe', '--state-pruning', 'archive',
], { log: join(home, 'node.log') });
try {
	console.error(`writing ${count} texts`);
	writeTexts();
	await until('the node answers', 2, () => fetch('http://127.0.0.1:19964/health'));
	const api = await connect(url);
	const env = { OPENLEDGER_HOME: join(home, 'cli') };
	const cli = async (...args) => {
		const { code, stdout, stderr } = await run(join(bin, 'openledger'), ['--node', url, '--account', 'alice', '--json', ...args], { env });
		if (code !== 0) throw new Error(`openledger ${args.join(' ')}: ${stderr || stdout}`);
		return stdout;
	};
	const created = JSON.parse(await cli('datanet', 'create', 'registration', '--licence', 'CC0-1.0', '--curator', 'bob'));
	const before = { bytes: folderBytes(nodeFolder), height: (await api.rpc.chain.getHeader()).number.toNumber() };
	console.error(`registering them in datanet ${created.datanet}`);
	const started = Date.now();
	await cli('datanet', 'contribute', String(created.datanet), data, '--yes');
	const seconds = (Date.now() - started) / 1_000;
	const used = (await blocks(api, before.height + 1)).filter(({ signed }) => signed > 0);
	const maps = {};
	for (const item of ['Contributions', 'Contents', 'Reviews', 'Roots', 'Agenda']) maps[item] = await mapSize(api, 'Datanets', item);
	const state = Object.values(maps).reduce((sum, { bytes }) => sum + bytes, 0);
	const registered = maps.Contents.rows;
	const rows = [
		['contributions registered', `${registered}`],
		['time through the cli', `${seconds.toFixed(0)} s`],
		['throughput', `${(registered / seconds).toFixed(0)} contributions per second`],
		['blocks that carried them', `${used.length}`],
		['normal weight used, mean', percent(mean(used.map(({ weight }) => weight)))],
		['normal weight used, fullest', percent(Math.max(...used.map(({ weight }) => weight)))],
		['normal length used, mean', percent(mean(used.map(({ length }) => length)))],
		['state per contribution in review (keys and values)', `${(state / registered).toFixed(0)} bytes`],
		...Object.entries(maps).map(([item, { rows: entries, bytes }]) => [
			`of which \`${item}\``, `${(bytes / registered).toFixed(0)} bytes (${entries} rows)`,
		]),
		['database on disk per contribution', `${((folderBytes(nodeFolder) - before.bytes) / registered).toFixed(0)} bytes`],
	];
	console.log('| Measured | |\n|---|---|');
	for (const [what, value] of rows) console.log(`| ${what} | ${value} |`);
	await api.disconnect();
	if (registered !== count) throw new Error(`${registered} of ${count} were registered`);
} finally {
	await node.stop('SIGTERM');
	if (!process.env.OPENLEDGER_KEEP) rmSync(home, { recursive: true, force: true });
}

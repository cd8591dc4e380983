// SPDX-License-Identifier: Apache-2.0
// The whole story with the real node, the real gateway and stock @polkadot/api: one run of
// scripts/run carries the demo and the wallet's view; a second start of the same chain carries
// the SIGKILL test.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { randomAsU8a } from '@polkadot/util-crypto';
import { u8aToHex, stringToU8a } from '@polkadot/util';
import { connect, fields, keyring, only, send, walk } from './lib/chain.mjs';
import { contributionCommit, registerText } from './lib/formats.mjs';
import { Program, run, sleep, until } from './lib/processes.mjs';
import { Replay } from './lib/recompute.mjs';

// Node 18, Debian 12's own, has no import.meta.dirname.
const root = fileURLToPath(new URL('../..', import.meta.url));
const target = process.env.OPENLEDGER_BIN;
const ports = { rpc: 19944, p2p: 30433, prometheus: 19615, gateway: 18645, adapter: 18646 };
const url = `ws://127.0.0.1:${ports.rpc}`;
const gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
const home = mkdtempSync(join(tmpdir(), 'openledger-e2e-'));
const env = {
	OPENLEDGER_HOME: home,
	OPENLEDGER_RPC_PORT: String(ports.rpc),
	OPENLEDGER_P2P_PORT: String(ports.p2p),
	OPENLEDGER_PROMETHEUS_PORT: String(ports.prometheus),
	OPENLEDGER_GATEWAY_PORT: String(ports.gateway),
	OPENLEDGER_ADAPTER_PORT: String(ports.adapter),
	OPENLEDGER_SKIP_BUILD: '1',
};
const cli = (...args) => run(join(target, 'openledger'), ['--node', url, '--gateway', gatewayUrl, '--json', ...args], { env });

/** Runs the cli with --json and parses what it prints; fails with its own words. */
async function cliJson(...args) {
	const { code, stdout, stderr } = await cli(...args);
	assert.equal(code, 0, `openledger ${args.join(' ')}: ${stderr || stdout}`);
	return JSON.parse(stdout);
}

/** One JSON-RPC call by name, as any program without a library would make it. */
async function rpc(method, params) {
	const response = await fetch(`http://127.0.0.1:${ports.rpc}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
	});
	const { result, error } = await response.json();
	assert.equal(error, undefined, `${method}: ${JSON.stringify(error)}`);
	return result;
}

/** All lines of `royalties_v1_explain` for an account, and their sum. */
async function explain(account) {
	const items = [];
	let sum = 0n;
	let cursor = null;
	do {
		const page = await rpc('royalties_v1_explain', { account, from: 1, to: 1_000_000, limit: 100, cursor });
		items.push(...page.items);
		cursor = page.nextCursor;
	} while (cursor !== null);
	for (const item of items) if (item.kind !== 'Payout') sum += BigInt(item.amount);
	return { items, sum };
}

const storyEvents = [
	'datanets.DatanetCreated', 'datanets.SeatTaken', 'datanets.Committed', 'datanets.Contributed',
	'datanets.VoteCommitted', 'datanets.VoteRevealed', 'datanets.Accepted', 'datanets.SnapshotMade', 'models.Registered', 'models.Published',
	'usage.OperatorRegistered', 'usage.ChannelOpened', 'usage.BatchAccepted', 'usage.ChannelSettled',
	'usage.BatchReleased', 'usage.PagePaid', 'usage.Credited', 'usage.BatchSettled',
	'royalties.Settled', 'royalties.Distributed', 'royalties.PoolPaidIn', 'royalties.Paid',
	'royalties.Burned', 'royalties.TreasuryPaid',
];

describe('the story', { concurrency: false }, () => {
	let story;
	let api;

	before(async () => {
		assert.ok(target, 'OPENLEDGER_BIN names the folder of the built programs');
		story = new Program('scripts/run', join(root, 'scripts', 'run'), ['--fresh', '--yes'], {
			env,
			cwd: root,
			log: join(home, 'story.log'),
		});
		await story.printed(/story complete/i, 20);
		api = await connect(url);
	});

	after(async () => {
		await api?.disconnect();
		await story?.stop('SIGTERM');
		if (!process.env.OPENLEDGER_KEEP) rmSync(home, { recursive: true, force: true });
	});

	test('metadata decodes with the calls, units and runtime APIs that clients need', async () => {
		assert.deepEqual(api.registry.chainDecimals, [12]);
		assert.deepEqual(api.registry.chainTokens, ['OPEN']);
		for (const call of ['commit', 'contribute', 'commitVote', 'revealVote', 'claimDuplicate', 'snapshot']) assert.ok(api.tx.datanets[call], call);
		for (const call of ['submitBatch', 'release', 'pushPage']) assert.ok(api.tx.usage[call], call);
		assert.ok(api.call.royaltiesApi.earnings);
		assert.ok(api.call.usageApi.validateBatch);
	});

	test('a contribution is signed in the wallet, included and readable', async () => {
		const alice = keyring().addFromUri('//Alice');
		const text = stringToU8a(readFileSync(join(root, 'README.md'), 'utf8'));
		assert.ok(text.length >= 1024);
		const { root: textRoot, lastLeaf, siblings } = registerText(text);
		const salt = randomAsU8a(32);
		const commitment = contributionCommit(api.genesisHash.toU8a(), textRoot, text.length, alice.address, salt);
		const committed = only(await send(api, api.tx.datanets.commit(1, commitment, text.length), alice), 'datanets', 'Committed');
		const reveal = {
			textRoot, salt, uri: 'https://example.org/README.md', records: 1, licence: '', lastLeaf: u8aToHex(lastLeaf), siblings,
		};
		const contributed = only(
			await send(api, api.tx.datanets.contribute(committed.contribution, reveal), alice),
			'datanets',
			'Contributed',
		);
		assert.equal(contributed.contributor.toString(), alice.address);
		const view = (await api.call.datanetsApi.contribution(committed.contribution)).unwrap();
		assert.equal(view.byteLength.toNumber(), text.length);
		assert.ok(view.state.isPending);
		await assert.rejects(
			send(api, api.tx.datanets.contribute(committed.contribution, reveal), alice),
			/datanets\./,
			'a second reveal of the same id is refused by name',
		);
	});

	test('every block and every event decodes, and the money of the story adds up', async () => {
		const seen = new Map();
		const general = new Map();
		let fees = 0n;
		let shares = 0n;
		let waiting = 0n;
		const counts = await walk(api, ({ extrinsic, event }) => {
			if (extrinsic) {
				const name = `${extrinsic.method.section}.${extrinsic.method.method}`;
				assert.equal(typeof JSON.stringify(extrinsic.toHuman()), 'string');
				if (!extrinsic.isSigned && extrinsic.method.section !== 'timestamp') general.set(name, (general.get(name) ?? 0) + 1);
				return;
			}
			const name = `${event.section}.${event.method}`;
			assert.equal(typeof JSON.stringify(event.toHuman()), 'string');
			seen.set(name, (seen.get(name) ?? 0) + 1);
			const data = fields(event);
			if (name === 'usage.BatchAccepted') {
				const split = data.split;
				fees += data.fee.toBigInt();
				shares += ['burned', 'treasury', 'operator', 'developer', 'upstream', 'data']
					.map((part) => split[part].toBigInt())
					.reduce((a, b) => a + b);
				waiting += split.data.toBigInt();
			} else if (name === 'usage.Credited') {
				waiting -= data.amount.toBigInt();
			} else if (name === 'usage.BatchReleased') {
				waiting -= data.base.toBigInt();
			}
		});
		assert.ok(counts.blocks > 20);
		for (const name of storyEvents) assert.ok(seen.get(name), `${name} happened`);
		for (const name of ['usage.submitBatch', 'usage.release', 'usage.pushPage']) {
			assert.ok(general.get(name), `${name} came as a general transaction`);
		}
		assert.ok(fees > 0n);
		assert.equal(shares, fees, 'the split of every batch is its fee, to the planck');
		assert.equal(waiting, 0n, 'all data shares were paid: credits and base');
	});

	test('earnings are read through the runtime API', async () => {
		const paid = new Set();
		await walk(api, ({ event }) => {
			if (event?.section === 'usage' && event.method === 'Credited') {
				const { account } = fields(event);
				if (account.isSome) paid.add(account.unwrap().toString());
			}
		});
		assert.ok(paid.size >= 3, `${paid.size} contributors were paid by credit pages`);
		for (const account of paid) {
			const earnings = await api.call.royaltiesApi.earnings(account, []);
			assert.ok(earnings.paid.toBigInt() + earnings.accrued.toBigInt() > 0n, account);
		}
	});

	test('what was booked is recomputed from events alone, and explained to the planck', async () => {
		const models = await api.call.modelsApi.models(0, 1000);
		const terms = new Map(models.map((model) => [model.id.toNumber(), {
			operatorPpm: model.operatorPpm.toNumber(),
			vector: model.vector.map(([who, ppm]) => [who.type, ppm.toNumber()]),
		}]));
		const replay = new Replay((model) => terms.get(model));
		const booked = new Map();
		await walk(api, ({ event }) => {
			if (!event) return;
			replay.add(event);
			if (event.section === 'royalties' && event.method === 'Accrued') {
				const { account, amount } = fields(event);
				booked.set(account.toString(), (booked.get(account.toString()) ?? 0n) + amount.toBigInt());
			}
		});
		assert.deepEqual(replay.wrong, []);
		for (const kind of ['Operator', 'Developer', 'Pool']) assert.ok(replay.compared[kind] > 0, kind);
		// The developer of the adapter's parent, its operator, and whoever a pool paid.
		for (const name of ['//Dave', '//Ferdie']) {
			const account = keyring().addFromUri(name).address;
			const explained = await explain(account);
			assert.equal(explained.sum, booked.get(account), name);
			assert.ok(explained.items.every((item) => item.matches !== false), name);
		}
		const dave = await explain(keyring().addFromUri('//Dave').address);
		const { adapter } = JSON.parse(readFileSync(join(home, 'story.json'), 'utf8'));
		assert.ok(
			dave.items.some(({ kind, cause }) => kind === 'DistributionShare'
				&& cause.distribution.inflows.some((inflow) => inflow.kind === 'ChildBatch' && inflow.cause.model === adapter)),
			'the parent is paid from its child, and explain says so',
		);
		const nobody = await explain(keyring().addFromUri('//nobody').address);
		assert.equal(nobody.sum, 0n);
	});

	test('calls acknowledged before SIGKILL settle exactly once', { timeout: 15 * 60_000 }, async () => {
		await api.disconnect();
		const ended = await story.stop('SIGINT');
		assert.equal(ended.code, 0, `scripts/run ends cleanly on Ctrl-C:\n${story.tail()}`);
		const node = () => new Program('node', join(root, 'scripts', 'start-node'), [], { env, log: join(home, 'node2.log') });
		const gateway = () => new Program('gateway', join(root, 'scripts', 'start-gateway'), [], { env, log: join(home, 'gateway2.log') });
		let nodes = node();
		await until('the node answers', 2, async () => (await fetch(`http://127.0.0.1:${ports.rpc}/health`)).ok);
		let gateways = gateway();
		await until('the gateway answers', 2, async () => (await fetch(`${gatewayUrl}/health`)).ok);
		const channel = String(JSON.parse(readFileSync(join(home, 'story.json'), 'utf8')).channel);
		try {
			const before = await cliJson('channel', 'show', channel);
			const answers = [];
			for (const question of ['How do I parse a date?', 'How do I read a file?', 'How do I compress data?']) {
				answers.push(await cliJson('--account', '//Eve', 'infer', '--channel', channel, question));
			}
			const acknowledged = answers.length;
			await Promise.all([gateways.kill(), nodes.kill()]);
			nodes = node();
			await until('the node answers again', 2, async () => (await fetch(`http://127.0.0.1:${ports.rpc}/health`)).ok);
			gateways = gateway();
			await until('the gateway answers again', 2, async () => (await fetch(`${gatewayUrl}/health`)).ok);
			const expected = BigInt(before.calls) + BigInt(acknowledged);
			const settled = await until('all acknowledged calls settle', 5, async () => {
				const view = await cliJson('channel', 'show', channel);
				return BigInt(view.settledCalls) >= expected && view;
			});
			assert.equal(BigInt(settled.settledCalls), expected, 'each call exactly once');
			const fee = answers.reduce((sum, answer) => sum + BigInt(answer.fee), 0n);
			assert.equal(BigInt(settled.settledFee), BigInt(before.feeTotal) + fee);
			await sleep(10_000);
			const later = await cliJson('channel', 'show', channel);
			assert.equal(later.settledCalls, settled.settledCalls, 'nothing settles twice');
		} finally {
			await Promise.all([gateways.stop('SIGKILL'), nodes.stop('SIGKILL')]);
		}
	});
});

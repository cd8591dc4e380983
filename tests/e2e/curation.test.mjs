// SPDX-License-Identifier: Apache-2.0
// Review and duplicate proof with real licence texts, a real node and stock @polkadot/api. One run:
// the claims of all cases wait side by side for the epoch that draws their positions, which takes
// about ten minutes from the chain's first block.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hexToU8a, stringToU8a, u8aToHex } from '@polkadot/util';
import { randomAsU8a } from '@polkadot/util-crypto';
import { connect, fields, keyring, only, send } from './lib/chain.mjs';
import { OpenText, contributionCommit, drawnPositions, foldedWindow, registerText, voteCommit } from './lib/formats.mjs';
import { disguises, licenceTexts, summary } from './lib/licences.mjs';
import { Program, until } from './lib/processes.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = process.env.OPENLEDGER_BIN;
const ports = { rpc: 19954, p2p: 30443, prometheus: 19625 };
const url = `ws://127.0.0.1:${ports.rpc}`;
const home = mkdtempSync(join(tmpdir(), 'openledger-curation-'));
const OPEN = 10n ** 12n;
const NEEDED = 64;
const WINDOWS_PER_TRANSACTION = 12;

describe('curation', { concurrency: false }, () => {
	let node;
	let api;
	let people;
	/** name → { id, text: OpenText, contributor } */
	const texts = new Map();
	/** name of a case → { claim, accused, sources, reporter } */
	const claims = new Map();

	const events = (all, section, method) => all.filter((event) => event.section === section && event.method === method).map(fields);
	const batch = (calls, pair) => send(api, api.tx.utility.batchAll(calls), pair);

	before(async () => {
		assert.ok(target, 'OPENLEDGER_BIN names the folder of the built programs');
		node = new Program('openledger-node', join(target, 'openledger-node'), [
			'--dev', '--base-path', home, '--rpc-port', String(ports.rpc), '--port', String(ports.p2p),
			'--prometheus-port', String(ports.prometheus),
		], { log: join(home, 'node.log') });
		await until('the node answers', 2, () => fetch(`http://127.0.0.1:${ports.rpc}/health`));
		api = await connect(url);
		const keys = keyring();
		people = Object.fromEntries(['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie'].map((name) => [name, keys.addFromUri(`//${name}`)]));
	});

	after(async () => {
		await api?.disconnect();
		await node?.stop('SIGTERM');
		if (!process.env.OPENLEDGER_KEEP) rmSync(home, { recursive: true, force: true });
	});

	/** Creates a text datanet of Alice's with Bob and Charlie as curators. */
	async function createDatanet(name) {
		const params = {
			name, kind: 'Text', licence: 'GPL-3.0-or-later', metadataUri: '', metadataHash: `0x${'00'.repeat(32)}`,
			admission: 'Open', credit: 'Contributors', reviewFeePerKib: 10n ** 9n, bondPerByte: 10n ** 7n,
			terms: { trainingFee: 0, minContributorsPpm: 0 }, curators: [people.Bob.address, people.Charlie.address],
		};
		const created = only(await send(api, api.tx.datanets.createDatanet(params), people.Alice), 'datanets', 'DatanetCreated');
		await Promise.all(['Bob', 'Charlie'].map((name) => send(api, api.tx.datanets.takeSeat(created.datanet), people[name])));
		return created.datanet.toNumber();
	}

	/** Takes ids for texts: `[[name, text]]`. */
	async function commit(datanet, pair, named) {
		const prepared = named.map(([name, text]) => {
			const bytes = stringToU8a(text);
			return { name, bytes, salt: randomAsU8a(32), ...registerText(bytes) };
		});
		const taken = events(await batch(prepared.map(({ root: textRoot, bytes, salt }) => api.tx.datanets.commit(
			datanet, contributionCommit(api.genesisHash.toU8a(), textRoot, bytes.length, pair.address, salt), bytes.length,
		)), pair), 'datanets', 'Committed');
		return prepared.map((text, place) => ({ ...text, id: taken[place].contribution.toNumber(), pair }));
	}

	async function reveal(committed) {
		await batch(committed.map(({ id, root: textRoot, salt, lastLeaf, siblings }) => api.tx.datanets.contribute(id, {
			textRoot, salt, uri: '', records: 1, licence: '', lastLeaf: u8aToHex(lastLeaf), siblings,
		})), committed[0].pair);
		for (const { name, id, bytes, pair } of committed) texts.set(name, { id, text: new OpenText(bytes), contributor: pair.address });
	}

	/** Both curators commit to the vote and reveal it: no period has to pass. */
	async function vote(names, choice) {
		const ballots = ['Bob', 'Charlie'].map((curator) => names.map((name) => ({
			contribution: texts.get(name).id, curator: people[curator].address, round: 0, ...choice, salt: randomAsU8a(32),
		})));
		await Promise.all(ballots.map((mine, who) => batch(
			mine.map((ballot) => api.tx.datanets.commitVote(ballot.contribution, voteCommit(api.genesisHash.toU8a(), ballot))),
			[people.Bob, people.Charlie][who],
		)));
		await Promise.all(ballots.map((mine, who) => batch(
			mine.map(({ contribution, vote: value, reason, salt }) => api.tx.datanets.revealVote(contribution, value, reason, salt)),
			[people.Bob, people.Charlie][who],
		)));
	}

	const accept = (...names) => vote(names, { vote: 3, reason: 0 });
	const stateOf = async (name) => (await api.call.datanetsApi.contribution(texts.get(name).id)).unwrap().state;

	async function register(datanet, pair, named) {
		await reveal(await commit(datanet, pair, named));
	}

	test('originals and copies are registered and reviewed', async () => {
		const licences = await licenceTexts(root, ['GPL-1.0', 'GPL-2.0', 'GPL-3.0', 'MPL-2.0', 'Apache-2.0']);
		const main = await createDatanet('licences');
		const other = await createDatanet('other licences');
		await register(main, people.Dave, [['GPL-1', licences['GPL-1.0']]]);
		await accept('GPL-1');
		await register(main, people.Dave, [['GPL-2', licences['GPL-2.0']]]);
		await accept('GPL-2');
		// The copy of MPL-2.0 is committed while its original is still in review.
		await register(main, people.Dave, [['GPL-3', licences['GPL-3.0']], ['MPL-2', licences['MPL-2.0']]]);
		await register(main, people.Eve, [['copy during review', disguises['every tenth line removed'](licences['MPL-2.0'])]]);
		await accept('GPL-3', 'MPL-2', 'copy during review');
		await register(main, people.Eve, [
			...Object.entries(disguises).map(([name, disguise]) => [name, disguise(licences['GPL-3.0'])]),
			['a summary', summary],
			// Revealed before the copies below, but in another datanet or not accepted.
			['rejected', disguises['upper-cased'](licences['Apache-2.0'])],
		]);
		await register(other, people.Eve, [['elsewhere', licences['Apache-2.0']]]);
		await accept(...Object.keys(disguises), 'a summary', 'elsewhere');
		await vote(['rejected'], { vote: 0, reason: 1 });
		assert.ok((await stateOf('rejected')).isRejected);
		await register(main, people.Dave, [['Apache-2', licences['Apache-2.0']]]);
		await accept('Apache-2');
		await register(main, people.Eve, [['later', disguises['blanks doubled'](licences['Apache-2.0'])]]);
		await accept('later');
		for (const name of ['GPL-1', 'GPL-2', 'GPL-3', 'MPL-2', 'Apache-2', 'later', 'a summary', ...Object.keys(disguises)]) {
			assert.ok((await stateOf(name)).isAccepted, `${name} is accepted`);
		}
	});

	test('claims are made, and wait for their epoch', async () => {
		const accusations = [
			['GPL-3 against GPL-2', 'GPL-3', ['GPL-2']],
			['GPL-2 against GPL-1', 'GPL-2', ['GPL-1']],
			...Object.keys(disguises).map((name) => [name, name, ['GPL-3']]),
			['a summary', 'a summary', ['GPL-3']],
			['a copy made during review', 'copy during review', ['MPL-2']],
			['no earlier text', 'Apache-2', ['later', 'rejected', 'elsewhere']],
		];
		const made = events(await batch(
			accusations.map(([, accused]) => api.tx.datanets.claimDuplicate(texts.get(accused).id)), people.Ferdie,
		), 'datanets', 'DuplicateClaimed');
		accusations.forEach(([name, accused, sources], place) => {
			claims.set(name, { claim: made[place].claim.toNumber(), bond: made[place].bond.toBigInt(), accused, sources });
		});
		const first = claims.get('GPL-3 against GPL-2');
		await assert.rejects(
			send(api, api.tx.datanets.showWindow(first.claim, showing(first, 0, 0)), people.Ferdie),
			/datanets\.NotDrawn/,
			'nothing can be shown before the draw',
		);
	});

	/** A showing for a drawn position, or null where no source has the words. */
	function showing({ accused, sources }, index, position) {
		const own = texts.get(accused).text;
		const opening = ({ bytes, siblings }) => ({ bytes: u8aToHex(bytes), siblings });
		const shown = { index, accused: opening(own.open(position, 512)), earlier: null };
		const window = foldedWindow(own.bytes, position);
		if (window === null) return shown;
		for (const name of sources) {
			const { id, text } = texts.get(name);
			const at = text.find(window);
			if (at === null) continue;
			return { ...shown, earlier: { contribution: id, position: at, opening: opening(text.open(at, 1_024)) } };
		}
		return null;
	}

	test('whoever looks shows the copied windows, and copies are proved', async () => {
		const drawn = await until('the epoch draws', 14, async () => {
			const view = (await api.call.datanetsApi.claim(claims.get('GPL-3 against GPL-2').claim)).unwrap();
			return view.state.isDrawn && view.state.asDrawn;
		}, 3_000);
		assert.equal(drawn.positions.length, 96);
		const work = [];
		for (const [name, claim] of claims) {
			const view = (await api.call.datanetsApi.claim(claim.claim)).unwrap();
			const positions = view.state.asDrawn.positions.map((position) => position.toNumber());
			assert.ok(positions.every((position) => position + 512 <= texts.get(claim.accused).text.bytes.length));
			claim.showings = positions.map((position, index) => showing(claim, index, position)).filter(Boolean);
			claim.positions = positions;
			if (name === 'no earlier text') continue;
			const needed = claim.showings.slice(0, NEEDED).map((shown) => api.tx.datanets.showWindow(claim.claim, shown));
			for (let at = 0; at < needed.length; at += WINDOWS_PER_TRANSACTION) work.push(needed.slice(at, at + WINDOWS_PER_TRANSACTION));
		}
		// Anyone can show: three accounts share the work, each with one transaction in flight.
		await Promise.all(['Alice', 'Dave', 'Ferdie'].map(async (name) => {
			for (let calls = work.pop(); calls; calls = work.pop()) await batch(calls, people[name]);
		}));
		for (const name of [...Object.keys(disguises), 'a copy made during review']) {
			const { accused, showings, claim } = claims.get(name);
			assert.ok(showings.length >= NEEDED, `${name}: ${showings.length} windows of 96 are copied`);
			const state = await stateOf(accused);
			assert.ok(state.isRevoked && state.asRevoked.reason.isNone, `${name} is revoked as a copy`);
			assert.ok((await api.call.datanetsApi.claim(claim)).isNone);
		}
		for (const name of ['GPL-3 against GPL-2', 'GPL-2 against GPL-1', 'a summary']) {
			const { accused, showings } = claims.get(name);
			assert.ok(showings.length < NEEDED, `${name}: ${showings.length} windows of 96 are copied`);
			assert.ok((await stateOf(accused)).isAccepted, `${name} stays accepted`);
		}
	});

	test('the chain draws what anyone can compute', async () => {
		const claim = claims.get('GPL-2 against GPL-1');
		const row = (await api.query.datanets.claims(claim.claim)).unwrap();
		const { value } = row.draw.unwrap();
		const length = texts.get(claim.accused).text.bytes.length;
		assert.deepEqual(drawnPositions(hexToU8a(value.toHex()), claim.claim, length), claim.positions);
	});

	test('a later, a rejected and a foreign text prove nothing', async () => {
		const claim = claims.get('no earlier text');
		for (const source of claim.sources) {
			const found = claim.positions.map((position, index) => showing({ ...claim, sources: [source] }, index, position))
				.find((shown) => shown?.earlier);
			assert.ok(found, `${source} shares words with the accused`);
			await assert.rejects(
				send(api, api.tx.datanets.showWindow(claim.claim, found), people.Ferdie),
				/datanets\.NotEarlier/,
				source,
			);
		}
	});

	test('claims that failed end by themselves and pay the accused', async () => {
		const failed = ['GPL-3 against GPL-2', 'GPL-2 against GPL-1', 'a summary', 'no earlier text'];
		await until('the worker ends the claims', 6, async () => {
			const open = await Promise.all(failed.map((name) => api.call.datanetsApi.claim(claims.get(name).claim)));
			return open.every((claim) => claim.isNone);
		}, 3_000);
		const ended = new Map();
		const head = (await api.rpc.chain.getHeader()).number.toNumber();
		for (let number = head; number > 0 && ended.size < claims.size; number -= 1) {
			const at = await api.at(await api.rpc.chain.getBlockHash(number));
			for (const { event } of await at.query.system.events()) {
				if (event.section === 'datanets' && event.method === 'ClaimEnded') ended.set(fields(event).claim.toNumber(), fields(event));
			}
		}
		for (const name of failed) {
			const { claim, bond, accused } = claims.get(name);
			const end = ended.get(claim);
			assert.ok(end.outcome.isFailed, name);
			assert.equal(end.accusedPaid.toBigInt(), bond / 2n, name);
			assert.equal(end.burned.toBigInt(), bond - bond / 2n, name);
			assert.ok(bond >= OPEN);
			assert.ok((await stateOf(accused)).isAccepted, name);
		}
		for (const name of Object.keys(disguises)) assert.ok(ended.get(claims.get(name).claim).outcome.isProved, name);
	});
});

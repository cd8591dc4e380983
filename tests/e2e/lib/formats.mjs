// SPDX-License-Identifier: Apache-2.0
// The few formats that the browsers of contributors, curators and reporters need, written from
// docs alone: the tree over a text and its openings, the commits of contributions and votes, and
// the drawn positions and folded windows of a duplicate claim.
import { u8aConcat, bnToU8a, stringToU8a } from '@polkadot/util';
import { blake2AsU8a, decodeAddress } from '@polkadot/util-crypto';

const LEAF = 256;

const hash = (...parts) => blake2AsU8a(u8aConcat(...parts), 256);
const leafHash = (leaf) => hash(Uint8Array.of(0), leaf);
const nodeHash = (left, right) => hash(Uint8Array.of(1), left, right);
const u64 = (value) => bnToU8a(value, { bitLength: 64, isLe: true });
const u32 = (value) => bnToU8a(value, { bitLength: 32, isLe: true });

/** Levels of the tree over `leaves`: hashes of the leaves first, the single top last. */
function levels(leaves) {
	const rows = [leaves.map(leafHash)];
	while (rows.at(-1).length > 1) {
		const below = rows.at(-1);
		const above = [];
		for (let i = 0; i < below.length; i += 2) {
			above.push(i + 1 < below.length ? nodeHash(below[i], below[i + 1]) : below[i]);
		}
		rows.push(above);
	}
	return rows;
}

/** Cuts bytes into leaves of 256. */
function textLeaves(bytes) {
	const leaves = [];
	for (let at = 0; at < bytes.length; at += LEAF) leaves.push(bytes.subarray(at, at + LEAF));
	return leaves;
}

/** `{ root, lastLeaf, siblings }` of a non-empty text: what a registration shows. */
export function registerText(bytes) {
	const leaves = textLeaves(bytes);
	const rows = levels(leaves);
	const siblings = [];
	let place = leaves.length - 1;
	for (const row of rows.slice(0, -1)) {
		if (place % 2 === 1) siblings.push(row[place - 1]);
		place = Math.floor(place / 2);
	}
	return {
		root: hash(Uint8Array.of(2), u64(leaves.length), rows.at(-1)[0]),
		lastLeaf: leaves.at(-1),
		siblings,
	};
}

/** The hash that `commit` takes: binds root, length and account to a salt and to this chain. */
export function contributionCommit(genesisHash, root, byteLength, address, salt) {
	return hash(
		stringToU8a('openledger:reg:1'),
		genesisHash,
		root,
		u64(byteLength),
		decodeAddress(address),
		salt,
	);
}

/** The hash that `commitVote` takes: 0 rejects, 1 to 4 accepts with that quality. */
export function voteCommit(genesisHash, { contribution, curator, round, vote, reason, salt }) {
	return hash(
		stringToU8a('openledger:vot:1'),
		genesisHash,
		u64(contribution),
		decodeAddress(curator),
		Uint8Array.of(round, vote, reason),
		salt,
	);
}

/** A text that windows are opened of: `open(position, length)` gives whole leaves and siblings. */
export class OpenText {
	constructor(bytes) {
		this.bytes = bytes;
		this.rows = levels(textLeaves(bytes));
		// Latin-1 strings of folded bytes can be searched with indexOf.
		this.folded = '';
		this.places = [];
		bytes.forEach((byte, place) => {
			const kept = foldByte(byte);
			if (kept === null) return;
			this.folded += String.fromCharCode(kept);
			this.places.push(place);
		});
	}

	open(position, length) {
		let first = Math.floor(position / LEAF);
		let end = Math.ceil(Math.min(position + length, this.bytes.length) / LEAF);
		const bytes = this.bytes.subarray(first * LEAF, end * LEAF);
		const siblings = [];
		for (const row of this.rows.slice(0, -1)) {
			if (first % 2 === 1) siblings.push(row[(first -= 1)]);
			if (end % 2 === 1 && end < row.length) siblings.push(row[end]);
			first = Math.floor(first / 2);
			end = Math.ceil(end / 2);
		}
		return { bytes, siblings };
	}

	/** A raw offset whose folded window of at most 1 024 raw bytes is this one, or null. */
	find(window) {
		for (let at = this.folded.indexOf(window); at >= 0; at = this.folded.indexOf(window, at + 1)) {
			if (this.places[at + 31] - this.places[at] < 1_024) return this.places[at];
		}
		return null;
	}
}

function foldByte(byte) {
	if (byte >= 0x41 && byte <= 0x5a) return byte + 0x20;
	if ((byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte >= 0x80) return byte;
	return null;
}

/** The first 32 folded bytes of the 512 raw ones from `position` on; null when there are fewer. */
export function foldedWindow(bytes, position) {
	const kept = [...bytes.subarray(position, position + 512)].map(foldByte).filter((byte) => byte !== null);
	return kept.length < 32 ? null : String.fromCharCode(...kept.slice(0, 32));
}

/** The 96 positions that a claim's randomness draws in a text of `byteLength` bytes. */
export function drawnPositions(randomness, claim, byteLength) {
	return Array.from({ length: 96 }, (_, index) => {
		const head = hash(randomness, u64(claim), u32(index)).subarray(0, 16);
		const drawn = head.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
		return Number(drawn % BigInt(byteLength - 511));
	});
}

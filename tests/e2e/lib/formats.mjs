// SPDX-License-Identifier: Apache-2.0
// The few formats that a contributor's browser needs, written from docs alone: the tree over a
// text, the opening of its last leaf, and the commit that takes a contribution id.
import { u8aConcat, bnToU8a, stringToU8a } from '@polkadot/util';
import { blake2AsU8a, decodeAddress } from '@polkadot/util-crypto';

const LEAF = 256;

const hash = (...parts) => blake2AsU8a(u8aConcat(...parts), 256);
const leafHash = (leaf) => hash(Uint8Array.of(0), leaf);
const nodeHash = (left, right) => hash(Uint8Array.of(1), left, right);
const u64 = (value) => bnToU8a(value, { bitLength: 64, isLe: true });

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

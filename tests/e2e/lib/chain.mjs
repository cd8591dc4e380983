// SPDX-License-Identifier: Apache-2.0
// Reading and writing the chain with stock @polkadot/api.
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';

export async function connect(url) {
	const provider = new WsProvider(url, 1_000);
	return ApiPromise.create({
		provider,
		noInitWarn: true,
		signedExtensions: { AuthorizeCall: { extrinsic: {}, payload: {} } },
	});
}

export const keyring = () => new Keyring({ type: 'sr25519', ss58Format: 42 });

/** Signs, sends and waits for the block; returns its events. A failed dispatch rejects by name. */
export function send(api, call, pair) {
	return new Promise((resolve, reject) => {
		let stop;
		call.signAndSend(pair, ({ status, events, dispatchError }) => {
			if (status.isInvalid || status.isDropped || status.isUsurped) {
				stop?.();
				reject(new Error(`transaction ${status.type}`));
			}
			if (!status.isInBlock) return;
			stop?.();
			if (dispatchError?.isModule) {
				const { section, name } = api.registry.findMetaError(dispatchError.asModule);
				reject(new Error(`${section}.${name}`));
			} else if (dispatchError) {
				reject(new Error(dispatchError.toString()));
			} else {
				resolve(events.map(({ event }) => event));
			}
		}).then((unsubscribe) => (stop = unsubscribe), reject);
	});
}

/** The fields of the only event `section.method` among `events`. */
export function only(events, section, method) {
	const found = events.filter((event) => event.section === section && event.method === method);
	if (found.length !== 1) throw new Error(`${found.length} events ${section}.${method}, not one`);
	return fields(found[0]);
}

/** An event's fields by name. */
export function fields(event) {
	return Object.fromEntries(event.data.names.map((name, place) => [name, event.data[place]]));
}

/**
 * Walks all blocks from 1 to the finalised head. `visit` gets every decoded extrinsic and event;
 * returns `{ blocks, extrinsics, events }` counts.
 */
export async function walk(api, visit) {
	const head = await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead());
	const counts = { blocks: 0, extrinsics: 0, events: 0 };
	for (let number = 1; number <= head.number.toNumber(); number += 1) {
		const hash = await api.rpc.chain.getBlockHash(number);
		const [{ block }, at] = await Promise.all([api.rpc.chain.getBlock(hash), api.at(hash)]);
		const records = await at.query.system.events();
		counts.blocks += 1;
		block.extrinsics.forEach((extrinsic) => visit({ number, extrinsic }));
		records.forEach(({ event }) => visit({ number, event }));
		counts.extrinsics += block.extrinsics.length;
		counts.events += records.length;
	}
	return counts;
}

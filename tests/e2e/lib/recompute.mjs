// SPDX-License-Identifier: Apache-2.0
// The money rules a second time, from their definitions and in another language: what each account
// is booked is computed from the chain's events and the models' terms, and compared with what the
// chain booked.
import { fields } from './chain.mjs';

const PPM = 1_000_000n;
const ONE = 1n << 64n;

/** Rule R1: floors, then the largest remainders get one planck each; the lower place wins ties. */
export function split(amount, shares) {
	const whole = shares.reduce((sum, share) => sum + share, 0n);
	const parts = shares.map((share, place) => ({
		place,
		part: (amount * share) / whole,
		left: (amount * share) % whole,
	}));
	let rest = amount - parts.reduce((sum, { part }) => sum + part, 0n);
	const order = [...parts].sort((a, b) => (a.left === b.left ? a.place - b.place : a.left > b.left ? -1 : 1));
	for (const entry of order) {
		if (rest === 0n) break;
		entry.part += 1n;
		rest -= 1n;
	}
	return parts.map(({ part }) => part);
}

/** Rule R2 for one datanet: every row on its own, no tree. */
class Pools {
	constructor() {
		this.residue = 0n;
		this.rows = new Map();
	}

	row(tranche, account) {
		const key = `${tranche} ${account}`;
		if (!this.rows.has(key)) this.rows.set(key, { tranche, points: 0n, owed: 0n, carry: 0n });
		return this.rows.get(key);
	}

	points(version) {
		return [...this.rows.values()].filter((row) => row.tranche <= version).reduce((sum, row) => sum + row.points, 0n);
	}

	pay(version, amount) {
		const whole = this.points(version);
		const total = amount * ONE + this.residue;
		const each = total / whole;
		this.residue = total % whole;
		for (const row of this.rows.values()) if (row.tranche <= version) row.owed += row.points * each;
	}

	/** What a touch books. */
	touch(row) {
		const sum = row.owed + row.carry;
		row.owed = 0n;
		row.carry = sum % ONE;
		return sum / ONE;
	}

	set(tranche, account, points) {
		const row = this.row(tranche, account);
		const booked = this.touch(row);
		row.points = points;
		if (points === 0n) {
			this.residue += row.carry;
			row.carry = 0n;
		}
		return booked;
	}
}

/** Replays events in their order; `terms(model)` gives `{ operatorPpm, vector: [[who, ppm]] }`. */
export class Replay {
	constructor(terms) {
		this.terms = terms;
		this.pools = new Map();
		this.expected = new Map();
		this.compared = { Operator: 0, Developer: 0, Pool: 0 };
		this.wrong = [];
	}

	pool(datanet) {
		const key = datanet.toNumber();
		if (!this.pools.has(key)) this.pools.set(key, new Pools());
		return this.pools.get(key);
	}

	/** Shares that the next events must book, by kind and model. */
	expect(kind, model, amount) {
		const key = `${kind} ${model}`;
		this.expected.set(key, (this.expected.get(key) ?? []).concat(amount === 0n ? [] : [amount]));
	}

	vector(model, amount) {
		const { vector } = this.terms(model);
		const parts = split(amount, vector.map(([, ppm]) => BigInt(ppm)));
		vector.forEach(([who], place) => {
			if (who === 'Developer') this.expect('Developer', model, parts[place]);
		});
	}

	add(event) {
		if (event.section !== 'royalties') return;
		const data = fields(event);
		switch (event.method) {
			case 'Settled': {
				const model = data.model.toNumber();
				const [burn, treasury] = [data.burnPpm ?? data.burn_ppm, data.treasuryPpm ?? data.treasury_ppm].map((ppm) => ppm.toBigInt());
				const operator = BigInt(this.terms(model).operatorPpm);
				const [, , share, rest] = split(data.fee.toBigInt(), [burn, treasury, operator, PPM - burn - treasury - operator]);
				this.expect('Operator', model, share);
				this.vector(model, rest);
				break;
			}
			case 'Distributed':
				this.vector(data.model.toNumber(), data.upstream.toBigInt());
				break;
			case 'PoolPaidIn': {
				const pool = this.pool(data.datanet);
				const points = pool.points(data.version.toNumber());
				if (points !== data.points.toBigInt()) this.wrong.push(`points of version ${data.version}: ${data.points}, not ${points}`);
				pool.pay(data.version.toNumber(), data.amount.toBigInt());
				break;
			}
			case 'PointsSet': {
				const booked = this.pool(data.datanet).set(data.tranche.toNumber(), data.account.toString(), data.points.toBigInt());
				if (booked !== 0n) this.wrong.push(`${booked} planck of a row were not booked before its points changed`);
				break;
			}
			case 'Accrued':
				this.accrued(data);
				break;
		}
	}

	accrued({ account, amount, source }) {
		let own;
		if (source.isPool) {
			const { datanet, tranche } = source.asPool;
			const pool = this.pool(datanet);
			own = pool.touch(pool.row(tranche.toNumber(), account.toString()));
		} else if (source.isOperator || source.isDeveloper) {
			const inner = source.isOperator ? source.asOperator : source.asDeveloper;
			own = this.expected.get(`${source.type} ${inner.model.toNumber()}`)?.shift();
		} else {
			return;
		}
		this.compared[source.type] += 1;
		if (own !== amount.toBigInt()) this.wrong.push(`${source.type} ${account}: booked ${amount}, recomputed ${own}`);
	}
}

// SPDX-License-Identifier: Apache-2.0
//! Prices, splits, the accumulator, page payments.

use openledger_primitives::{
	payload::Price,
	shares::{accrue, base_part, entry_pay, span_value, split, touch, MAX_WEIGHT},
	U256,
};
use serde_json::{json, Value};

use super::{check, decimal};

fn price(
	per_call: u128,
	in_per_kb: u128,
	out_per_kb: u128,
	bytes_in: u32,
	bytes_out: u32,
) -> Value {
	let price = Price {
		per_call,
		in_per_kb,
		out_per_kb,
	};
	json!({
		"per_call": decimal(per_call),
		"in_per_kb": decimal(in_per_kb),
		"out_per_kb": decimal(out_per_kb),
		"bytes_in": bytes_in,
		"bytes_out": bytes_out,
		"fee": price.fee(bytes_in, bytes_out).map(decimal),
	})
}

fn split_of(amount: u128, shares: &[u128]) -> Value {
	let parts =
		split(amount, shares).map(|parts| parts.into_iter().map(decimal).collect::<Vec<_>>());
	json!({
		"amount": decimal(amount),
		"shares": shares.iter().map(decimal).collect::<Vec<_>>(),
		"parts": parts,
	})
}

fn accrual(amount: u128, residue: u128, weight: u128) -> Value {
	let step = accrue(amount, residue, weight);
	json!({
		"amount": decimal(amount),
		"residue": decimal(residue),
		"weight": decimal(weight),
		"delta": step.map(|(delta, _)| decimal(delta)),
		"rest": step.map(|(_, rest)| decimal(rest)),
	})
}

fn touched(points: u64, acc: U256, debt: U256, carry: u64) -> Value {
	let result = touch(points, acc, debt, carry);
	json!({
		"points": decimal(points),
		"acc": decimal(acc),
		"debt": decimal(debt),
		"carry": decimal(carry),
		"pay": result.map(|row| decimal(row.pay)),
		"new_carry": result.map(|row| decimal(row.carry)),
		"new_debt": result.map(|row| decimal(row.debt)),
	})
}

fn payments(data_share: u128, fee: u128, totals: &[u128]) -> Value {
	let mut before = 0;
	let paid: Vec<Value> = totals
		.iter()
		.map(|total| {
			let amount = entry_pay(data_share, fee, before, *total).unwrap();
			before = *total;
			decimal(amount)
		})
		.collect();
	json!({
		"data_share": decimal(data_share),
		"fee": decimal(fee),
		"totals": totals.iter().map(decimal).collect::<Vec<_>>(),
		"payments": paid,
		"base": decimal(base_part(data_share, fee, before).unwrap()),
	})
}

fn prices() -> Vec<Value> {
	vec![
		price(0, 0, 0, 0, 0),
		price(10, 3, 1_000, 1, 1),
		price(10, 3, 1_000, 1_000, 1_000),
		price(10, 3, 1_000, 1_001, 999),
		price(1_000_000_000, 500_000_000, 2_000_000_001, 4_321, 65_536),
		price(1, 1 << 95, 1 << 95, u32::MAX, u32::MAX),
		price(0, u128::MAX, 0, 2, 0),
		price(u128::MAX, 1, 0, 1, 0),
	]
}

fn splits() -> Vec<Value> {
	vec![
		split_of(100, &[1, 1, 1]),
		split_of(10, &[1, 2]),
		split_of(1, &[0, 1]),
		split_of(0, &[3, 4]),
		split_of(12_345_678_901_234_567, &[20_000, 30_000, 300_000, 650_000]),
		split_of(7, &[1; 16]),
		split_of(u128::MAX, &[1, 1]),
		split_of(u128::MAX, &[u128::MAX / 2, u128::MAX / 3, 5]),
		split_of(1, &[]),
		split_of(1, &[0, 0]),
		split_of(1, &[u128::MAX, 1]),
		split_of(1, &[1; 17]),
	]
}

fn touches() -> Vec<Value> {
	let one = U256::one() << 64;
	vec![
		touched(0, one, U256::zero(), 0),
		touched(3, one, U256::zero(), 0),
		touched(1_024, one / 3, one, 7),
		touched(u64::MAX, one * 1_000, one * 12_345, u64::MAX),
		touched(1, one, one + 1, 0),
		touched(1, U256::one() << 192, U256::zero(), 0),
		touched(2, U256::one() << 255, U256::zero(), 0),
	]
}

#[test]
fn money_is_as_written() {
	let values: Vec<Value> = [
		(1_000u128, 333u16, 1_000u32),
		(7, 48, 65_536),
		(u128::MAX, 512, 513),
	]
	.iter()
	.map(|(fee, length, bytes_out)| {
		let value = span_value(*fee, *length, *bytes_out).map(decimal);
		json!({"fee": decimal(fee), "length": length, "bytes_out": bytes_out, "value": value})
	})
	.collect();
	let computed = json!({
		"prices": prices(),
		"splits": splits(),
		"span_values": values,
		"accruals": [
			accrual(1, 0, 1),
			accrual(0, 12_345, 100),
			accrual(1_000_000_000_000, 41, 42),
			accrual(u128::MAX, u128::MAX, MAX_WEIGHT),
			accrual(5, 0, 0),
			accrual(5, 0, MAX_WEIGHT + 1),
		],
		"touches": touches(),
		"page_payments": [
			payments(10, 9, &[3, 6, 9]),
			payments(650_000, 1_000_000, &[1, 2, 333_333, 999_999]),
			payments(u128::MAX / 2, u128::MAX, &[u128::MAX / 7, u128::MAX / 3, u128::MAX - 1]),
			payments(0, 5, &[1, 4]),
			payments(3, 5, &[]),
		],
	});
	check("money.json", computed);
}

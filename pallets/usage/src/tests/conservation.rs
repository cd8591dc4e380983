// SPDX-License-Identifier: Apache-2.0
//! Whatever people, operators and nodes do in whatever order: no planck appears or disappears,
//! and every invariant holds after every block.

use super::*;
use crate::Batches;
use proptest::prelude::*;

/// What one of them does.
#[derive(Clone, Debug)]
enum Step {
	Blocks(u8),
	Submit {
		calls: u16,
		fee: u64,
		share: u8,
		entries: u16,
		spoil: Spoil,
	},
	PushPage {
		index: u8,
		good: bool,
	},
	CloseMissing(u8),
	TopUp(u64),
	Close,
	Withdraw(u8),
	Open(u64),
	BondMore(u64),
	Unbond(u64),
	WithdrawUnbonded,
}

/// How a batch is spoiled before it is signed.
#[derive(Clone, Copy, Debug)]
enum Spoil {
	No,
	Fee,
	Matched,
	Voucher,
	Sequence,
	Page,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let spoil = prop_oneof![
		6 => Just(Spoil::No),
		1 => Just(Spoil::Fee),
		1 => Just(Spoil::Matched),
		1 => Just(Spoil::Voucher),
		1 => Just(Spoil::Sequence),
		2 => Just(Spoil::Page),
	];
	let submit = (
		1u16..500,
		0u64..30_000_000_000_000,
		0u8..=100,
		1u16..600,
		spoil,
	)
		.prop_map(|(calls, fee, share, entries, spoil)| Step::Submit {
			calls,
			fee,
			share,
			entries,
			spoil,
		});
	let planck = 1u64..60_000_000_000_000;
	let step = prop_oneof![
		4 => (1u8..30).prop_map(Step::Blocks),
		6 => submit,
		8 => (any::<u8>(), prop::bool::weighted(0.9))
			.prop_map(|(index, good)| Step::PushPage { index, good }),
		2 => any::<u8>().prop_map(Step::CloseMissing),
		1 => planck.clone().prop_map(Step::TopUp),
		1 => Just(Step::Close),
		1 => any::<u8>().prop_map(Step::Withdraw),
		1 => planck.clone().prop_map(Step::Open),
		1 => planck.clone().prop_map(Step::BondMore),
		1 => planck.prop_map(Step::Unbond),
		1 => Just(Step::WithdrawUnbonded),
	];
	prop::collection::vec(step, 1..40)
}

#[derive(Default)]
struct Play {
	channel: ChannelId,
	pages: Vec<CreditPage>,
	accepted: u32,
}

impl Play {
	fn step(&mut self, step: Step) {
		let payer = || RuntimeOrigin::signed(ALICE);
		let operator = || RuntimeOrigin::signed(OPERATOR);
		match step {
			Step::Blocks(count) => {
				for _ in 0..count {
					next_block();
					release_due();
				}
			}
			Step::Submit {
				calls,
				fee,
				share,
				entries,
				spoil,
			} => {
				self.submit(calls, fee, share, entries, spoil);
			}
			Step::PushPage { index, good } => self.push(index, good),
			Step::CloseMissing(index) => {
				if let Some(page) = self.pages.get(usize::from(index) % self.pages.len().max(1)) {
					let (model, sequence) = (page.model, page.sequence);
					let stranger = RuntimeOrigin::signed(STRANGER);
					let _ =
						Usage::close_missing_page(stranger, OPERATOR, model, sequence, page.page);
				}
			}
			Step::TopUp(amount) => {
				let _ = Usage::top_up(payer(), self.channel, amount.into());
			}
			Step::Close => {
				let _ = Usage::close_channel(payer(), self.channel);
			}
			Step::Withdraw(channel) => {
				let channel = u64::from(channel) % (self.channel + 1);
				let _ = Usage::withdraw_channel(RuntimeOrigin::signed(STRANGER), channel);
			}
			Step::Open(deposit) => {
				let key = alice_key().public().0;
				let opened =
					Usage::open_channel(payer(), OPERATOR, MODEL, key, 0, price(), deposit.into());
				if opened.is_ok() {
					self.channel = crate::LastChannel::<Test>::get();
				}
			}
			Step::BondMore(amount) => {
				let _ = Usage::bond_more(operator(), amount.into());
			}
			Step::Unbond(amount) => {
				let _ = Usage::unbond(operator(), amount.into());
			}
			Step::WithdrawUnbonded => {
				let _ = Usage::withdraw_unbonded(operator());
			}
		}
	}

	fn submit(&mut self, calls: u16, fee: u64, share: u8, entries: u16, spoil: Spoil) {
		let before = Channels::<Test>::get(self.channel).map_or((0, 0, 0), |row| {
			(row.settled_calls, row.settled_fee, row.settled_matched)
		});
		let fee = u128::from(fee);
		let matched = fee * u128::from(share) / 100;
		let mut signed = by_alice(voucher(
			self.channel,
			before.0 + u64::from(calls),
			before.1 + fee,
			before.2 + matched,
		));
		if matches!(spoil, Spoil::Voucher) {
			signed.signature[7] ^= 1;
		}
		let mut batch = batch_of(MODEL, vec![signed]);
		let mut pages = Vec::new();
		let entries = u128::from(entries).min(matched);
		if let Some(each) = matched.checked_div(entries) {
			let mut list: Vec<_> = (0..entries as u64)
				.map(|number| (credited(number), each))
				.collect();
			list.last_mut().unwrap().1 += matched - each * entries;
			pages = add_pages(&mut batch, &list);
		}
		match spoil {
			Spoil::Fee => batch.fee_total += 1,
			Spoil::Matched => batch.matched += 1,
			Spoil::Sequence => batch.sequence += 1,
			Spoil::Page if !pages.is_empty() => {
				let ends: Vec<_> = batch.pages.iter().map(|page| page.end_total).collect();
				let last = pages.len() - 1;
				pages[last].entries[0].contribution = contribution(FOREIGN, 1);
				commit_pages(&mut batch, &pages);
				for (commitment, end_total) in batch.pages.iter_mut().zip(ends) {
					commitment.end_total = end_total;
				}
			}
			_ => {}
		}
		if apply(submission(&batch)) == Ok(Ok(()))
			&& Batches::<Test>::contains_key((OPERATOR, MODEL, batch.sequence))
		{
			self.accepted += 1;
			self.pages.extend(pages);
		}
	}

	fn push(&mut self, index: u8, good: bool) {
		if self.pages.is_empty() {
			return;
		}
		let place = usize::from(index) % self.pages.len();
		let mut page = self.pages[place].clone();
		if !good {
			page.entries[0].total += 1;
		}
		let pushed = apply(push(&page));
		assert!(good || pushed.is_err());
		if pushed == Ok(Ok(())) {
			self.pages.remove(place);
		}
	}
}

/// A mix of datanets, in ascending order of ids.
fn credited(number: u64) -> ContributionId {
	if number < 200 {
		contribution(CREDITED, number)
	} else {
		contribution(POOLED, number)
	}
}

fn release_due() {
	let due: Vec<_> = Batches::<Test>::iter()
		.filter(|(_, batch)| matches!(batch.phase, BatchPhase::Waiting { .. }))
		.filter(|(_, batch)| batch.release_from() <= System::block_number())
		.map(|(key, _)| key)
		.collect();
	for (operator, model, sequence) in due {
		let call = Call::release {
			operator,
			model,
			sequence,
		};
		assert_eq!(apply(call.into()), Ok(Ok(())));
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

	#[test]
	fn no_planck_appears_or_disappears(steps in steps()) {
		let mut ext = ExtBuilder::default().build();
		ext.execute_with(|| {
			let supply = money_supply();
			register(OPERATOR, 200 * OPEN);
			let mut play = Play { channel: open_alice(MODEL, 90 * OPEN), ..Default::default() };
			next_block();
			for step in steps {
				play.step(step);
				assert_eq!(money_supply(), supply);
				check_ledger();
				next_block();
				release_due();
				hypothetical_invariants();
			}
		});
	}
}

/// The invariants hold between blocks.
fn hypothetical_invariants() {
	frame_support::hypothetically!(check_invariants());
}

/// The generator reaches what it is meant to reach: otherwise the property says little.
#[test]
fn a_scripted_play_settles_and_slashes() {
	ExtBuilder::default().build_and_execute(|| {
		register(OPERATOR, 200 * OPEN);
		let mut play = Play {
			channel: open_alice(MODEL, 90 * OPEN),
			..Default::default()
		};
		next_block();
		let submit = |spoil| Step::Submit {
			calls: 9,
			fee: 10_000_000_000_000,
			share: 40,
			entries: 300,
			spoil,
		};
		play.step(submit(Spoil::No));
		next_block();
		play.step(submit(Spoil::Page));
		next_block();
		play.step(submit(Spoil::Voucher));
		assert_eq!(play.accepted, 2);
		play.step(Step::Blocks(30));
		let bond = operator_row(&OPERATOR).bond;
		while !play.pages.is_empty() {
			play.step(Step::PushPage {
				index: 1,
				good: true,
			});
			next_block();
		}
		assert!(operator_row(&OPERATOR).bond < bond);
		assert!(pool(POOLED) > 0);
		assert_eq!(waiting(), 0);
		assert_eq!(Batches::<Test>::iter().count(), 0);
	});
}

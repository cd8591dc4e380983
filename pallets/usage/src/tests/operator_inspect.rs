// SPDX-License-Identifier: Apache-2.0
//! What other pallets read of operators.

use frame_support::assert_ok;
use openledger_primitives::{ports::OperatorInspect, AccountId, OPEN};

use crate::{mock::*, OperatorState, Operators};

fn accepts(operator: &AccountId) -> bool {
	<Usage as OperatorInspect<AccountId>>::accepts_channels(operator)
}

#[test]
fn channels_are_accepted_while_active_only() {
	ExtBuilder::default().build_and_execute(|| {
		assert!(!accepts(&OPERATOR));
		let origin = RuntimeOrigin::signed(OPERATOR);
		let bond = 100 * OPEN;
		assert_ok!(Usage::register_operator(origin.clone(), bond, [1; 32], 0));
		assert!(accepts(&OPERATOR));
		assert!(!accepts(&OTHER_OPERATOR));
		frame_support::hypothetically!({
			Operators::<Test>::mutate(OPERATOR, |row| {
				row.as_mut().unwrap().state = OperatorState::Suspended;
			});
			assert!(!accepts(&OPERATOR));
		});
		assert_ok!(Usage::unbond(origin, bond));
		assert!(!accepts(&OPERATOR));
	});
}

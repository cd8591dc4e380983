// SPDX-License-Identifier: Apache-2.0
//! What other pallets read of operators.

use openledger_primitives::{ports::OperatorInspect, AccountId};

use crate::{Config, Operators, Pallet};

impl<T: Config> OperatorInspect<AccountId> for Pallet<T> {
	fn accepts_channels(operator: &AccountId) -> bool {
		Operators::<T>::get(operator).is_some_and(|operator| operator.is_active())
	}
}

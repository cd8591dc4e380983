// SPDX-License-Identifier: Apache-2.0
//! Prepaid channels: opening, topping up, leaving.

use frame_support::{
	ensure,
	traits::{fungible::hold::Mutate as _, tokens::Precision},
};
use openledger_primitives::{
	payload::Price, ports::ModelInspect, AccountId, Balance, ChannelId, ModelId,
};
use sp_runtime::{DispatchError, DispatchResult};

use crate::{
	operators::public_key,
	types::{Channel, ChannelPhase},
	Channels, Config, Error, Event, HoldReason, LastChannel, Pallet, Parameters, ServiceClock,
};

impl Channel {
	/// Planck still on hold for it.
	pub fn held(&self) -> Balance {
		self.deposit.saturating_sub(self.settled_fee)
	}

	/// Whether a voucher is redeemed when the service clock shows `clock`.
	pub fn takes_vouchers(&self, clock: u64) -> bool {
		match self.phase {
			ChannelPhase::Open => true,
			ChannelPhase::Closing { at } => clock < at,
		}
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_open_channel(
		payer: AccountId,
		operator: AccountId,
		model: ModelId,
		key: [u8; 32],
		scheme: u8,
		price: Price,
		deposit: Balance,
	) -> DispatchResult {
		let key = public_key(scheme, key).ok_or(Error::<T>::UnknownScheme)?;
		ensure!(deposit > 0, Error::<T>::ZeroAmount);
		ensure!(
			Self::operator(&operator)?.is_active(),
			Error::<T>::OperatorNotActive
		);
		ensure!(
			T::Models::accepts_channels(model),
			Error::<T>::ModelNotServed
		);
		let id = LastChannel::<T>::get()
			.checked_add(1)
			.ok_or(Error::<T>::Overflow)?;
		T::Fungible::hold(&HoldReason::ChannelDeposit.into(), &payer, deposit)?;
		LastChannel::<T>::put(id);
		let channel = Channel {
			payer: payer.clone(),
			key,
			operator: operator.clone(),
			model,
			price,
			deposit,
			settled_calls: 0,
			settled_fee: 0,
			settled_matched: 0,
			phase: ChannelPhase::Open,
		};
		Channels::<T>::insert(id, channel);
		Self::deposit_event(Event::ChannelOpened {
			channel: id,
			payer,
			operator,
			model,
			deposit,
		});
		Ok(())
	}

	pub(crate) fn do_top_up(payer: AccountId, id: ChannelId, amount: Balance) -> DispatchResult {
		let mut channel = Self::open_channel_of(&payer, id)?;
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		channel.deposit = channel
			.deposit
			.checked_add(amount)
			.ok_or(Error::<T>::Overflow)?;
		T::Fungible::hold(&HoldReason::ChannelDeposit.into(), &payer, amount)?;
		let deposit = channel.deposit;
		Channels::<T>::insert(id, channel);
		Self::deposit_event(Event::ChannelToppedUp {
			channel: id,
			deposit,
		});
		Ok(())
	}

	pub(crate) fn do_close_channel(payer: AccountId, id: ChannelId) -> DispatchResult {
		let mut channel = Self::open_channel_of(&payer, id)?;
		let thaw = u64::from(Parameters::<T>::get().thaw);
		let at = ServiceClock::<T>::get().saturating_add(thaw);
		channel.phase = ChannelPhase::Closing { at };
		Channels::<T>::insert(id, channel);
		Self::deposit_event(Event::ChannelClosing { channel: id, at });
		Ok(())
	}

	pub(crate) fn do_withdraw_channel(id: ChannelId) -> DispatchResult {
		let channel = Self::channel(id)?;
		ensure!(
			!channel.takes_vouchers(ServiceClock::<T>::get()),
			Error::<T>::StillThawing
		);
		let refund = channel.held();
		if refund > 0 {
			T::Fungible::release(
				&HoldReason::ChannelDeposit.into(),
				&channel.payer,
				refund,
				Precision::Exact,
			)?;
		}
		Channels::<T>::remove(id);
		Self::deposit_event(Event::ChannelClosed {
			channel: id,
			refund,
		});
		Ok(())
	}

	/// Whether an id was given to a channel that has no row any more.
	pub(crate) fn was_channel(id: ChannelId) -> bool {
		id > 0 && id <= LastChannel::<T>::get()
	}

	fn channel(id: ChannelId) -> Result<Channel, DispatchError> {
		Channels::<T>::get(id).ok_or_else(|| Error::<T>::UnknownChannel.into())
	}

	fn open_channel_of(payer: &AccountId, id: ChannelId) -> Result<Channel, DispatchError> {
		let channel = Self::channel(id)?;
		ensure!(channel.payer == *payer, Error::<T>::NotPayer);
		ensure!(
			channel.phase == ChannelPhase::Open,
			Error::<T>::ChannelNotOpen
		);
		Ok(channel)
	}
}

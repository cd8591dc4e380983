// SPDX-License-Identifier: Apache-2.0
//! How the off-chain worker turns a call into a transaction.
//!
//! The worker holds no keys: its transactions are general ones, and a call's `authorize` function
//! decides what they may do.

use crate::{Runtime, RuntimeCall, System, TxExtension, UncheckedExtrinsic};
use frame_system::offchain::{
	CreateAuthorizedTransaction, CreateTransaction, CreateTransactionBase,
};
use sp_runtime::generic::Era;

/// Blocks during which every node builds the same bytes for the same call.
const RETRY_BLOCKS: u32 = 16;

impl<Call> CreateTransactionBase<Call> for Runtime
where
	RuntimeCall: From<Call>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<Call> CreateTransaction<Call> for Runtime
where
	RuntimeCall: From<Call>,
{
	type Extension = TxExtension;

	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_transaction(call, extension)
	}
}

impl<Call> CreateAuthorizedTransaction<Call> for Runtime
where
	RuntimeCall: From<Call>,
{
	/// Nobody checks the nonce of a transaction without a signer. It stands for the time: nodes
	/// that push the same call agree on its bytes, and a later attempt has new ones, which a pool
	/// that banned the earlier ones takes.
	fn create_extension() -> TxExtension {
		let attempt = System::block_number()
			.checked_div(RETRY_BLOCKS)
			.unwrap_or_default();
		(
			frame_system::AuthorizeCall::new(),
			frame_system::CheckNonZeroSender::new(),
			frame_system::CheckSpecVersion::new(),
			frame_system::CheckTxVersion::new(),
			frame_system::CheckGenesis::new(),
			frame_system::CheckMortality::from(Era::Immortal),
			frame_system::CheckNonce::from(attempt),
			frame_system::CheckWeight::new(),
			pallet_transaction_payment::ChargeTransactionPayment::from(0),
			frame_metadata_hash_extension::CheckMetadataHash::new(false),
			frame_system::WeightReclaim::new(),
		)
	}
}

// SPDX-License-Identifier: Apache-2.0
//! The runtime APIs: what nodes and clients may ask.

#![allow(
	missing_docs,
	reason = "the macro's output; each API is documented where it is declared"
)]

use crate::{
	configs::consensus::{prove_key_owner, EpochDuration, BABE_GENESIS_EPOCH_CONFIG},
	genesis_config_presets,
	pallets::{check_inherents, create_inherents},
	AccountId, Babe, Balance, Block, Datanets, Executive, Grandpa, Models, Nonce, Royalties,
	Runtime, RuntimeCall, RuntimeGenesisConfig, SessionKeys, System, TransactionPayment, Usage,
	VERSION,
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{
	genesis_builder_helper,
	view_functions::{ViewFunctionDispatchError, ViewFunctionId},
	weights::Weight,
};
use openledger_primitives::{
	apis::{
		AdvertisementView, BatchQuote, BatchRejection, BatchView, ChannelView, ClaimView,
		ContributionView, CorpusEntry, DatanetView, EarningsView, MembershipView, ModelView,
		OperatorView, PoolRowView, PublicationQuote, ReviewView, SnapshotView,
	},
	ledger::{LedgerRow, Recomputed},
	ports::FeeSplit,
	ChannelId, ClaimId, ContributionId, DatanetId, ModelId, Ppm, Sequence, Version, H256,
};
use sp_api::impl_runtime_apis;
use sp_consensus_babe::AuthorityId as BabeId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_core::{crypto::KeyTypeId, OpaqueMetadata};
use sp_genesis_builder::PresetId;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
	key_types,
	traits::{Block as BlockT, NumberFor},
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult, ExtrinsicInclusionMode,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;

impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			VERSION
		}

		fn execute_block(block: <Block as BlockT>::LazyBlock) {
			Executive::execute_block(block);
		}

		fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
			Executive::initialize_block(header)
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			OpaqueMetadata::new(Runtime::metadata().into())
		}

		fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
			Runtime::metadata_at_version(version)
		}

		fn metadata_versions() -> Vec<u32> {
			Runtime::metadata_versions()
		}
	}

	impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
		fn execute_view_function(
			query: ViewFunctionId,
			input: Vec<u8>,
		) -> Result<Vec<u8>, ViewFunctionDispatchError> {
			Runtime::execute_view_function(query, input)
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			Executive::apply_extrinsic(extrinsic)
		}

		fn finalize_block() -> <Block as BlockT>::Header {
			Executive::finalize_block()
		}

		fn inherent_extrinsics(data: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			create_inherents(&data)
		}

		fn check_inherents(
			block: <Block as BlockT>::LazyBlock,
			data: InherentData,
		) -> CheckInherentsResult {
			check_inherents(&block, &data)
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			source: TransactionSource,
			transaction: <Block as BlockT>::Extrinsic,
			at: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			Executive::validate_transaction(source, transaction, at)
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(header: &<Block as BlockT>::Header) {
			Executive::offchain_worker(header)
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(
			owner: Vec<u8>,
			seed: Option<Vec<u8>>,
		) -> OpaqueGeneratedSessionKeys {
			SessionKeys::generate(&owner, seed).into()
		}

		fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
			SessionKeys::decode_into_raw_public_keys(&encoded)
		}
	}

	impl sp_consensus_babe::BabeApi<Block> for Runtime {
		fn configuration() -> sp_consensus_babe::BabeConfiguration {
			let epoch = Babe::epoch_config().unwrap_or(BABE_GENESIS_EPOCH_CONFIG);
			sp_consensus_babe::BabeConfiguration {
				slot_duration: Babe::slot_duration(),
				epoch_length: EpochDuration::get(),
				c: epoch.c,
				authorities: Babe::authorities().to_vec(),
				randomness: Babe::randomness(),
				allowed_slots: epoch.allowed_slots,
			}
		}

		fn current_epoch_start() -> sp_consensus_babe::Slot {
			Babe::current_epoch_start()
		}

		fn current_epoch() -> sp_consensus_babe::Epoch {
			Babe::current_epoch()
		}

		fn next_epoch() -> sp_consensus_babe::Epoch {
			Babe::next_epoch()
		}

		fn generate_key_ownership_proof(
			_slot: sp_consensus_babe::Slot,
			authority: BabeId,
		) -> Option<sp_consensus_babe::OpaqueKeyOwnershipProof> {
			prove_key_owner(key_types::BABE, authority.as_ref())
				.map(|proof| sp_consensus_babe::OpaqueKeyOwnershipProof::new(proof.encode()))
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			evidence: sp_consensus_babe::EquivocationProof<<Block as BlockT>::Header>,
			key_owner: sp_consensus_babe::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			Babe::submit_unsigned_equivocation_report(evidence, key_owner.decode()?)
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
			Grandpa::grandpa_authorities()
		}

		fn current_set_id() -> sp_consensus_grandpa::SetId {
			Grandpa::current_set_id()
		}

		fn generate_key_ownership_proof(
			_set: sp_consensus_grandpa::SetId,
			authority: GrandpaId,
		) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
			prove_key_owner(key_types::GRANDPA, authority.as_ref())
				.map(|proof| sp_consensus_grandpa::OpaqueKeyOwnershipProof::new(proof.encode()))
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			evidence: sp_consensus_grandpa::EquivocationProof<
				<Block as BlockT>::Hash,
				NumberFor<Block>,
			>,
			key_owner: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			Grandpa::submit_unsigned_equivocation_report(evidence, key_owner.decode()?)
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(account: AccountId) -> Nonce {
			System::account_nonce(account)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance>
		for Runtime
	{
		fn query_info(
			extrinsic: <Block as BlockT>::Extrinsic,
			length: u32,
		) -> pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_info(extrinsic, length)
		}

		fn query_fee_details(
			extrinsic: <Block as BlockT>::Extrinsic,
			length: u32,
		) -> pallet_transaction_payment_rpc_runtime_api::FeeDetails<Balance> {
			TransactionPayment::query_fee_details(extrinsic, length)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<
		Block,
		Balance,
		RuntimeCall,
	> for Runtime
	{
		fn query_call_info(
			call: RuntimeCall,
			length: u32,
		) -> pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_call_info(call, length)
		}

		fn query_call_fee_details(
			call: RuntimeCall,
			length: u32,
		) -> pallet_transaction_payment_rpc_runtime_api::FeeDetails<Balance> {
			TransactionPayment::query_call_fee_details(call, length)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
			genesis_builder_helper::build_state::<RuntimeGenesisConfig>(config)
		}

		fn get_preset(id: &Option<PresetId>) -> Option<Vec<u8>> {
			genesis_builder_helper::get_preset::<RuntimeGenesisConfig>(
				id,
				genesis_config_presets::get_preset,
			)
		}

		fn preset_names() -> Vec<PresetId> {
			genesis_config_presets::preset_names()
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	impl frame_benchmarking::Benchmark<Block> for Runtime {
		fn benchmark_metadata(
			extra: bool,
		) -> (
			Vec<frame_benchmarking::BenchmarkList>,
			Vec<frame_support::traits::StorageInfo>,
		) {
			crate::benchmarks::metadata(extra)
		}

		fn dispatch_benchmark(
			config: frame_benchmarking::BenchmarkConfig,
		) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
			crate::benchmarks::dispatch(config)
		}
	}

	#[cfg(feature = "try-runtime")]
	impl frame_try_runtime::TryRuntime<Block> for Runtime {
		fn on_runtime_upgrade(
			checks: frame_try_runtime::UpgradeCheckSelect,
		) -> (Weight, Weight) {
			#[allow(clippy::expect_used, reason = "a failed check must stop the tool")]
			let used = Executive::try_runtime_upgrade(checks).expect("the upgrade passes its checks");
			(used, crate::configs::system::RuntimeBlockWeights::get().max_block)
		}

		fn execute_block(
			block: <Block as BlockT>::LazyBlock,
			state_root_check: bool,
			signature_check: bool,
			select: frame_try_runtime::TryStateSelect,
		) -> Weight {
			#[allow(clippy::expect_used, reason = "a failed check must stop the tool")]
			Executive::try_execute_block(block, state_root_check, signature_check, select)
				.expect("the block passes its checks")
		}
	}

	impl openledger_primitives::apis::DatanetsApi<Block, AccountId> for Runtime {
		fn datanet(id: DatanetId) -> Option<DatanetView<AccountId>> {
			Datanets::api_datanet(id)
		}

		fn datanets(cursor: DatanetId, limit: u32) -> Vec<DatanetView<AccountId>> {
			Datanets::api_datanets(cursor, limit)
		}

		fn contribution(id: ContributionId) -> Option<ContributionView<AccountId>> {
			Datanets::api_contribution(id)
		}

		fn accepted(
			datanet: DatanetId,
			cursor: u64,
			limit: u32,
		) -> Vec<ContributionView<AccountId>> {
			Datanets::api_accepted(datanet, cursor, limit)
		}

		fn by_root(datanet: DatanetId, text_root: H256) -> Option<ContributionId> {
			Datanets::api_by_root(datanet, text_root)
		}

		fn snapshot(datanet: DatanetId, version: Version) -> Option<SnapshotView> {
			Datanets::api_snapshot(datanet, version)
		}

		fn review(contribution: ContributionId) -> Option<ReviewView<AccountId>> {
			Datanets::api_review(contribution)
		}

		fn claim(id: ClaimId) -> Option<ClaimView<AccountId>> {
			Datanets::api_claim(id)
		}

		fn claims(cursor: ClaimId, limit: u32) -> Vec<ClaimView<AccountId>> {
			Datanets::api_claims(cursor, limit)
		}

		fn membership(
			datanet: DatanetId,
			version: Version,
			contribution: ContributionId,
		) -> Option<MembershipView> {
			Datanets::api_membership(datanet, version, contribution)
		}

		fn contributions(
			cursor: ContributionId,
			limit: u32,
		) -> Vec<ContributionView<AccountId>> {
			Datanets::api_contributions(cursor, limit)
		}
	}

	impl openledger_primitives::apis::ModelsApi<Block, AccountId> for Runtime {
		fn model(id: ModelId) -> Option<ModelView<AccountId>> {
			Models::api_model(id, Royalties::api_inbox(id))
		}

		fn models(cursor: ModelId, limit: u32) -> Vec<ModelView<AccountId>> {
			Models::api_models(cursor, limit, Royalties::api_inbox)
		}

		fn corpus(id: ModelId) -> Vec<CorpusEntry> {
			Models::api_corpus(id)
		}

		fn quote_publication(id: ModelId) -> Result<PublicationQuote, Vec<u8>> {
			Models::api_quote_publication(id)
		}

		fn advertisements(
			model: ModelId,
			cursor: Option<(Balance, AccountId)>,
			limit: u32,
		) -> Vec<AdvertisementView<AccountId>> {
			Models::api_advertisements(model, cursor, limit)
		}
	}

	impl openledger_primitives::apis::UsageApi<Block, AccountId> for Runtime {
		fn operator(account: AccountId) -> Option<OperatorView<AccountId>> {
			Usage::api_operator(account)
		}

		fn channel(id: ChannelId) -> Option<ChannelView<AccountId>> {
			Usage::api_channel(id)
		}

		fn next_sequence(operator: AccountId, model: ModelId) -> Sequence {
			Usage::api_next_sequence(operator, model)
		}

		fn batch(
			operator: AccountId,
			model: ModelId,
			sequence: Sequence,
		) -> Option<BatchView<AccountId>> {
			Usage::api_batch(operator, model, sequence)
		}

		fn validate_batch(
			batch: Vec<u8>,
			signature: Vec<u8>,
		) -> Result<BatchQuote<AccountId>, BatchRejection> {
			Usage::api_validate_batch(batch, signature)
		}

		fn quote_charge(vouchers: u32, pages: u32) -> Balance {
			Usage::api_quote_charge(vouchers, pages)
		}

		fn service_clock() -> u64 {
			Usage::api_service_clock()
		}
	}

	impl openledger_primitives::apis::RoyaltiesApi<Block, AccountId> for Runtime {
		fn earnings(account: AccountId, rows: Vec<(DatanetId, Version)>) -> EarningsView {
			Royalties::api_earnings(&account, rows)
		}

		fn pool_row(
			datanet: DatanetId,
			tranche: Version,
			account: AccountId,
		) -> Option<PoolRowView> {
			Royalties::api_pool_row(datanet, tranche, &account)
		}

		fn pool_balance(datanet: DatanetId) -> Balance {
			Royalties::api_pool_balance(datanet)
		}

		fn quote_split(model: ModelId, fee: Balance) -> Option<FeeSplit> {
			Royalties::api_quote_split(model, fee)
		}

		fn recompute(
			model: ModelId,
			fee: Balance,
			burn_ppm: Ppm,
			treasury_ppm: Ppm,
		) -> Option<Recomputed> {
			Royalties::api_recompute(model, fee, burn_ppm, treasury_ppm)
		}
	}

	impl openledger_primitives::apis::LedgerApi<Block, AccountId> for Runtime {
		fn ledger_events() -> Vec<LedgerRow<AccountId>> {
			crate::ledger::events()
		}
	}
}

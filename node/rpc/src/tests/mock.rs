// SPDX-License-Identifier: Apache-2.0
//! A chain of two blocks whose runtime APIs answer from lists, and an off-chain storage in memory.

use crate::{datanets::ReadState, error::Error, Block};
use codec::Encode;
use openledger_primitives::{
	apis::{
		AdvertisementView, BatchQuote, BatchRejection, BatchView, ChannelView, ClaimView,
		ContributionState, ContributionView, CorpusEntry, DatanetView, DatanetsApi, EarningsView,
		MembershipView, ModelView, ModelsApi, OperatorView, PoolRowView, PublicationQuote,
		ReviewView, RoyaltiesApi, SnapshotView, UsageApi,
	},
	ledger::{FeeRole, FeeShare, Recomputed},
	ports::FeeSplit,
	shares, AccountId, Balance, BlockNumber, ChannelId, ClaimId, ContributionId, DatanetId,
	ModelId, Ppm, Sequence, Version, H256, PPM,
};
use sp_api::{ApiError, ApiRef, ProvideRuntimeApi};
use sp_blockchain::{BlockStatus, HeaderBackend, Info};
use sp_core::offchain::{storage::InMemOffchainStorage, OffchainStorage};
use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex},
};

pub const GENESIS: H256 = H256([1; 32]);
pub const FINAL: H256 = H256([2; 32]);
pub const BEST: H256 = H256([3; 32]);

/// What the runtime APIs read at one block.
#[derive(Clone, Default)]
pub struct State {
	pub datanets: Vec<DatanetView<AccountId>>,
	pub contributions: Vec<ContributionView<AccountId>>,
	/// Highest id given out, where a contribution or claim may be gone.
	pub contribution_count: ContributionId,
	pub reviews: Vec<ReviewView<AccountId>>,
	pub claims: Vec<ClaimView<AccountId>>,
	pub claim_count: ClaimId,
	pub snapshots: Vec<SnapshotView>,
	pub models: Vec<ModelView<AccountId>>,
	pub corpora: BTreeMap<ModelId, Vec<CorpusEntry>>,
	pub operators: Vec<OperatorView<AccountId>>,
	pub channels: Vec<ChannelView<AccountId>>,
	pub batches: Vec<BatchView<AccountId>>,
	pub verdict: Option<Result<BatchQuote<AccountId>, BatchRejection>>,
	pub earnings: BTreeMap<AccountId, EarningsView>,
	pub pool_rows: Vec<(AccountId, PoolRowView)>,
	/// In the order of the list.
	pub advertisements: Vec<AdvertisementView<AccountId>>,
	pub publications: BTreeMap<ModelId, Result<PublicationQuote, Vec<u8>>>,
}

impl State {
	/// Both splits of a fee, by rule R1.
	fn recompute(
		&self,
		model: ModelId,
		fee: Balance,
		burn_ppm: Ppm,
		treasury_ppm: Ppm,
	) -> Option<Recomputed> {
		let model = self.models.iter().find(|view| view.id == model)?;
		let taken = burn_ppm + treasury_ppm + model.operator_ppm;
		let first = [
			(FeeRole::Burn, burn_ppm),
			(FeeRole::Treasury, treasury_ppm),
			(FeeRole::Operator, model.operator_ppm),
		];
		let rest_ppm = PPM.checked_sub(taken)?;
		let weights: Vec<u128> = first
			.iter()
			.map(|(_, ppm)| u128::from(*ppm))
			.chain([rest_ppm.into()])
			.collect();
		let parts = shares::split(fee, &weights)?;
		let rest = parts[3];
		let vector: Vec<u128> = model.vector.iter().map(|(_, ppm)| (*ppm).into()).collect();
		let share = |role: FeeRole, ppm: Ppm, of: Balance, amount: Balance| FeeShare {
			role,
			ppm,
			of,
			amount,
		};
		let mut all: Vec<FeeShare> = first
			.into_iter()
			.zip(parts)
			.map(|((role, ppm), part)| share(role, ppm, fee, part))
			.collect();
		for ((who, ppm), part) in model.vector.iter().zip(shares::split(rest, &vector)?) {
			all.push(share(FeeRole::Vector(*who), *ppm, rest, part));
		}
		Some(Recomputed { shares: all })
	}
}

/// The blocks, and what was asked of them.
#[derive(Default)]
pub struct Chain {
	blocks: BTreeMap<H256, State>,
	/// Batches and signatures that the runtime was asked to validate.
	pub asked: Mutex<Vec<(Vec<u8>, Vec<u8>)>>,
}

impl Chain {
	fn state(&self, at: H256) -> Result<&State, ApiError> {
		self.blocks
			.get(&at)
			.ok_or_else(|| ApiError::UnknownBlock(format!("{at:?}")))
	}
}

/// A client of that chain.
#[derive(Default)]
pub struct Node(pub Arc<Chain>);

impl Node {
	pub fn new(last_final: State, best: State) -> Arc<Self> {
		let blocks = [(FINAL, last_final), (BEST, best)].into();
		Arc::new(Self(Arc::new(Chain {
			blocks,
			..Chain::default()
		})))
	}

	/// Raw values of the state: the counters of the pallet `Datanets`, under the keys that a chain
	/// has them. A counter that was never raised is not there.
	pub fn read_state(&self) -> ReadState {
		let chain = self.0.clone();
		Arc::new(move |at, key| {
			let state = chain.state(at).map_err(Error::from)?;
			let counter = match format!("{:?}", H256::from_slice(key)).as_str() {
				CONTRIBUTION_COUNT => state.contribution_count,
				CLAIM_COUNT => state.claim_count,
				other => panic!("another key is read: {other:?}"),
			};
			Ok(Some(counter)
				.filter(|counter| *counter > 0)
				.map(|counter| counter.encode()))
		})
	}
}

/// `twox128("Datanets") ‖ twox128("ContributionCount")`.
const CONTRIBUTION_COUNT: &str =
	"0x7a95a7e781989471ec123202b4393ee2ed31091d25efc547e23c23a8c6cf8145";
/// `twox128("Datanets") ‖ twox128("ClaimCount")`.
const CLAIM_COUNT: &str = "0x7a95a7e781989471ec123202b4393ee2df5e22fc8bd65e9526698c1e60b01289";

/// The runtime of a [`Node`].
pub struct Runtime(Arc<Chain>);

impl ProvideRuntimeApi<Block> for Node {
	type Api = Runtime;

	fn runtime_api(&self) -> ApiRef<'_, Runtime> {
		Runtime(self.0.clone()).into()
	}
}

impl HeaderBackend<Block> for Node {
	fn header(
		&self,
		_: H256,
	) -> sp_blockchain::Result<Option<<Block as sp_runtime::traits::Block>::Header>> {
		Ok(None)
	}

	fn info(&self) -> Info<Block> {
		Info {
			best_hash: BEST,
			best_number: 9,
			genesis_hash: GENESIS,
			finalized_hash: FINAL,
			finalized_number: 7,
			finalized_state: None,
			number_leaves: 1,
			block_gap: None,
		}
	}

	fn status(&self, _: H256) -> sp_blockchain::Result<BlockStatus> {
		Ok(BlockStatus::Unknown)
	}

	fn number(&self, _: H256) -> sp_blockchain::Result<Option<BlockNumber>> {
		Ok(None)
	}

	fn hash(&self, _: BlockNumber) -> sp_blockchain::Result<Option<H256>> {
		Ok(None)
	}
}

fn from_cursor<T: Clone>(
	items: &[T],
	limit: u32,
	is_wanted: impl Fn(&T) -> bool,
) -> Result<Vec<T>, ApiError> {
	let limit = usize::try_from(limit).unwrap();
	Ok(items
		.iter()
		.filter(|item| is_wanted(item))
		.take(limit)
		.cloned()
		.collect())
}

fn number_of(view: &ContributionView<AccountId>) -> Option<u64> {
	match view.state {
		ContributionState::Accepted { number, .. } => Some(number),
		_ => None,
	}
}

sp_api::mock_impl_runtime_apis! {
	impl DatanetsApi<Block, AccountId> for Runtime {
		#[advanced]
		fn datanet(
			&self,
			at: H256,
			id: DatanetId,
		) -> Result<Option<DatanetView<AccountId>>, ApiError> {
			Ok(self.0.state(at)?.datanets.iter().find(|view| view.id == id).cloned())
		}

		#[advanced]
		fn datanets(
			&self,
			at: H256,
			cursor: DatanetId,
			limit: u32,
		) -> Result<Vec<DatanetView<AccountId>>, ApiError> {
			from_cursor(&self.0.state(at)?.datanets, limit, |view| view.id > cursor)
		}

		#[advanced]
		fn contribution(
			&self,
			at: H256,
			id: ContributionId,
		) -> Result<Option<ContributionView<AccountId>>, ApiError> {
			Ok(self.0.state(at)?.contributions.iter().find(|view| view.id == id).cloned())
		}

		#[advanced]
		fn contributions(
			&self,
			at: H256,
			cursor: ContributionId,
			limit: u32,
		) -> Result<Vec<ContributionView<AccountId>>, ApiError> {
			let last = cursor.saturating_add(limit.into());
			from_cursor(&self.0.state(at)?.contributions, limit, |view| {
				view.id > cursor && view.id <= last
			})
		}

		#[advanced]
		fn review(
			&self,
			at: H256,
			contribution: ContributionId,
		) -> Result<Option<ReviewView<AccountId>>, ApiError> {
			let mut all = self.0.state(at)?.reviews.iter();
			Ok(all.find(|view| view.contribution == contribution).cloned())
		}

		#[advanced]
		fn claim(&self, at: H256, id: ClaimId) -> Result<Option<ClaimView<AccountId>>, ApiError> {
			Ok(self.0.state(at)?.claims.iter().find(|view| view.id == id).cloned())
		}

		#[advanced]
		fn claims(
			&self,
			at: H256,
			cursor: ClaimId,
			limit: u32,
		) -> Result<Vec<ClaimView<AccountId>>, ApiError> {
			let last = cursor.saturating_add(limit.into());
			from_cursor(&self.0.state(at)?.claims, limit, |view| {
				view.id > cursor && view.id <= last
			})
		}

		#[advanced]
		fn membership(
			&self,
			at: H256,
			datanet: DatanetId,
			version: Version,
			contribution: ContributionId,
		) -> Result<Option<MembershipView>, ApiError> {
			let state = self.0.state(at)?;
			let found = state.contributions.iter().find(|view| view.id == contribution);
			let snapshot = state
				.snapshots
				.iter()
				.find(|view| (view.datanet, view.version) == (datanet, version));
			let (Some(view), Some(snapshot)) = (found, snapshot) else {
				return Ok(None);
			};
			let number = number_of(view).filter(|number| *number < snapshot.count);
			Ok(number.map(|number| MembershipView {
				number,
				count: snapshot.count,
				hash: snapshot.hash,
				text_root: view.text_root,
			}))
		}

		#[advanced]
		fn accepted(
			&self,
			at: H256,
			datanet: DatanetId,
			cursor: u64,
			limit: u32,
		) -> Result<Vec<ContributionView<AccountId>>, ApiError> {
			from_cursor(&self.0.state(at)?.contributions, limit, |view| {
				view.datanet == datanet && number_of(view).is_some_and(|number| number >= cursor)
			})
		}

		#[advanced]
		fn by_root(
			&self,
			at: H256,
			datanet: DatanetId,
			text_root: H256,
		) -> Result<Option<ContributionId>, ApiError> {
			let mut all = self.0.state(at)?.contributions.iter();
			let found = all.find(|view| view.datanet == datanet && view.text_root == text_root);
			Ok(found.map(|view| view.id))
		}

		#[advanced]
		fn snapshot(
			&self,
			at: H256,
			datanet: DatanetId,
			version: Version,
		) -> Result<Option<SnapshotView>, ApiError> {
			let mut all = self.0.state(at)?.snapshots.iter();
			Ok(all.find(|view| (view.datanet, view.version) == (datanet, version)).cloned())
		}
	}

	impl ModelsApi<Block, AccountId> for Runtime {
		#[advanced]
		fn model(&self, at: H256, id: ModelId) -> Result<Option<ModelView<AccountId>>, ApiError> {
			Ok(self.0.state(at)?.models.iter().find(|view| view.id == id).cloned())
		}

		#[advanced]
		fn models(
			&self,
			at: H256,
			cursor: ModelId,
			limit: u32,
		) -> Result<Vec<ModelView<AccountId>>, ApiError> {
			from_cursor(&self.0.state(at)?.models, limit, |view| view.id > cursor)
		}

		#[advanced]
		fn corpus(&self, at: H256, id: ModelId) -> Result<Vec<CorpusEntry>, ApiError> {
			Ok(self.0.state(at)?.corpora.get(&id).cloned().unwrap_or_default())
		}

		#[advanced]
		fn quote_publication(
			&self,
			at: H256,
			id: ModelId,
		) -> Result<Result<PublicationQuote, Vec<u8>>, ApiError> {
			let known = self.0.state(at)?.publications.get(&id).cloned();
			Ok(known.unwrap_or(Err(b"UnknownModel".to_vec())))
		}

		#[advanced]
		fn advertisements(
			&self,
			at: H256,
			model: ModelId,
			cursor: Option<(Balance, AccountId)>,
			limit: u32,
		) -> Result<Vec<AdvertisementView<AccountId>>, ApiError> {
			from_cursor(&self.0.state(at)?.advertisements, limit, |view| {
				let key = (view.reference_fee, view.operator.clone());
				view.model == model && cursor.as_ref().is_none_or(|cursor| key > *cursor)
			})
		}
	}

	impl UsageApi<Block, AccountId> for Runtime {
		#[advanced]
		fn operator(
			&self,
			at: H256,
			account: AccountId,
		) -> Result<Option<OperatorView<AccountId>>, ApiError> {
			Ok(self.0.state(at)?.operators.iter().find(|view| view.account == account).cloned())
		}

		#[advanced]
		fn channel(
			&self,
			at: H256,
			id: ChannelId,
		) -> Result<Option<ChannelView<AccountId>>, ApiError> {
			Ok(self.0.state(at)?.channels.iter().find(|view| view.id == id).cloned())
		}

		#[advanced]
		fn next_sequence(
			&self,
			at: H256,
			operator: AccountId,
			model: ModelId,
		) -> Result<Sequence, ApiError> {
			let mut all = self.0.state(at)?.batches.iter();
			let last = all.rfind(|view| (&view.operator, view.model) == (&operator, model));
			Ok(last.map_or(0, |view| view.sequence + 1))
		}

		#[advanced]
		fn batch(
			&self,
			at: H256,
			operator: AccountId,
			model: ModelId,
			sequence: Sequence,
		) -> Result<Option<BatchView<AccountId>>, ApiError> {
			let key = (&operator, model, sequence);
			let mut all = self.0.state(at)?.batches.iter();
			Ok(all.find(|view| (&view.operator, view.model, view.sequence) == key).cloned())
		}

		#[advanced]
		fn validate_batch(
			&self,
			at: H256,
			batch: Vec<u8>,
			signature: Vec<u8>,
		) -> Result<Result<BatchQuote<AccountId>, BatchRejection>, ApiError> {
			self.0.asked.lock().unwrap().push((batch, signature));
			let verdict = self.0.state(at)?.verdict.clone();
			verdict.ok_or_else(|| ApiError::UnknownBlock("no verdict here".into()))
		}

		#[advanced]
		fn quote_charge(&self, at: H256, vouchers: u32, pages: u32) -> Result<Balance, ApiError> {
			self.0.state(at)?;
			Ok(u128::from(vouchers) * 1_000 + u128::from(pages) * 7)
		}

		#[advanced]
		fn service_clock(&self, at: H256) -> Result<u64, ApiError> {
			self.0.state(at)?;
			Ok(if at == BEST { 9 } else { 7 })
		}
	}

	impl RoyaltiesApi<Block, AccountId> for Runtime {
		#[advanced]
		fn earnings(
			&self,
			at: H256,
			account: AccountId,
			rows: Vec<(DatanetId, Version)>,
		) -> Result<EarningsView, ApiError> {
			let state = self.0.state(at)?;
			let none = EarningsView { accrued: 0, paid: 0, pending: 0 };
			let booked = state.earnings.get(&account).cloned().unwrap_or(none);
			let named = state
				.pool_rows
				.iter()
				.filter(|(who, row)| *who == account && rows.contains(&(row.datanet, row.tranche)));
			let pending = named.map(|(_, row)| row.pending).sum();
			Ok(EarningsView { pending, ..booked })
		}

		#[advanced]
		fn pool_row(
			&self,
			at: H256,
			datanet: DatanetId,
			tranche: Version,
			account: AccountId,
		) -> Result<Option<PoolRowView>, ApiError> {
			let mut all = self.0.state(at)?.pool_rows.iter();
			let found = all.find(|(who, row)| {
				(who, row.datanet, row.tranche) == (&account, datanet, tranche)
			});
			Ok(found.map(|(_, row)| row.clone()))
		}

		#[advanced]
		fn pool_balance(&self, at: H256, datanet: DatanetId) -> Result<Balance, ApiError> {
			let all = self.0.state(at)?.pool_rows.iter();
			Ok(all.filter(|(_, row)| row.datanet == datanet).map(|(_, row)| row.pending).sum())
		}

		#[advanced]
		fn quote_split(
			&self,
			at: H256,
			model: ModelId,
			fee: Balance,
		) -> Result<Option<FeeSplit>, ApiError> {
			let known = self.0.state(at)?.models.iter().any(|view| view.id == model);
			Ok(known.then(|| FeeSplit { data: fee, ..FeeSplit::default() }))
		}

		#[advanced]
		fn recompute(
			&self,
			at: H256,
			model: ModelId,
			fee: Balance,
			burn_ppm: Ppm,
			treasury_ppm: Ppm,
		) -> Result<Option<Recomputed>, ApiError> {
			Ok(self.0.state(at)?.recompute(model, fee, burn_ppm, treasury_ppm))
		}
	}
}

/// One storage behind many handles, as the node's database.
#[derive(Clone, Default)]
pub struct Storage(Arc<Mutex<InMemOffchainStorage>>);

impl Storage {
	/// Everything in it.
	pub fn rows(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
		self.0.lock().unwrap().clone().into_iter().collect()
	}
}

impl OffchainStorage for Storage {
	fn set(&mut self, prefix: &[u8], key: &[u8], value: &[u8]) {
		self.0.lock().unwrap().set(prefix, key, value);
	}

	fn remove(&mut self, prefix: &[u8], key: &[u8]) {
		OffchainStorage::remove(&mut *self.0.lock().unwrap(), prefix, key);
	}

	fn get(&self, prefix: &[u8], key: &[u8]) -> Option<Vec<u8>> {
		self.0.lock().unwrap().get(prefix, key)
	}

	fn compare_and_set(
		&mut self,
		prefix: &[u8],
		key: &[u8],
		old: Option<&[u8]>,
		new: &[u8],
	) -> bool {
		self.0
			.lock()
			.unwrap()
			.compare_and_set(prefix, key, old, new)
	}
}

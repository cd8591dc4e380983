// SPDX-License-Identifier: Apache-2.0
//! Reads of chain state at one block: runtime APIs, typed.

use codec::{Decode, Encode};
use openledger_primitives::{
	apis::{
		AdvertisementView, BatchQuote, BatchRejection, BatchView, ChannelView, ClaimView,
		ContributionView, CorpusEntry, DatanetView, EarningsView, MembershipView, ModelView,
		OperatorView, PoolRowView, PublicationQuote, ReviewView, SnapshotView, MAX_PAGE,
	},
	payload::SignedUsageBatch,
	ports::FeeSplit,
	AccountId, Balance, ChannelId, ClaimId, ContributionId, DatanetId, ModelId, Sequence, Version,
	H256,
};
use sp_io::hashing::{blake2_128, twox_128};

use crate::{
	chain::{BlockId, Client},
	error::{Error, Result},
};

/// State at one block: everything read from it belongs together.
#[derive(Clone, Debug)]
pub struct State {
	client: Client,
	block: BlockId,
}

/// Money of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AccountMoney {
	/// Can be spent, locks aside.
	pub free: Balance,
	/// On hold.
	pub held: Balance,
	/// Of the free part, what locks and freezes keep.
	pub frozen: Balance,
}

impl Client {
	/// State at the last finalised block.
	pub async fn finalised_state(&self) -> Result<State> {
		Ok(self.state_at(self.finalised().await?))
	}

	/// State at the best block.
	pub async fn best_state(&self) -> Result<State> {
		Ok(self.state_at(self.best().await?))
	}

	/// State at a block.
	pub fn state_at(&self, block: BlockId) -> State {
		State {
			client: self.clone(),
			block,
		}
	}
}

impl State {
	/// The block.
	pub fn block(&self) -> BlockId {
		self.block
	}

	async fn api<R: Decode>(&self, method: &str, args: impl Encode) -> Result<R> {
		self.client
			.state_call(method, args, Some(self.block.hash))
			.await
	}

	/// One datanet.
	pub async fn datanet(&self, id: DatanetId) -> Result<Option<DatanetView<AccountId>>> {
		self.api("DatanetsApi_datanet", id).await
	}

	/// Datanets with `id > cursor`.
	pub async fn datanets(
		&self,
		cursor: DatanetId,
		limit: u32,
	) -> Result<Vec<DatanetView<AccountId>>> {
		self.api("DatanetsApi_datanets", (cursor, limit)).await
	}

	/// One contribution.
	pub async fn contribution(
		&self,
		id: ContributionId,
	) -> Result<Option<ContributionView<AccountId>>> {
		self.api("DatanetsApi_contribution", id).await
	}

	/// Contributions with `id > cursor`, in any state; looks at no more than `limit` ids, all of
	/// which may be gone: [`State::contribution_count`] tells where the list ends.
	pub async fn contributions(
		&self,
		cursor: ContributionId,
		limit: u32,
	) -> Result<Vec<ContributionView<AccountId>>> {
		self.api("DatanetsApi_contributions", (cursor, limit)).await
	}

	/// Contributions that were ever accepted, with `number >= cursor`, whatever became of them.
	pub async fn accepted(
		&self,
		datanet: DatanetId,
		cursor: u64,
		limit: u32,
	) -> Result<Vec<ContributionView<AccountId>>> {
		self.api("DatanetsApi_accepted", (datanet, cursor, limit))
			.await
	}

	/// Every contribution accepted with `number < count`, in order, whatever became of it.
	pub async fn members(
		&self,
		datanet: DatanetId,
		count: u64,
	) -> Result<Vec<ContributionView<AccountId>>> {
		let mut members = Vec::new();
		let mut cursor = 0;
		while cursor < count {
			let limit = u32::try_from(count - cursor)
				.unwrap_or(MAX_PAGE)
				.min(MAX_PAGE);
			let page = self.accepted(datanet, cursor, limit).await?;
			if page.is_empty() {
				break;
			}
			members.extend(page);
			cursor += u64::from(limit);
		}
		Ok(members)
	}

	/// The review of a contribution, while it goes on or its rejection can be appealed.
	pub async fn review(
		&self,
		contribution: ContributionId,
	) -> Result<Option<ReviewView<AccountId>>> {
		self.api("DatanetsApi_review", contribution).await
	}

	/// One open duplicate claim.
	pub async fn claim(&self, id: ClaimId) -> Result<Option<ClaimView<AccountId>>> {
		self.api("DatanetsApi_claim", id).await
	}

	/// Open duplicate claims with `id > cursor`; looks at no more than `limit` ids, all of which may
	/// be closed: [`State::claim_count`] tells where the list ends.
	pub async fn claims(&self, cursor: ClaimId, limit: u32) -> Result<Vec<ClaimView<AccountId>>> {
		self.api("DatanetsApi_claims", (cursor, limit)).await
	}

	/// Place of a contribution in a snapshot, if it is in it.
	pub async fn membership(
		&self,
		datanet: DatanetId,
		version: Version,
		contribution: ContributionId,
	) -> Result<Option<MembershipView>> {
		self.api("DatanetsApi_membership", (datanet, version, contribution))
			.await
	}

	/// The contribution that holds this root among pending and accepted ones.
	pub async fn by_root(&self, datanet: DatanetId, root: H256) -> Result<Option<ContributionId>> {
		self.api("DatanetsApi_by_root", (datanet, root)).await
	}

	/// One snapshot.
	pub async fn snapshot(
		&self,
		datanet: DatanetId,
		version: Version,
	) -> Result<Option<SnapshotView>> {
		self.api("DatanetsApi_snapshot", (datanet, version)).await
	}

	/// One model.
	pub async fn model(&self, id: ModelId) -> Result<Option<ModelView<AccountId>>> {
		self.api("ModelsApi_model", id).await
	}

	/// Models with `id > cursor`.
	pub async fn models(&self, cursor: ModelId, limit: u32) -> Result<Vec<ModelView<AccountId>>> {
		self.api("ModelsApi_models", (cursor, limit)).await
	}

	/// Snapshots that the model's answers are matched against.
	pub async fn corpus(&self, id: ModelId) -> Result<Vec<CorpusEntry>> {
		self.api("ModelsApi_corpus", id).await
	}

	/// What publishing a draft would do now, or the name of the error that refuses it.
	pub async fn quote_publication(
		&self,
		id: ModelId,
	) -> Result<core::result::Result<PublicationQuote, Vec<u8>>> {
		self.api("ModelsApi_quote_publication", id).await
	}

	/// Operators that serve a model, cheapest first, after the `(reference fee, operator)` given.
	pub async fn advertisements(
		&self,
		model: ModelId,
		cursor: Option<(Balance, AccountId)>,
		limit: u32,
	) -> Result<Vec<AdvertisementView<AccountId>>> {
		self.api("ModelsApi_advertisements", (model, cursor, limit))
			.await
	}

	/// One operator.
	pub async fn operator(&self, account: &AccountId) -> Result<Option<OperatorView<AccountId>>> {
		self.api("UsageApi_operator", account).await
	}

	/// One channel.
	pub async fn channel(&self, id: ChannelId) -> Result<Option<ChannelView<AccountId>>> {
		self.api("UsageApi_channel", id).await
	}

	/// The sequence that the operator's next batch for the model must carry.
	pub async fn next_sequence(&self, operator: &AccountId, model: ModelId) -> Result<Sequence> {
		self.api("UsageApi_next_sequence", (operator, model)).await
	}

	/// A batch that is not wholly paid yet.
	pub async fn batch(
		&self,
		operator: &AccountId,
		model: ModelId,
		sequence: Sequence,
	) -> Result<Option<BatchView<AccountId>>> {
		self.api("UsageApi_batch", (operator, model, sequence))
			.await
	}

	/// Runs all checks of a batch's submission.
	pub async fn validate_batch(
		&self,
		signed: &SignedUsageBatch,
	) -> Result<core::result::Result<BatchQuote<AccountId>, BatchRejection>> {
		let args = (signed.batch.encode(), signed.signature.to_vec());
		self.api("UsageApi_validate_batch", args).await
	}

	/// What a batch with so many vouchers and pages would be charged.
	pub async fn quote_charge(&self, vouchers: u32, pages: u32) -> Result<Balance> {
		self.api("UsageApi_quote_charge", (vouchers, pages)).await
	}

	/// Blocks counted by the service clock.
	pub async fn service_clock(&self) -> Result<u64> {
		self.api("UsageApi_service_clock", ()).await
	}

	/// Booked, paid and, over the given `(datanet, tranche)` rows, pending money.
	pub async fn earnings(
		&self,
		account: &AccountId,
		rows: &[(DatanetId, Version)],
	) -> Result<EarningsView> {
		self.api("RoyaltiesApi_earnings", (account, rows)).await
	}

	/// The account's row in one tranche.
	pub async fn pool_row(
		&self,
		datanet: DatanetId,
		tranche: Version,
		account: &AccountId,
	) -> Result<Option<PoolRowView>> {
		self.api("RoyaltiesApi_pool_row", (datanet, tranche, account))
			.await
	}

	/// Balance of the datanet's pools.
	pub async fn pool_balance(&self, datanet: DatanetId) -> Result<Balance> {
		self.api("RoyaltiesApi_pool_balance", datanet).await
	}

	/// How a fee for a call of the model would be split now.
	pub async fn quote_split(&self, model: ModelId, fee: Balance) -> Result<Option<FeeSplit>> {
		self.api("RoyaltiesApi_quote_split", (model, fee)).await
	}

	/// Money of an account.
	pub async fn money(&self, account: &AccountId) -> Result<AccountMoney> {
		let raw = account.encode();
		let key = [
			&twox_128(b"System")[..],
			&twox_128(b"Account"),
			&blake2_128(&raw),
			&raw,
		]
		.concat();
		let Some(bytes) = self.client.storage(&key, Some(self.block.hash)).await? else {
			return Ok(AccountMoney::default());
		};
		// nonce, three reference counts, then free, reserved, frozen, flags.
		let decoded = <(u32, u32, u32, u32, u128, u128, u128, u128)>::decode(&mut bytes.as_slice());
		let (_, _, _, _, free, held, frozen, _) =
			decoded.map_err(|error| Error::decode("an account", error))?;
		Ok(AccountMoney { free, held, frozen })
	}

	/// Highest contribution id given out.
	pub async fn contribution_count(&self) -> Result<ContributionId> {
		let stored = self.value("Datanets", "ContributionCount").await?;
		Ok(stored.unwrap_or_default())
	}

	/// Highest claim id given out.
	pub async fn claim_count(&self) -> Result<ClaimId> {
		let stored = self.value("Datanets", "ClaimCount").await?;
		Ok(stored.unwrap_or_default())
	}

	/// All planck that exist.
	pub async fn total_issuance(&self) -> Result<Balance> {
		let stored = self.value("Balances", "TotalIssuance").await?;
		stored.ok_or_else(|| Error::decode("the total issuance", "it is absent"))
	}

	/// A storage value of a pallet.
	async fn value<T: Decode>(&self, pallet: &str, name: &str) -> Result<Option<T>> {
		let key = [twox_128(pallet.as_bytes()), twox_128(name.as_bytes())].concat();
		let stored = self.client.storage(&key, Some(self.block.hash)).await?;
		stored
			.map(|bytes| {
				T::decode(&mut bytes.as_slice())
					.map_err(|error| Error::decode(format!("{pallet}.{name}"), error))
			})
			.transpose()
	}
}

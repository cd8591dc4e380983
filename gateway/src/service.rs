// SPDX-License-Identifier: Apache-2.0
//! Serving a call: from the request to a durable record, and what a voucher pays.

use std::{
	collections::HashMap,
	sync::{Arc, Mutex as Lock},
	time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use openledger_client::{
	wire::{self, AnswerExtension, Prompt, Quote, SpanJson},
	Account, BlockId,
};
use openledger_primitives::{
	apis::{ChannelState, ChannelView, ModelState, ModelView},
	payload::{
		request_hash, CallRecord, Price, PublicKey, SessionToken, SignedVoucher, Voucher, FLAG_OPEN,
	},
	ports::Beneficiary,
	AccountId, Balance, ChannelId, ModelId, H256,
};
use openledger_provenance::record::{assemble, CallInput};
use rand_chacha::rand_core::{OsRng, TryRngCore};
use tokio::sync::OwnedMutexGuard;

use crate::{
	backend::{cut, Backend, Completion},
	channels::{Channel, Channels},
	corpus::Corpus,
	port::{Chain, ChainError},
	refusal::{Refusal, VoucherFault},
	session,
	store::{CallRow, ChannelRow, Put, Store},
};

/// For so long a channel's state at a finalised block is good for further calls.
const VIEW_FRESH: Duration = Duration::from_secs(6);
/// For so long it is used while the node is away. Far below the thaw of a closing channel.
const VIEW_KEPT: Duration = Duration::from_secs(30);

/// Terms of service of this gateway.
#[derive(Clone, Debug)]
pub struct Terms {
	/// The operator's account.
	pub operator: AccountId,
	/// The model served.
	pub model: ModelId,
	/// Least price of a channel.
	pub price: Price,
	/// Calls served on trust.
	pub unpaid_limit: u64,
	/// Time for the backend's answer.
	pub deadline: Duration,
}

/// What the gateway shows of itself.
#[derive(Clone, Debug, Default)]
pub struct Status {
	/// The last final block seen.
	pub finalised: Option<BlockId>,
	/// The last thing that went wrong with settling; empty when all is well.
	pub trouble: Option<String>,
}

/// A served call.
#[derive(Clone, Debug)]
pub struct Served {
	/// The prompt.
	pub prompt: Prompt,
	/// The stored call.
	pub row: CallRow,
	/// Why the answer ends.
	pub finish_reason: String,
	/// What the payer is asked to sign next.
	pub voucher: Voucher,
}

impl Served {
	/// The field `openledger` of the answer.
	pub fn extension(&self) -> AnswerExtension {
		AnswerExtension {
			record: (&self.row.record).into(),
			spans: self.row.spans.iter().map(SpanJson::from).collect(),
			secret: self.row.secret,
			voucher: (&self.voucher).into(),
		}
	}
}

/// A gateway that serves one model of one operator.
pub struct Service {
	/// The chain.
	pub chain: Arc<dyn Chain>,
	/// The store.
	pub store: Store,
	/// Channels in use.
	pub channels: Channels,
	/// The model's texts.
	pub corpus: Arc<Corpus>,
	/// The engine.
	pub backend: Arc<dyn Backend>,
	/// Terms of service.
	pub terms: Terms,
	/// The model as the chain shows it.
	pub model: ModelView<AccountId>,
	/// Key that signs batches.
	pub key: Account,
	genesis_hash: H256,
	status: Lock<Status>,
	views: Lock<HashMap<ChannelId, (ChannelView<AccountId>, Instant)>>,
}

impl Service {
	/// Puts the parts together and replays the store.
	pub fn new(
		chain: Arc<dyn Chain>,
		store: Store,
		corpus: Arc<Corpus>,
		backend: Arc<dyn Backend>,
		terms: Terms,
		model: ModelView<AccountId>,
		key: Account,
	) -> Result<Self, Refusal> {
		let genesis_hash = chain.genesis_hash();
		let channels = Channels::replay(&store, genesis_hash)?;
		Ok(Self {
			chain,
			store,
			channels,
			corpus,
			backend,
			terms,
			model,
			key,
			genesis_hash,
			status: Lock::default(),
			views: Lock::default(),
		})
	}

	/// Hash of block 0.
	pub fn genesis_hash(&self) -> &H256 {
		&self.genesis_hash
	}

	/// Whether answers of this model are matched: without a `Contributors` share they are not.
	pub fn is_matched(&self) -> bool {
		self.model
			.vector
			.iter()
			.any(|(who, ppm)| *who == Beneficiary::Contributors && *ppm > 0)
	}

	/// What the gateway shows of itself.
	pub fn status(&self) -> Status {
		self.status
			.lock()
			.unwrap_or_else(|poisoned| poisoned.into_inner())
			.clone()
	}

	/// Changes what the gateway shows of itself.
	pub fn set_status(&self, change: impl FnOnce(&mut Status)) {
		change(
			&mut self
				.status
				.lock()
				.unwrap_or_else(|poisoned| poisoned.into_inner()),
		);
	}

	/// Reads a session token and verifies it with its channel's key.
	pub async fn session(&self, header: Option<&str>) -> Result<SessionToken, Refusal> {
		let text = session::bearer(header)?;
		let (operator, model) = (&self.terms.operator, self.terms.model);
		let token = session::read(text, now_ms(), operator, model)?;
		let key = self.payer_key(token.body.channel).await?;
		session::verify(&token, &key, &self.genesis_hash)?;
		Ok(token)
	}

	/// The payer key of a channel: fixed, so the store's row is as good as the chain's.
	async fn payer_key(&self, id: ChannelId) -> Result<PublicKey, Refusal> {
		match self.store.channel(id)? {
			Some(row) => Ok(row.key),
			None => key_of(&self.view(id, false).await?),
		}
	}

	/// A channel of ours in a finalised block, fresh or, unless it must be, a few seconds old.
	pub async fn view(
		&self,
		id: ChannelId,
		fresh: bool,
	) -> Result<ChannelView<AccountId>, Refusal> {
		let views = || {
			self.views
				.lock()
				.unwrap_or_else(|poisoned| poisoned.into_inner())
		};
		let known = views().get(&id).cloned();
		if let Some((view, since)) = &known {
			if !fresh && since.elapsed() < VIEW_FRESH {
				return Ok(view.clone());
			}
		}
		let read = async {
			let at = self.chain.finalised().await?;
			self.chain.channel(at, id).await
		};
		let view = match (read.await, known) {
			(Ok(Some(view)), _) => view,
			(Ok(None), _) => return Err(Refusal::UnknownChannel(id)),
			(Err(ChainError::Unreachable(_)), Some((view, since)))
				if since.elapsed() < VIEW_KEPT =>
			{
				return Ok(view)
			}
			(Err(error), _) => return Err(error.into()),
		};
		if view.operator != self.terms.operator || view.model != self.terms.model {
			return Err(Refusal::ForeignChannel(id));
		}
		views().insert(id, (view.clone(), Instant::now()));
		Ok(view)
	}

	/// Serves one call of a session: `/v1/completions` or, with `chat`, `/v1/chat/completions`.
	pub async fn serve(
		&self,
		token: &SessionToken,
		voucher: Option<&str>,
		body: &[u8],
		chat: bool,
	) -> Result<Served, Refusal> {
		let prompt = Prompt::parse(body, chat)?;
		if !self.answers_to(&prompt.model) {
			return Err(Refusal::ModelNotFound(prompt.model));
		}
		let id = token.body.channel;
		let mut view = self.view(id, false).await?;
		if view.state != ChannelState::Open {
			view = self.view(id, true).await?;
		}
		self.admit(&view)?;
		self.enter_channel(&view).await?;
		if let Some(text) = voucher {
			let signed = wire::voucher_from_hex(text).ok_or(VoucherFault::Malformed)?;
			if signed.voucher.channel != id {
				return Err(VoucherFault::OtherChannel.into());
			}
			self.accept_voucher(&signed).await?;
		}
		let channel = self
			.channels
			.lock(id)
			.await?
			.ok_or(Refusal::UnknownChannel(id))?;
		self.can_pay(&channel, &prompt).await?;
		let answering = self.backend.complete(&prompt, body);
		let completion = tokio::time::timeout(self.terms.deadline, answering)
			.await
			.map_err(|_| Refusal::Backend("it took too long".into()))?
			.map_err(|error| Refusal::Backend(error.to_string()))?;
		self.record(channel, prompt, body, completion).await
	}

	/// Whether a request's model is the one served: `openledger-7`, or its name on chain.
	fn answers_to(&self, name: &str) -> bool {
		name == wire::model_name(self.terms.model) || name.as_bytes() == self.model.name.as_slice()
	}

	/// Whether calls of a channel are served at all.
	fn admit(&self, view: &ChannelView<AccountId>) -> Result<(), Refusal> {
		if view.state != ChannelState::Open {
			return Err(Refusal::ChannelClosed(view.id));
		}
		let (price, least) = (view.price, self.terms.price);
		let too_low = price.per_call < least.per_call.max(self.model.min_fee_per_call)
			|| price.in_per_kb < least.in_per_kb
			|| price.out_per_kb < least.out_per_kb;
		if too_low {
			return Err(Refusal::PriceTooLow(view.id));
		}
		Ok(())
	}

	/// Gives a channel its row at its first call.
	async fn enter_channel(&self, view: &ChannelView<AccountId>) -> Result<(), Refusal> {
		if self.channels.knows(view.id) {
			return Ok(());
		}
		if view.settled_calls > 0 {
			// Its calls were served from another store: numbers and totals can't go on here.
			return Err(Refusal::ForeignChannel(view.id));
		}
		let row = ChannelRow {
			payer: view.payer.clone(),
			key: key_of(view)?,
			price: view.price,
			voucher: None,
		};
		self.store.write(vec![Put::channel(view.id, &row)]).await?;
		self.channels.insert(Channel::new(view.id, row));
		Ok(())
	}

	/// Refuses with a quote when too many calls are unpaid, or the deposit can't cover this one.
	async fn can_pay(&self, channel: &Channel, prompt: &Prompt) -> Result<(), Refusal> {
		let longest = self.backend.longest_answer(prompt);
		let highest = channel.row.price.fee(prompt.bytes_in, longest);
		let needed = highest.and_then(|fee| channel.fee_total.checked_add(fee));
		let mut view = self.view(channel.id, false).await?;
		if needed.is_none_or(|needed| needed > view.deposit) {
			view = self.view(channel.id, true).await?;
		}
		let quote = || {
			Box::new(Quote {
				channel: channel.id,
				unpaid_calls: channel.unpaid(),
				unpaid_limit: self.terms.unpaid_limit,
				voucher: (&channel.voucher()).into(),
				deposit: view.deposit,
				highest_fee: highest.unwrap_or(Balance::MAX),
				deposit_needed: needed.unwrap_or(Balance::MAX),
				price: (&channel.row.price).into(),
			})
		};
		if channel.unpaid() >= self.terms.unpaid_limit {
			return Err(Refusal::PaymentRequired {
				code: "voucher_required",
				reason: "too many calls are unpaid: sign the quoted voucher",
				quote: quote(),
			});
		}
		if needed.is_none_or(|needed| needed > view.deposit) {
			return Err(Refusal::PaymentRequired {
				code: "deposit_exhausted",
				reason: "the deposit can't cover this call: top the channel up",
				quote: quote(),
			});
		}
		Ok(())
	}

	/// Makes the record, puts it on disk, and only then lets anyone see it.
	async fn record(
		&self,
		mut channel: OwnedMutexGuard<Channel>,
		prompt: Prompt,
		body: &[u8],
		completion: Completion,
	) -> Result<Served, Refusal> {
		let Completion {
			text: mut answer,
			mut finish_reason,
		} = completion;
		if cut(&mut answer, self.backend.longest_answer(&prompt)) {
			finish_reason = "length".into();
		}
		let secret = secret()?;
		let (record, spans) = self.assemble(&channel, &prompt, body, &secret, &answer)?;
		let internal = |what: &str| Refusal::Internal(what.into());
		let range_root = channel
			.root_with(&self.genesis_hash, &record)
			.ok_or_else(|| internal("the channel is full"))?;
		let row = CallRow {
			prompt: if record.is_open() {
				prompt.question().into()
			} else {
				String::new()
			},
			record,
			spans,
			secret,
			answer,
			range_root,
			served_ms: now_ms(),
		};
		let after = channel.after(&self.genesis_hash, &row)?;
		if let Err(error) = self.store.write(Put::call(&row)).await {
			channel.doubtful = true;
			return Err(error.into());
		}
		*channel = after;
		Ok(Served {
			prompt,
			row,
			finish_reason,
			voucher: channel.voucher(),
		})
	}

	fn assemble(
		&self,
		channel: &Channel,
		prompt: &Prompt,
		body: &[u8],
		secret: &[u8; 32],
		answer: &str,
	) -> Result<(CallRecord, Vec<openledger_primitives::payload::Span>), Refusal> {
		let internal = |what: &str| Refusal::Internal(what.into());
		let bytes_out =
			u32::try_from(answer.len()).map_err(|_| internal("the answer is too long"))?;
		let fee = channel.row.price.fee(prompt.bytes_in, bytes_out);
		let number = channel.calls().checked_add(1);
		let call = CallInput {
			channel: channel.id,
			number: number.ok_or_else(|| internal("the channel is full"))?,
			request_hash: request_hash(secret, body),
			secret,
			answer: answer.as_bytes(),
			bytes_in: prompt.bytes_in,
			flags: if prompt.open { FLAG_OPEN } else { 0 },
			fee: fee.ok_or_else(|| internal("the fee overflows"))?,
			fee_total_before: channel.fee_total,
			matched_total_before: channel.matched_total,
		};
		let found = if self.is_matched() {
			self.corpus.now().spans(answer.as_bytes())
		} else {
			Vec::new()
		};
		assemble(&self.genesis_hash, &call, &found)
			.map_err(|error| Refusal::Internal(error.to_string()))
	}

	/// Takes a voucher if it says what this gateway's own records say; it is on disk when this
	/// returns. The same voucher may come again.
	pub async fn accept_voucher(&self, signed: &SignedVoucher) -> Result<Voucher, Refusal> {
		let id = signed.voucher.channel;
		let mut channel = self
			.channels
			.lock(id)
			.await?
			.ok_or(VoucherFault::UnknownChannel)?;
		let own = self.own_voucher(&channel, signed.voucher.calls)?;
		let mut deposit = self.view(id, false).await?.deposit;
		if signed.voucher.fee_total > deposit {
			deposit = self.view(id, true).await?.deposit;
		}
		channel.check_voucher(&self.genesis_hash, signed, &own, deposit)?;
		if channel
			.row
			.voucher
			.as_ref()
			.is_some_and(|known| known.voucher == signed.voucher)
		{
			return Ok(own);
		}
		let mut row = channel.row.clone();
		row.voucher = Some(signed.clone());
		if let Err(error) = self.store.write(vec![Put::channel(id, &row)]).await {
			channel.doubtful = true;
			return Err(error.into());
		}
		channel.row = row;
		Ok(own)
	}

	/// The voucher that this gateway would sign for the first `calls` calls of a channel.
	fn own_voucher(&self, channel: &Channel, calls: u64) -> Result<Voucher, Refusal> {
		if calls == channel.calls() {
			return Ok(channel.voucher());
		}
		let row = self
			.store
			.call(channel.id, calls)?
			.ok_or(VoucherFault::Calls)?;
		Ok(Voucher {
			channel: channel.id,
			calls,
			fee_total: row.record.fee_total,
			matched_total: row.record.matched_total,
			range_root: row.range_root,
		})
	}
}

/// The payer's key as a channel's view shows it.
fn key_of(view: &ChannelView<AccountId>) -> Result<PublicKey, Refusal> {
	let curve = openledger_primitives::payload::Curve::of_scheme(view.scheme);
	let curve = curve.ok_or_else(|| Refusal::Internal("the channel's key has no curve".into()))?;
	Ok(PublicKey {
		curve,
		key: view.key,
	})
}

/// Whether a model can be served.
pub fn is_served(model: &ModelView<AccountId>) -> bool {
	model.state != ModelState::Draft
}

/// Thirty-two bytes of the system's randomness.
fn secret() -> Result<[u8; 32], Refusal> {
	let mut bytes = [0; 32];
	OsRng
		.try_fill_bytes(&mut bytes)
		.map_err(|error| Refusal::Internal(format!("no randomness: {error}")))?;
	Ok(bytes)
}

/// Unix milliseconds.
pub fn now_ms() -> u64 {
	let since = SystemTime::now()
		.duration_since(UNIX_EPOCH)
		.unwrap_or_default();
	u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

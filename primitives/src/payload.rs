// SPDX-License-Identifier: Apache-2.0
//! Every structure that is hashed or signed, its tag, and how signatures are checked.
//!
//! Structures are SCALE: fields in the order written here, integers little-endian and of fixed
//! width. `preimage = tag[16] ‖ genesis_hash[32] ‖ SCALE(body)`, so nothing signed for one purpose
//! or chain is valid for another.

use alloc::{string::String, vec::Vec};

use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ed25519, sr25519, ConstU32, H256};
use sp_runtime::BoundedVec;

use crate::{
	hash,
	ids::{
		Balance, BlockNumber, ChannelId, ContributionId, ModelId, PageIndex, Ppm, Sequence,
		MAX_PAGES, MAX_PAGE_ENTRIES, MAX_VECTOR, MAX_VOUCHERS, PPM,
	},
	ports::Beneficiary,
	tree::Tree,
	AccountId,
};

/// Sixteen ASCII bytes that name the purpose of a preimage.
pub type Tag = [u8; 16];

/// Tag of a [`Voucher`].
pub const TAG_VOUCHER: Tag = *b"openledger:vch:1";
/// Tag of a [`CallRecord`].
pub const TAG_RECORD: Tag = *b"openledger:rec:1";
/// Tag of a [`Span`].
pub const TAG_SPAN: Tag = *b"openledger:spn:1";
/// Tag of a [`CreditLine`].
pub const TAG_LINE: Tag = *b"openledger:lin:1";
/// Tag of a [`CreditPage`].
pub const TAG_PAGE: Tag = *b"openledger:pag:1";
/// Tag of a [`UsageBatch`].
pub const TAG_BATCH: Tag = *b"openledger:bat:1";
/// Tag of a [`BatchRow`].
pub const TAG_ROW: Tag = *b"openledger:row:1";
/// Tag of a [`ContributionCommit`].
pub const TAG_CONTRIBUTION: Tag = *b"openledger:reg:1";
/// Tag of a [`VoteCommit`].
pub const TAG_VOTE: Tag = *b"openledger:vot:1";
/// Tag of [`TermsBody`].
pub const TAG_TERMS: Tag = *b"openledger:trm:1";
/// Tag of a [`SessionBody`].
pub const TAG_SESSION: Tag = *b"openledger:ses:1";

/// `tag ‖ genesis_hash ‖ SCALE(body)`.
pub fn preimage<B: Encode>(tag: Tag, genesis_hash: &H256, body: &B) -> Vec<u8> {
	let mut bytes = Vec::with_capacity(body.size_hint().saturating_add(48));
	bytes.extend_from_slice(&tag);
	bytes.extend_from_slice(genesis_hash.as_bytes());
	body.encode_to(&mut bytes);
	bytes
}

/// Decodes exactly one `T`; trailing bytes are an error.
pub fn decode_exact<T: Decode>(bytes: &[u8]) -> Option<T> {
	let mut rest = bytes;
	T::decode_all(&mut rest).ok()
}

/// A structure with a tag of its own.
pub trait Payload: Encode + Sized {
	/// The structure's tag.
	const TAG: Tag;

	/// The tagged bytes: what a tree takes as leaf and what a key signs.
	fn preimage(&self, genesis_hash: &H256) -> Vec<u8> {
		preimage(Self::TAG, genesis_hash, self)
	}

	/// `H(preimage)`.
	fn digest(&self, genesis_hash: &H256) -> H256 {
		hash(&self.preimage(genesis_hash))
	}
}

macro_rules! payload {
	($($body:ty => $tag:ident),* $(,)?) => {
		$(impl Payload for $body { const TAG: Tag = $tag; })*
	};
}

payload! {
	Voucher => TAG_VOUCHER,
	CallRecord => TAG_RECORD,
	Span => TAG_SPAN,
	CreditLine => TAG_LINE,
	CreditPage => TAG_PAGE,
	UsageBatch => TAG_BATCH,
	BatchRow => TAG_ROW,
	ContributionCommit => TAG_CONTRIBUTION,
	VoteCommit => TAG_VOTE,
	TermsBody => TAG_TERMS,
	SessionBody => TAG_SESSION,
}

/// Derives every trait a payload needs; the codec traits are those of call arguments and storage.
macro_rules! scale {
	($($(#[$meta:meta])* $vis:vis struct $name:ident { $($body:tt)* })*) => {
		$(
			$(#[$meta])*
			#[derive(
				Clone, PartialEq, Eq, Debug,
				Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
			)]
			$vis struct $name { $($body)* }
		)*
	};
}

/// [`CallRecord::flags`]: the payer lets anyone see the answer.
pub const FLAG_OPEN: u8 = 1;

/// Signature schemes, as one byte beside a signature.
pub mod scheme {
	/// sr25519, context `substrate`.
	pub const SR25519: u8 = 0;
	/// ed25519.
	pub const ED25519: u8 = 1;
	/// sr25519 over `<Bytes>` ‖ message ‖ `</Bytes>`.
	pub const SR25519_WRAPPED: u8 = 2;
	/// ed25519 over `<Bytes>` ‖ message ‖ `</Bytes>`.
	pub const ED25519_WRAPPED: u8 = 3;
}

scale! {
	/// One inference, as the operator acknowledged it.
	pub struct CallRecord {
		/// Channel that paid.
		pub channel: ChannelId,
		/// 1, 2, 3 … within the channel.
		pub number: u64,
		/// [`request_hash`].
		pub request_hash: H256,
		/// Tree over the salted answer, see [`output_leaf`].
		pub output_root: H256,
		/// Bytes of the prompt.
		pub bytes_in: u32,
		/// Bytes of the answer, at most 65 536.
		pub bytes_out: u32,
		/// Bit 0 is [`FLAG_OPEN`]; the others are 0.
		pub flags: u8,
		/// Planck of this call.
		pub fee: Balance,
		/// Running total of the channel's fees, this call included.
		pub fee_total: Balance,
		/// Running total of the channel's matched planck, this call included.
		pub matched_total: Balance,
		/// Tree over the record's spans by ascending start.
		pub spans_root: H256,
	}

	/// Bytes of an answer that a registered text holds.
	pub struct Span {
		/// First byte in the answer.
		pub start: u32,
		/// Bytes, 48 to 512.
		pub length: u16,
		/// Contribution whose text holds them.
		pub contribution: ContributionId,
		/// First byte in that text.
		pub position: u32,
		/// Running total of the record's span values, this span included.
		pub value_total: Balance,
	}

	/// What a payer owes for all calls of a channel so far. 80 bytes.
	pub struct Voucher {
		/// The channel.
		pub channel: ChannelId,
		/// Number of calls paid for.
		pub calls: u64,
		/// Planck of all of them.
		pub fee_total: Balance,
		/// Matched planck of all of them.
		pub matched_total: Balance,
		/// Tree over the channel's records, record n at place n − 1.
		pub range_root: H256,
	}

	/// A voucher with the payer's signature over its 128-byte preimage, unhashed. 145 bytes.
	pub struct SignedVoucher {
		/// What is signed.
		pub voucher: Voucher,
		/// One of [`scheme`].
		pub scheme: u8,
		/// Signature by the channel's payer key.
		pub signature: [u8; 64],
	}

	/// A page of a usage batch, committed before it is pushed.
	pub struct PageCommitment {
		/// [`page_hash`].
		pub page_hash: H256,
		/// Running matched total at the page's end.
		pub end_total: Balance,
	}

	/// Vouchers of many channels and the commitment to all credits they lead to.
	pub struct UsageBatch {
		/// Who submits and is charged.
		pub operator: AccountId,
		/// The model that was called.
		pub model: ModelId,
		/// From 0 per (operator, model), without gap.
		pub sequence: Sequence,
		/// Last block that may include it.
		pub valid_until: BlockNumber,
		/// Most planck of weight fees the operator agrees to.
		pub max_charge: Balance,
		/// Sum of the vouchers' fee increases.
		pub fee_total: Balance,
		/// Sum of the vouchers' matched increases.
		pub matched: Balance,
		/// Number of credit lines.
		pub lines: u32,
		/// Tree over the credit lines.
		pub lines_root: H256,
		/// Credit pages in order.
		pub pages: BoundedVec<PageCommitment, ConstU32<MAX_PAGES>>,
		/// Vouchers in strictly ascending channel order.
		pub vouchers: BoundedVec<SignedVoucher, ConstU32<MAX_VOUCHERS>>,
	}

	/// A batch with the signature of the operator's signing key over the batch's digest.
	pub struct SignedUsageBatch {
		/// What is signed.
		pub batch: UsageBatch,
		/// Signature of the key's own scheme (0 or 1).
		pub signature: [u8; 64],
	}

	/// What a batch settles for one channel: its calls `(from_calls, to_calls]`.
	pub struct BatchRow {
		/// The channel.
		pub channel: ChannelId,
		/// Calls settled before.
		pub from_calls: u64,
		/// Fees settled before.
		pub from_fee_total: Balance,
		/// Matched planck settled before.
		pub from_matched_total: Balance,
		/// Calls of the voucher.
		pub to_calls: u64,
		/// Fees of the voucher.
		pub fee_total: Balance,
		/// Matched planck of the voucher.
		pub matched_total: Balance,
		/// Records of the voucher.
		pub range_root: H256,
	}

	/// The value of one span, in the order of the batch's credits.
	pub struct CreditLine {
		/// Who is credited.
		pub contribution: ContributionId,
		/// Channel of the call.
		pub channel: ChannelId,
		/// Number of the call in its channel.
		pub number: u64,
		/// Place of the span in its record, from 0.
		pub span: u16,
		/// Planck of the span, above 0.
		pub value: Balance,
		/// Running total over the batch, this line included.
		pub total: Balance,
	}

	/// One contribution's credits in a batch.
	pub struct PageEntry {
		/// Who is credited.
		pub contribution: ContributionId,
		/// Place of its last credit line, from 0.
		pub last_line: u32,
		/// Running total at that line.
		pub total: Balance,
	}

	/// Up to 256 contributions to pay, pushed once.
	pub struct CreditPage {
		/// Operator of the batch.
		pub operator: AccountId,
		/// Model of the batch.
		pub model: ModelId,
		/// Sequence of the batch.
		pub sequence: Sequence,
		/// Place among the batch's pages, from 0.
		pub page: PageIndex,
		/// Contributions in ascending order, across pages.
		pub entries: BoundedVec<PageEntry, ConstU32<MAX_PAGE_ENTRIES>>,
	}

	/// What the commit of a contribution hides until it is revealed.
	pub struct ContributionCommit {
		/// Root of the text.
		pub text_root: H256,
		/// Its length in bytes.
		pub byte_length: u64,
		/// The contributor.
		pub account: AccountId,
		/// Random bytes.
		pub salt: [u8; 32],
	}

	/// What a curator's vote hides until it is revealed.
	pub struct VoteCommit {
		/// What is voted on.
		pub contribution: ContributionId,
		/// Who votes.
		pub curator: AccountId,
		/// Round of the review.
		pub round: u8,
		/// 0 rejects, 1 to 4 accepts with that quality.
		pub vote: u8,
		/// Reason code.
		pub reason: u8,
		/// Random bytes.
		pub salt: [u8; 32],
	}

	/// One share of a model's vector.
	pub struct VectorEntry {
		/// Who gets it.
		pub kind: ShareKind,
		/// The parent of an `Upstream`, 0 otherwise.
		pub model: ModelId,
		/// Its share of V.
		pub ppm: Ppm,
	}

	/// The royalty terms of a model, as a child agrees to them by their hash.
	pub struct TermsBody {
		/// The model.
		pub model: ModelId,
		/// The operator's part of the fee.
		pub operator_ppm: Ppm,
		/// How V is split, in canonical order.
		pub vector: BoundedVec<VectorEntry, ConstU32<MAX_VECTOR>>,
		/// Least share a child gives to this model.
		pub derivative_ppm: Ppm,
		/// Least planck of one call.
		pub min_fee_per_call: Balance,
	}

	/// What a payer signs to open a session at a gateway.
	pub struct SessionBody {
		/// The channel that pays.
		pub channel: ChannelId,
		/// The operator addressed.
		pub operator: AccountId,
		/// The model to be called.
		pub model: ModelId,
		/// End of validity, Unix milliseconds.
		pub expires_ms: u64,
	}

	/// A session with its signature over the preimage of its body.
	pub struct SessionToken {
		/// What is signed.
		pub body: SessionBody,
		/// One of [`scheme`].
		pub scheme: u8,
		/// Signature by the channel's payer key.
		pub signature: [u8; 64],
	}

	/// The price of a call, fixed in a channel when it opens. 1 kb is 1 000 bytes.
	#[derive(Copy, Default)]
	pub struct Price {
		/// Planck per call.
		pub per_call: Balance,
		/// Planck per 1 000 bytes of the prompt.
		pub in_per_kb: Balance,
		/// Planck per 1 000 bytes of the answer.
		pub out_per_kb: Balance,
	}

	/// A public key and its curve.
	#[derive(Copy)]
	pub struct PublicKey {
		/// The curve.
		pub curve: Curve,
		/// The key's bytes.
		pub key: [u8; 32],
	}
}

/// Who a share of a model's vector belongs to. SCALE: one byte.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE enum derives"
)]
pub enum ShareKind {
	/// The model's developer.
	#[codec(index = 0)]
	Developer,
	/// The contributors of its snapshots.
	#[codec(index = 1)]
	Contributors,
	/// The inbox of a parent.
	#[codec(index = 2)]
	Upstream,
}

/// Curve of a public key. SCALE: one byte, equal to the plain scheme of the curve.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
#[allow(
	clippy::as_conversions,
	clippy::cast_possible_truncation,
	reason = "SCALE enum derives"
)]
pub enum Curve {
	/// Schnorr over Ristretto.
	#[codec(index = 0)]
	Sr25519,
	/// EdDSA over Edwards 25519.
	#[codec(index = 1)]
	Ed25519,
}

impl Curve {
	/// The curve a signature scheme works on; `None` for a scheme that doesn't exist.
	pub fn of_scheme(scheme: u8) -> Option<Self> {
		match scheme {
			scheme::SR25519 | scheme::SR25519_WRAPPED => Some(Self::Sr25519),
			scheme::ED25519 | scheme::ED25519_WRAPPED => Some(Self::Ed25519),
			_ => None,
		}
	}

	/// The curve's plain scheme: 0 or 1.
	pub fn plain_scheme(self) -> u8 {
		match self {
			Self::Sr25519 => scheme::SR25519,
			Self::Ed25519 => scheme::ED25519,
		}
	}
}

impl PublicKey {
	/// Whether `signature` by this key under `scheme` covers `message`; a scheme of the other
	/// curve is refused.
	pub fn verify(&self, scheme: u8, signature: &[u8; 64], message: &[u8]) -> bool {
		Curve::of_scheme(scheme) == Some(self.curve)
			&& verify(scheme, &self.key, signature, message)
	}
}

/// Checks a signature under one of the four [`scheme`]s; any other is refused.
pub fn verify(scheme: u8, public: &[u8; 32], signature: &[u8; 64], message: &[u8]) -> bool {
	match scheme {
		scheme::SR25519 => verify_sr25519(public, signature, message),
		scheme::ED25519 => verify_ed25519(public, signature, message),
		scheme::SR25519_WRAPPED => verify_sr25519(public, signature, &wrapped(message)),
		scheme::ED25519_WRAPPED => verify_ed25519(public, signature, &wrapped(message)),
		_ => false,
	}
}

fn verify_sr25519(public: &[u8; 32], signature: &[u8; 64], message: &[u8]) -> bool {
	sp_io::crypto::sr25519_verify(
		&sr25519::Signature::from_raw(*signature),
		message,
		&sr25519::Public::from_raw(*public),
	)
}

fn verify_ed25519(public: &[u8; 32], signature: &[u8; 64], message: &[u8]) -> bool {
	sp_io::crypto::ed25519_verify(
		&ed25519::Signature::from_raw(*signature),
		message,
		&ed25519::Public::from_raw(*public),
	)
}

/// The message as a browser wallet signs it: `<Bytes>` ‖ message ‖ `</Bytes>`.
pub fn wrapped(message: &[u8]) -> Vec<u8> {
	[b"<Bytes>", message, b"</Bytes>"].concat()
}

impl SignedVoucher {
	/// Whether the channel's payer key signed this voucher on the chain of `genesis_hash`.
	pub fn verify(&self, key: &PublicKey, genesis_hash: &H256) -> bool {
		key.verify(
			self.scheme,
			&self.signature,
			&self.voucher.preimage(genesis_hash),
		)
	}
}

impl SignedUsageBatch {
	/// Whether the operator's signing key signed this batch on the chain of `genesis_hash`.
	pub fn verify(&self, key: &PublicKey, genesis_hash: &H256) -> bool {
		let digest = self.batch.digest(genesis_hash);
		key.verify(key.curve.plain_scheme(), &self.signature, digest.as_bytes())
	}
}

impl CallRecord {
	/// Whether the payer lets anyone see the answer.
	pub fn is_open(&self) -> bool {
		self.flags & FLAG_OPEN != 0
	}
}

impl TermsBody {
	/// Whether the vector stands in R1's canonical order: at most one Developer, at most one
	/// Contributors, then Upstreams by ascending id, `model` 0 unless Upstream, sum 1 000 000.
	pub fn is_canonical(&self) -> bool {
		let placed = self
			.vector
			.iter()
			.all(|entry| (entry.kind == ShareKind::Upstream) == (entry.model != 0));
		let ordered = self.vector.windows(2).all(|pair| match pair {
			[before, after] => (before.kind, before.model) < (after.kind, after.model),
			_ => false,
		});
		let sum = self
			.vector
			.iter()
			.try_fold(0u32, |sum, entry| sum.checked_add(entry.ppm));
		placed && ordered && sum == Some(PPM)
	}
}

impl From<(Beneficiary, Ppm)> for VectorEntry {
	fn from((beneficiary, ppm): (Beneficiary, Ppm)) -> Self {
		let (kind, model) = match beneficiary {
			Beneficiary::Developer => (ShareKind::Developer, 0),
			Beneficiary::Contributors => (ShareKind::Contributors, 0),
			Beneficiary::Upstream(model) => (ShareKind::Upstream, model),
		};
		Self { kind, model, ppm }
	}
}

impl Price {
	/// `per_call + ⌈bytes_in · in_per_kb / 1000⌉ + ⌈bytes_out · out_per_kb / 1000⌉`.
	pub fn fee(&self, bytes_in: u32, bytes_out: u32) -> Option<Balance> {
		let input = u128::from(bytes_in)
			.checked_mul(self.in_per_kb)?
			.div_ceil(1_000);
		let output = u128::from(bytes_out)
			.checked_mul(self.out_per_kb)?
			.div_ceil(1_000);
		self.per_call.checked_add(input)?.checked_add(output)
	}
}

/// Prefix of a session token's text form.
pub const SESSION_PREFIX: &str = "ol1.";

impl SessionToken {
	/// Whether the channel's payer key signed this session on the chain of `genesis_hash`.
	pub fn verify(&self, key: &PublicKey, genesis_hash: &H256) -> bool {
		key.verify(
			self.scheme,
			&self.signature,
			&self.body.preimage(genesis_hash),
		)
	}

	/// `ol1.` and the lower-case hex of all fields.
	pub fn to_text(&self) -> String {
		let mut text = String::from(SESSION_PREFIX);
		for byte in self.encode() {
			for digit in [byte >> 4, byte & 15] {
				text.extend(char::from_digit(u32::from(digit), 16));
			}
		}
		text
	}

	/// Reads the text form; upper case, other lengths and unknown prefixes are refused.
	pub fn from_text(text: &str) -> Option<Self> {
		let digits = text.strip_prefix(SESSION_PREFIX)?.as_bytes();
		if digits.len() != Self::max_encoded_len().checked_mul(2)? {
			return None;
		}
		let bytes = digits
			.chunks(2)
			.map(|pair| match pair {
				[high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
				_ => None,
			})
			.collect::<Option<Vec<u8>>>()?;
		decode_exact(&bytes)
	}
}

/// Value of a lower-case hex digit.
fn nibble(digit: u8) -> Option<u8> {
	match digit {
		b'0'..=b'9' => digit.checked_sub(b'0'),
		b'a'..=b'f' => digit.checked_sub(b'a')?.checked_add(10),
		_ => None,
	}
}

/// The tree over structures: each leaf is a structure's preimage.
pub fn payload_tree<'a, P: Payload + 'a>(
	genesis_hash: &H256,
	items: impl IntoIterator<Item = &'a P>,
) -> Tree {
	Tree::new(items.into_iter().map(|item| item.preimage(genesis_hash)))
}

/// The root of [`payload_tree`]: `spans_root`, `range_root`, `rows_root` and `lines_root`.
pub fn payload_root<'a, P: Payload + 'a>(
	genesis_hash: &H256,
	items: impl IntoIterator<Item = &'a P>,
) -> H256 {
	payload_tree(genesis_hash, items).root()
}

/// Hash of a contribution's commit: of [`ContributionCommit`].
pub fn contribution_commit_hash(genesis_hash: &H256, body: &ContributionCommit) -> H256 {
	body.digest(genesis_hash)
}

/// Hash of a curator's vote commit: of [`VoteCommit`].
pub fn vote_commit_hash(genesis_hash: &H256, body: &VoteCommit) -> H256 {
	body.digest(genesis_hash)
}

/// Hash of a model's terms: of [`TermsBody`].
pub fn terms_hash(genesis_hash: &H256, body: &TermsBody) -> H256 {
	body.digest(genesis_hash)
}

/// Hash of a credit page: of [`CreditPage`].
pub fn page_hash(genesis_hash: &H256, page: &CreditPage) -> H256 {
	page.digest(genesis_hash)
}

/// One acceptance in a datanet's running hash: `H(h ‖ number ‖ contribution ‖ text_root)`, from 32
/// zero bytes; numbers count from 0 per datanet.
pub fn snapshot_step(
	before: &H256,
	number: u64,
	contribution: ContributionId,
	text_root: &H256,
) -> H256 {
	hash(&(before, number, contribution, text_root).encode())
}

/// `H(secret ‖ body of the HTTP request)`, content-encoding removed.
pub fn request_hash(secret: &[u8; 32], body: &[u8]) -> H256 {
	hash(&[secret, body].concat())
}

/// Bytes of the answer in one leaf of its output tree; the last has the rest.
pub const OUTPUT_LEAF_BYTES: usize = 16;

/// Salt of leaf `leaf` of an output tree: salts 2j and 2j + 1 are the halves of `H(secret ‖ j)`.
pub fn output_salt(secret: &[u8; 32], leaf: u32) -> [u8; 16] {
	let pair = hash(&(secret, leaf / 2).encode());
	let (low, high) = pair.0.split_at(16);
	let half = if leaf.is_multiple_of(2) { low } else { high };
	let mut salt = [0; 16];
	salt.copy_from_slice(half);
	salt
}

/// A leaf of an output tree: its salt, then its bytes of the answer.
pub fn output_leaf(salt: &[u8; 16], bytes: &[u8]) -> Vec<u8> {
	[salt, bytes].concat()
}

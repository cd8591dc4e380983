// SPDX-License-Identifier: Apache-2.0
//! Named refusals: every way in which the gateway says no, with its HTTP status.

use openledger_client::wire::{ErrorBody, ErrorJson, Quote, RequestFault};

use crate::{port::ChainError, store::StoreError};

/// Why a request is not served.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refusal {
	/// No session token.
	#[error("a session token is needed: Authorization: Bearer ol1.…")]
	MissingToken,
	/// The token doesn't read.
	#[error("the session token does not read")]
	InvalidToken,
	/// The token has expired.
	#[error("the session token has expired")]
	ExpiredToken,
	/// The token is valid for longer than an hour.
	#[error("the session token is valid for more than an hour")]
	TokenTooLong,
	/// The token is for another operator.
	#[error("the session token is for another operator")]
	WrongOperator,
	/// The token is for another model.
	#[error("the session token is for another model")]
	WrongModel,
	/// The payer's key didn't sign the token on this chain.
	#[error("the session token is not signed by the channel's key on this chain")]
	TokenSignature,
	/// The session's channel is not the one asked about.
	#[error("only the payer of the channel may see this")]
	NotYours,
	/// No such channel in a finalised block.
	#[error("no channel {0} exists in a finalised block")]
	UnknownChannel(u64),
	/// The channel is with another operator or for another model.
	#[error("channel {0} is with another operator or for another model")]
	ForeignChannel(u64),
	/// The channel is closing or closed.
	#[error("channel {0} is closing or closed")]
	ChannelClosed(u64),
	/// The channel's price is below this gateway's, or below the model's floor.
	#[error("channel {0} was opened at a price below this gateway's")]
	PriceTooLow(u64),
	/// Too many calls of one channel wait for each other.
	#[error("too many calls of this channel are waiting")]
	Busy,
	/// The request itself.
	#[error(transparent)]
	Request(#[from] RequestFault),
	/// Another model than the one served.
	#[error("the model {0:?} is not served here")]
	ModelNotFound(String),
	/// The body is larger than the limit.
	#[error("the body has more than {0} bytes")]
	BodyTooLarge(usize),
	/// The body could not be read to its end.
	#[error("the body could not be read")]
	BodyBroken,
	/// The body is compressed.
	#[error("bodies are taken without content-encoding")]
	ContentEncoding,
	/// A voucher doesn't read or doesn't fit.
	#[error("the voucher is refused: {0}")]
	Voucher(#[from] VoucherFault),
	/// Payment is due before the next call.
	#[error("{reason}")]
	PaymentRequired {
		/// Name of the error.
		code: &'static str,
		/// A sentence.
		reason: &'static str,
		/// What to pay.
		quote: Box<Quote>,
	},
	/// The backend failed; nothing was recorded and nothing is owed.
	#[error("the model's backend failed, nothing is owed: {0}")]
	Backend(String),
	/// The node is away.
	#[error("the chain can't be read now: {0}")]
	Chain(#[from] ChainError),
	/// The disk is.
	#[error("{0}")]
	Store(#[from] StoreError),
	/// Nothing is there.
	#[error("there is no {0}")]
	NotFound(&'static str),
	/// A query parameter.
	#[error("{0}")]
	Parameter(&'static str),
	/// A fault of this program.
	#[error("internal error: {0}")]
	Internal(String),
}

/// Why a voucher is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VoucherFault {
	/// Not the hex of one SCALE voucher.
	#[error("it is not the hex of one SCALE SignedVoucher")]
	Malformed,
	/// The channel is not one of this gateway's.
	#[error("its channel has no calls here")]
	UnknownChannel,
	/// The voucher in a call's header is for another channel than the session.
	#[error("it is for another channel than the session")]
	OtherChannel,
	/// It counts calls that were not served, or none.
	#[error("it counts calls that were not served")]
	Calls,
	/// It counts fewer calls than one that was accepted before.
	#[error("one for more calls was accepted before")]
	Stale,
	/// Its fee total is not this gateway's.
	#[error("its fee_total is not that of the calls")]
	FeeTotal,
	/// Its matched total is not this gateway's.
	#[error("its matched_total is not that of the calls")]
	MatchedTotal,
	/// Its range root is not this gateway's.
	#[error("its range_root is not that of the calls")]
	RangeRoot,
	/// Its fee total is above the deposit.
	#[error("its fee_total is above the channel's deposit")]
	Deposit,
	/// The payer's key didn't sign it on this chain.
	#[error("it is not signed by the channel's key on this chain")]
	Signature,
}

impl VoucherFault {
	fn code(self) -> &'static str {
		match self {
			Self::Malformed => "voucher_malformed",
			Self::UnknownChannel => "voucher_unknown_channel",
			Self::OtherChannel => "voucher_other_channel",
			Self::Calls => "voucher_calls",
			Self::Stale => "voucher_stale",
			Self::FeeTotal => "voucher_fee_total",
			Self::MatchedTotal => "voucher_matched_total",
			Self::RangeRoot => "voucher_range_root",
			Self::Deposit => "voucher_deposit",
			Self::Signature => "voucher_signature",
		}
	}
}

impl Refusal {
	/// HTTP status and name of the error.
	pub fn status_and_code(&self) -> (u16, &'static str) {
		match self {
			Self::MissingToken => (401, "missing_token"),
			Self::InvalidToken => (401, "invalid_token"),
			Self::ExpiredToken => (401, "expired_token"),
			Self::TokenTooLong => (401, "token_too_long"),
			Self::WrongOperator => (401, "wrong_operator"),
			Self::TokenSignature => (401, "token_signature"),
			Self::WrongModel => (403, "wrong_model"),
			Self::NotYours => (403, "not_yours"),
			Self::UnknownChannel(_) => (404, "unknown_channel"),
			Self::ForeignChannel(_) => (403, "foreign_channel"),
			Self::ChannelClosed(_) => (409, "channel_closed"),
			Self::PriceTooLow(_) => (403, "price_too_low"),
			Self::Busy => (429, "busy"),
			Self::Request(fault) => (400, fault.code()),
			Self::ModelNotFound(_) => (404, "model_not_found"),
			Self::BodyTooLarge(_) => (413, "body_too_large"),
			Self::BodyBroken => (400, "body_broken"),
			Self::ContentEncoding => (415, "content_encoding"),
			Self::Voucher(fault) => (400, fault.code()),
			Self::PaymentRequired { code, .. } => (402, code),
			Self::Backend(_) => (502, "backend_failed"),
			Self::Chain(_) => (503, "chain_unavailable"),
			Self::Store(_) => (500, "store_failed"),
			Self::NotFound(_) => (404, "not_found"),
			Self::Parameter(_) => (400, "invalid_parameter"),
			Self::Internal(_) => (500, "internal"),
		}
	}

	/// The body that says so.
	pub fn body(self) -> ErrorBody {
		let (status, code) = self.status_and_code();
		let kind = match status {
			401 | 403 => "authentication_error",
			402 => "payment_required",
			429 => "rate_limit_error",
			500.. => "server_error",
			_ => "invalid_request_error",
		};
		let param = match &self {
			Self::Request(fault) => fault.field().map(String::from),
			Self::ModelNotFound(_) => Some("model".into()),
			_ => None,
		};
		let message = self.to_string();
		let quote = match self {
			Self::PaymentRequired { quote, .. } => Some(*quote),
			_ => None,
		};
		ErrorBody {
			error: ErrorJson {
				message,
				kind: kind.into(),
				code: code.into(),
				param,
			},
			quote,
		}
	}
}

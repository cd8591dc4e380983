// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod account;
pub mod call;
pub mod chain;
pub mod content;
pub mod error;
pub mod event;
pub mod gateway;
pub mod node;
pub mod payer;
pub mod state;
pub mod tokens;
pub mod transaction;
pub mod wire;

pub use account::{account_id, ss58, Account, DEV_NAMES};
pub use call::Call;
pub use chain::{BlockId, Client, FinalisedBlocks};
pub use content::{ContentError, ContentStore};
pub use error::{DispatchFailure, Error, Result};
pub use event::{DatanetsEvent, Event, EventRecord, ModelsEvent, RoyaltiesEvent, UsageEvent};
pub use gateway::{Gateway, GatewayError, Payer};
pub use payer::{Answer, AnswerFault, ChannelBook};
pub use state::{AccountMoney, State};
pub use transaction::{Outcome, Pending, Wait};

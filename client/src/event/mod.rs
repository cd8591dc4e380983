// SPDX-License-Identifier: Apache-2.0
//! Events of the chain: ours as typed enums, all others by name with their fields.

mod kinds;
mod value;

pub use kinds::{DatanetsEvent, ModelsEvent, RoyaltiesEvent, UsageEvent};
pub use value::{Bytes, ClaimOutcome, Fields, FromValue, Named, Source};

use crate::error::{Error, Result};

/// One event of a block.
#[derive(Clone, Debug)]
pub struct EventRecord {
	/// Place in the block.
	pub index: u32,
	/// Place of the transaction that caused it; `None` for hooks of the block.
	pub extrinsic: Option<u32>,
	/// Pallet.
	pub pallet: String,
	/// Name.
	pub name: String,
	/// Fields as decoded with the runtime's metadata.
	pub fields: Fields,
	/// The event, typed when it is one of ours.
	pub event: Event,
}

impl EventRecord {
	/// Fields as JSON: numbers as decimal strings, bytes and accounts as 0x-hex.
	pub fn json(&self) -> serde_json::Value {
		value::json_of_fields(&self.fields)
	}

	/// A field read as `T`; `None` when it is absent or has another shape.
	pub fn field<T: FromValue>(&self, name: &str) -> Option<T> {
		value::read(&self.fields, name)
	}

	/// Whether this is the named event.
	pub fn is(&self, pallet: &str, name: &str) -> bool {
		self.pallet == pallet && self.name == name
	}
}

/// An event, typed when it is one of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
	/// Of the pallet `Datanets`.
	Datanets(DatanetsEvent),
	/// Of the pallet `Models`.
	Models(ModelsEvent),
	/// Of the pallet `Usage`.
	Usage(UsageEvent),
	/// Of the pallet `Royalties`.
	Royalties(RoyaltiesEvent),
	/// Of any other pallet, or newer than this program.
	Other,
}

impl Event {
	/// The typed form; an event of ours whose fields don't read is an error, never skipped.
	fn read(pallet: &str, name: &str, fields: &Fields) -> Result<Self> {
		let read = match pallet {
			"Datanets" => DatanetsEvent::read(name, fields).map(|read| read.map(Self::Datanets)),
			"Models" => ModelsEvent::read(name, fields).map(|read| read.map(Self::Models)),
			"Usage" => UsageEvent::read(name, fields).map(|read| read.map(Self::Usage)),
			"Royalties" => RoyaltiesEvent::read(name, fields).map(|read| read.map(Self::Royalties)),
			_ => None,
		};
		match read {
			None => Ok(Self::Other),
			Some(Ok(event)) => Ok(event),
			Some(Err(field)) => {
				let what = format!("the event {pallet}.{name}");
				Err(Error::decode(
					what,
					format!("field {field} is absent or of another type"),
				))
			}
		}
	}
}

/// All events of a block, in order.
pub(crate) fn read_all(
	events: &subxt::events::Events<subxt::SubstrateConfig>,
) -> Result<Vec<EventRecord>> {
	use subxt::events::Phase;
	events
		.iter()
		.map(|event| {
			let event = event.map_err(|error| Error::decode("the block's events", error))?;
			let (pallet, name) = (event.pallet_name(), event.event_name());
			let fields = event
				.decode_fields_unchecked_as::<Fields>()
				.map_err(|error| Error::decode(format!("the event {pallet}.{name}"), error))?;
			let extrinsic = match event.phase() {
				Phase::ApplyExtrinsic(index) => Some(index),
				Phase::Finalization | Phase::Initialization => None,
			};
			Ok(EventRecord {
				index: event.index(),
				extrinsic,
				event: Event::read(pallet, name, &fields)?,
				pallet: pallet.into(),
				name: name.into(),
				fields,
			})
		})
		.collect()
}

// SPDX-License-Identifier: Apache-2.0
//! Calls of the chain, built without knowing its metadata and checked against it when sent.
//!
//! Arguments are SCALE-encoded by our own types, in the order of the call. Before a transaction is
//! signed, [`Call::resolve`] reads the bytes back with the runtime's own type descriptions, so a
//! call that no longer fits is refused here instead of meaning something else there.

pub mod datanets;
pub mod models;
pub mod royalties;
pub mod usage;

use codec::{Compact, Encode};
use openledger_primitives::{AccountId, Balance};
use subxt::{
	ext::{
		scale_decode::visitor::{decode_with_visitor, IgnoreVisitor},
		scale_encode::{self, EncodeAsFields},
		scale_type_resolver::{FieldIter, TypeResolver},
	},
	Metadata,
};

use crate::error::{Error, Result};

/// A call: pallet, name and arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
	pallet: &'static str,
	name: &'static str,
	args: Vec<Part>,
}

/// A piece of a call's arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
	/// Encoded already.
	Bytes(Vec<u8>),
	/// A call, whose indices only the metadata knows.
	Call(Call),
}

impl Call {
	/// A call whose arguments are the fields of `args`, in order.
	pub fn new(pallet: &'static str, name: &'static str, args: impl Encode) -> Self {
		Self {
			pallet,
			name,
			args: vec![Part::Bytes(args.encode())],
		}
	}

	/// Name of the pallet.
	pub fn pallet(&self) -> &'static str {
		self.pallet
	}

	/// Name of the call.
	pub fn name(&self) -> &'static str {
		self.name
	}

	/// Pallet and call index with the arguments, checked against the metadata.
	pub(crate) fn resolve(&self, metadata: &Metadata) -> Result<Resolved<'_>> {
		let mismatch = |reason: String| Error::CallMismatch {
			call: format!("{}.{}", self.pallet, self.name),
			reason,
		};
		let pallet = metadata
			.pallet_by_name(self.pallet)
			.ok_or_else(|| mismatch("the runtime has no such pallet".into()))?;
		let variant = pallet
			.call_variant_by_name(self.name)
			.ok_or_else(|| mismatch("the pallet has no such call".into()))?;
		let mut args = Vec::new();
		for part in &self.args {
			match part {
				Part::Bytes(bytes) => args.extend_from_slice(bytes),
				Part::Call(call) => args.extend(call.resolve(metadata)?.encoded()),
			}
		}
		let mut rest = args.as_slice();
		for field in &variant.fields {
			decode_with_visitor(
				&mut rest,
				field.ty.id,
				metadata.types(),
				IgnoreVisitor::new(),
			)
			.map_err(|error| {
				let name = field.name.as_deref().unwrap_or("argument");
				mismatch(format!("{name}: {error}"))
			})?;
		}
		if !rest.is_empty() {
			return Err(mismatch(format!("{} bytes are left over", rest.len())));
		}
		let indices = [pallet.call_index(), variant.index];
		Ok(Resolved {
			pallet: self.pallet,
			name: self.name,
			indices,
			args: Arguments(args),
		})
	}
}

/// A call that fits the runtime.
pub(crate) struct Resolved<'a> {
	pallet: &'a str,
	name: &'a str,
	indices: [u8; 2],
	args: Arguments,
}

impl Resolved<'_> {
	/// Indices and arguments.
	pub fn encoded(&self) -> Vec<u8> {
		[&self.indices[..], &self.args.0].concat()
	}
}

impl subxt::transactions::Payload for Resolved<'_> {
	type CallData = Arguments;

	fn pallet_name(&self) -> &str {
		self.pallet
	}

	fn call_name(&self) -> &str {
		self.name
	}

	fn call_data(&self) -> &Arguments {
		&self.args
	}
}

/// Arguments that are encoded and checked already.
pub(crate) struct Arguments(Vec<u8>);

impl EncodeAsFields for Arguments {
	fn encode_as_fields_to<R: TypeResolver>(
		&self,
		_fields: &mut dyn FieldIter<'_, R::TypeId>,
		_types: &R,
		out: &mut Vec<u8>,
	) -> core::result::Result<(), scale_encode::Error> {
		out.extend_from_slice(&self.0);
		Ok(())
	}
}

/// `MultiAddress::Id`.
fn address(account: &AccountId) -> Vec<u8> {
	(0u8, account).encode()
}

/// Moves money; the sender keeps at least the existential deposit.
pub fn transfer(to: &AccountId, amount: Balance) -> Call {
	let args = [address(to), Compact(amount).encode()].concat();
	Call {
		pallet: "Balances",
		name: "transfer_keep_alive",
		args: vec![Part::Bytes(args)],
	}
}

/// All calls in one transaction, or none when one fails.
pub fn batch_all(calls: impl IntoIterator<Item = Call>) -> Call {
	batched("batch_all", calls)
}

/// Several calls in one transaction; one that fails doesn't stop the others.
pub fn force_batch(calls: impl IntoIterator<Item = Call>) -> Call {
	batched("force_batch", calls)
}

/// A call of `Utility` whose one argument is a list of calls.
fn batched(name: &'static str, calls: impl IntoIterator<Item = Call>) -> Call {
	let calls: Vec<Part> = calls.into_iter().map(Part::Call).collect();
	let mut args = vec![Part::Bytes(Compact(calls.len() as u32).encode())];
	args.extend(calls);
	Call {
		pallet: "Utility",
		name,
		args,
	}
}

/// A call with root origin, where the chain has pallet-sudo; signed by the sudo key.
pub fn sudo(call: Call) -> Call {
	Call {
		pallet: "Sudo",
		name: "sudo",
		args: vec![Part::Call(call)],
	}
}

/// Bytes in a block, without effect.
pub fn remark(bytes: Vec<u8>) -> Call {
	Call::new("System", "remark_with_event", bytes)
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Arguments of a call that has no calls in it.
	pub(super) fn args(call: &Call) -> Vec<u8> {
		let bytes = call.args.iter().map(|part| match part {
			Part::Bytes(bytes) => bytes.as_slice(),
			Part::Call(call) => panic!("{call:?}"),
		});
		bytes.collect::<Vec<_>>().concat()
	}

	#[test]
	fn batches_differ_in_name_only() {
		let calls = || [remark(vec![1]), transfer(&AccountId::new([2; 32]), 3)];
		for (batch, name) in [
			(batch_all(calls()), "batch_all"),
			(force_batch(calls()), "force_batch"),
		] {
			assert_eq!((batch.pallet(), batch.name()), ("Utility", name));
			let [first, second] = calls().map(Part::Call);
			assert_eq!(batch.args, [Part::Bytes(vec![2 << 2]), first, second]);
		}
		assert_eq!(batch_all([]).args, [Part::Bytes(vec![0])]);
	}
}

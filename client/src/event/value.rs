// SPDX-License-Identifier: Apache-2.0
//! Reads typed values out of events that were decoded with the runtime's own metadata, by field
//! name. A field that the runtime widened or wrapped still reads; one that is gone is an error.

use openledger_primitives::{
	apis::DatanetState, payload::Price, ports::FeeSplit, AccountId, Balance, ModelId, H256,
};
use subxt::ext::scale_value::{Composite, Primitive, Value, ValueDef};

use crate::call::datanets::DatanetTerms;

/// Fields of one event.
pub type Fields = Composite<()>;

/// A type that one event field is read as.
pub trait FromValue: Sized {
	/// Reads the value; `None` when it has another shape.
	fn from_value(value: &Value<()>) -> Option<Self>;
}

/// The named field.
pub fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value<()>> {
	match fields {
		Composite::Named(named) => named
			.iter()
			.find(|(own, _)| own == name)
			.map(|(_, value)| value),
		Composite::Unnamed(_) => None,
	}
}

/// Reads the named field.
pub fn read<T: FromValue>(fields: &Fields, name: &str) -> Option<T> {
	T::from_value(field(fields, name)?)
}

/// Takes wrappers of one unnamed field off.
fn bare(value: &Value<()>) -> &ValueDef<()> {
	match &value.value {
		ValueDef::Composite(Composite::Unnamed(inner)) if inner.len() == 1 => bare(&inner[0]),
		other => other,
	}
}

fn number(value: &Value<()>) -> Option<u128> {
	match bare(value) {
		ValueDef::Primitive(Primitive::U128(number)) => Some(*number),
		_ => None,
	}
}

macro_rules! integers {
	($($type:ty),*) => {
		$(impl FromValue for $type {
			fn from_value(value: &Value<()>) -> Option<Self> {
				number(value)?.try_into().ok()
			}
		})*
	};
}
integers!(u8, u16, u32, u64, u128);

impl FromValue for bool {
	fn from_value(value: &Value<()>) -> Option<Self> {
		match bare(value) {
			ValueDef::Primitive(Primitive::Bool(truth)) => Some(*truth),
			_ => None,
		}
	}
}

/// Values of a sequence. A wrapper around a sequence is taken off; a sequence of one is kept.
fn items(value: &Value<()>) -> Option<&[Value<()>]> {
	let ValueDef::Composite(Composite::Unnamed(items)) = &value.value else {
		return None;
	};
	match items.as_slice() {
		[single] if matches!(single.value, ValueDef::Composite(Composite::Unnamed(_))) => {
			self::items(single)
		}
		items => Some(items),
	}
}

fn bytes(value: &Value<()>) -> Option<Vec<u8>> {
	items(value)?
		.iter()
		.map(|item| match &item.value {
			ValueDef::Primitive(Primitive::U128(number)) => u8::try_from(*number).ok(),
			_ => None,
		})
		.collect()
}

/// Bytes of a bounded vector.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

impl core::fmt::Debug for Bytes {
	fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		write!(out, "{:?}", String::from_utf8_lossy(&self.0))
	}
}

impl core::fmt::Display for Bytes {
	fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		out.write_str(&String::from_utf8_lossy(&self.0))
	}
}

impl FromValue for Bytes {
	fn from_value(value: &Value<()>) -> Option<Self> {
		bytes(value).map(Self)
	}
}

impl FromValue for [u8; 32] {
	fn from_value(value: &Value<()>) -> Option<Self> {
		bytes(value)?.try_into().ok()
	}
}

impl FromValue for H256 {
	fn from_value(value: &Value<()>) -> Option<Self> {
		<[u8; 32]>::from_value(value).map(H256)
	}
}

impl FromValue for AccountId {
	fn from_value(value: &Value<()>) -> Option<Self> {
		<[u8; 32]>::from_value(value).map(AccountId::from)
	}
}

impl FromValue for Vec<AccountId> {
	fn from_value(value: &Value<()>) -> Option<Self> {
		let ValueDef::Composite(Composite::Unnamed(list)) = &value.value else {
			return None;
		};
		let accounts = |list: &[Value<()>]| {
			list.iter()
				.map(AccountId::from_value)
				.collect::<Option<Self>>()
		};
		// A bounded vector is a wrapper around its list.
		accounts(list).or_else(|| match list.as_slice() {
			[single] => Self::from_value(single),
			_ => None,
		})
	}
}

impl<T: FromValue> FromValue for Option<T> {
	fn from_value(value: &Value<()>) -> Option<Self> {
		let ValueDef::Variant(variant) = &value.value else {
			return None;
		};
		match (variant.name.as_str(), variant.values.values().next()) {
			("None", None) => Some(None),
			("Some", Some(inner)) => T::from_value(inner).map(Some),
			_ => None,
		}
	}
}

/// Name of an enum variant whose numbers are not ours to know, with its fields if it has any.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named(pub String);

impl core::fmt::Display for Named {
	fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		out.write_str(&self.0)
	}
}

impl FromValue for Named {
	fn from_value(value: &Value<()>) -> Option<Self> {
		match bare(value) {
			ValueDef::Variant(variant) if variant.values.is_empty() => {
				Some(Self(variant.name.clone()))
			}
			ValueDef::Variant(variant) => Some(Self(format!(
				"{} {}",
				variant.name,
				json_of_fields(&variant.values)
			))),
			ValueDef::Primitive(Primitive::U128(number)) => Some(Self(number.to_string())),
			_ => None,
		}
	}
}

impl FromValue for FeeSplit {
	fn from_value(value: &Value<()>) -> Option<Self> {
		let ValueDef::Composite(fields) = &value.value else {
			return None;
		};
		Some(Self {
			burned: read(fields, "burned")?,
			treasury: read(fields, "treasury")?,
			operator: read(fields, "operator")?,
			developer: read(fields, "developer")?,
			upstream: read(fields, "upstream")?,
			data: read(fields, "data")?,
		})
	}
}

impl FromValue for Price {
	fn from_value(value: &Value<()>) -> Option<Self> {
		let ValueDef::Composite(fields) = &value.value else {
			return None;
		};
		let part = |name| read::<Balance>(fields, name);
		Some(Self {
			per_call: part("per_call")?,
			in_per_kb: part("in_per_kb")?,
			out_per_kb: part("out_per_kb")?,
		})
	}
}

/// Why an account's accrued balance grew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
	/// Operator's share of calls of a model.
	Operator {
		/// The model.
		model: ModelId,
	},
	/// Developer's share of calls of a model.
	Developer {
		/// The model.
		model: ModelId,
	},
	/// Credit of a page entry.
	Credit,
	/// Base money or training fees by points.
	Pool {
		/// The datanet.
		datanet: u32,
		/// The tranche.
		tranche: u32,
	},
	/// The treasury's money, while its account can't receive it.
	Treasury,
	/// What a pool row withheld until its last claim was over.
	Withheld {
		/// The datanet.
		datanet: u32,
		/// The tranche.
		tranche: u32,
	},
	/// What was set aside because of claims that came to nothing.
	Aside,
	/// The reporter's half of what a proved claim forfeited.
	Forfeited,
}

impl FromValue for Source {
	fn from_value(value: &Value<()>) -> Option<Self> {
		let ValueDef::Variant(variant) = &value.value else {
			return None;
		};
		let fields = &variant.values;
		match variant.name.as_str() {
			"Operator" => Some(Self::Operator {
				model: read(fields, "model")?,
			}),
			"Developer" => Some(Self::Developer {
				model: read(fields, "model")?,
			}),
			"Credit" => Some(Self::Credit),
			"Treasury" => Some(Self::Treasury),
			"Aside" => Some(Self::Aside),
			"Forfeited" => Some(Self::Forfeited),
			"Withheld" => Some(Self::Withheld {
				datanet: read(fields, "datanet")?,
				tranche: read(fields, "tranche")?,
			}),
			"Pool" => Some(Self::Pool {
				datanet: read(fields, "datanet")?,
				tranche: read(fields, "tranche")?,
			}),
			_ => None,
		}
	}
}

/// How a duplicate claim ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClaimOutcome {
	/// Enough positions were shown in time.
	Proved,
	/// They were not.
	Failed,
	/// There was nothing left to prove, or no epoch drew in time.
	Moot,
}

/// Name of a variant without fields.
fn unit_name(value: &Value<()>) -> Option<&str> {
	match bare(value) {
		ValueDef::Variant(variant) if variant.values.is_empty() => Some(&variant.name),
		_ => None,
	}
}

impl FromValue for ClaimOutcome {
	fn from_value(value: &Value<()>) -> Option<Self> {
		match unit_name(value)? {
			"Proved" => Some(Self::Proved),
			"Failed" => Some(Self::Failed),
			"Moot" => Some(Self::Moot),
			_ => None,
		}
	}
}

impl FromValue for DatanetState {
	fn from_value(value: &Value<()>) -> Option<Self> {
		match unit_name(value)? {
			"Open" => Some(Self::Open),
			"Frozen" => Some(Self::Frozen),
			"Suspended" => Some(Self::Suspended),
			"Closed" => Some(Self::Closed),
			_ => None,
		}
	}
}

impl FromValue for DatanetTerms {
	fn from_value(value: &Value<()>) -> Option<Self> {
		let ValueDef::Composite(fields) = &value.value else {
			return None;
		};
		Some(Self {
			training_fee: read(fields, "training_fee")?,
			min_contributors_ppm: read(fields, "min_contributors_ppm")?,
		})
	}
}

/// Any value as JSON: numbers as decimal strings, bytes as 0x-hex, enums as `{variant: fields}`.
pub fn json(value: &Value<()>) -> serde_json::Value {
	use serde_json::Value as Json;
	match &value.value {
		ValueDef::Primitive(Primitive::Bool(truth)) => Json::Bool(*truth),
		ValueDef::Primitive(Primitive::U128(number)) => Json::String(number.to_string()),
		ValueDef::Primitive(Primitive::I128(number)) => Json::String(number.to_string()),
		ValueDef::Primitive(Primitive::Char(character)) => Json::String(character.to_string()),
		ValueDef::Primitive(Primitive::String(text)) => Json::String(text.clone()),
		ValueDef::Primitive(Primitive::U256(raw) | Primitive::I256(raw)) => {
			Json::String(format!("0x{}", hex::encode(raw)))
		}
		ValueDef::BitSequence(bits) => {
			Json::String(bits.iter().map(|bit| if bit { '1' } else { '0' }).collect())
		}
		ValueDef::Variant(variant) if variant.values.is_empty() => {
			Json::String(variant.name.clone())
		}
		ValueDef::Variant(variant) => {
			let fields = json_of_fields(&variant.values);
			Json::Object([(variant.name.clone(), fields)].into_iter().collect())
		}
		ValueDef::Composite(fields) => match bytes(value).filter(|bytes| bytes.len() > 1) {
			Some(bytes) => Json::String(format!("0x{}", hex::encode(bytes))),
			None => json_of_fields(fields),
		},
	}
}

/// Fields as a JSON object, or as an array when they have no names.
pub fn json_of_fields(fields: &Fields) -> serde_json::Value {
	match fields {
		Composite::Named(named) => serde_json::Value::Object(
			named
				.iter()
				.map(|(name, value)| (name.clone(), json(value)))
				.collect(),
		),
		Composite::Unnamed(values) => match values.as_slice() {
			[single] => json(single),
			values => serde_json::Value::Array(values.iter().map(json).collect()),
		},
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn sources_of_booked_money_read() {
		let unit = |name: &str| Value::unnamed_variant(name, []);
		let row = |name: &str| {
			let fields = [("datanet", Value::u128(1)), ("tranche", Value::u128(2))];
			Value::named_variant(name, fields)
		};
		let (datanet, tranche) = (1, 2);
		for (value, source) in [
			(row("Pool"), Source::Pool { datanet, tranche }),
			(row("Withheld"), Source::Withheld { datanet, tranche }),
			(unit("Aside"), Source::Aside),
			(unit("Forfeited"), Source::Forfeited),
			(unit("Credit"), Source::Credit),
		] {
			assert_eq!(Source::from_value(&value), Some(source));
		}
		assert_eq!(Source::from_value(&unit("Withheld")), None);
		assert_eq!(Source::from_value(&unit("Other")), None);
	}
}

// SPDX-License-Identifier: Apache-2.0
//! The runtime under measurement: its wasm in the node's executor, over a state in memory that can
//! be wound back.

use anyhow::{anyhow, bail, Context, Result};
use codec::{Decode, Encode};
use sc_client_db::BenchmarkingState;
use sc_executor::WasmExecutor;
use serde_json::Value;
use sp_core::{
	storage::Storage,
	traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
};
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::{BasicExternalities, StateMachine};

/// What the runtime may call: what a node gives it, and the clock and counters of benchmarks.
type HostFunctions = (
	sp_io::SubstrateHostFunctions,
	frame_benchmarking::benchmarking::HostFunctions,
);

/// A state that counts rows or, faster, doesn't.
pub type State = BenchmarkingState<BlakeTwo256>;

/// A runtime with its two states.
pub struct Machine {
	executor: WasmExecutor<HostFunctions>,
	code: Vec<u8>,
	/// For times: nothing is recorded.
	pub timed: State,
	/// For rows: every key read or written is counted once.
	pub counted: State,
}

impl Machine {
	/// Loads a runtime and builds the genesis of one of its presets.
	pub fn new(code: Vec<u8>, preset: &str) -> Result<Self> {
		let executor = WasmExecutor::<HostFunctions>::builder().build();
		let genesis = genesis(&executor, &code, preset)?;
		let state = |count| {
			// The chain has no proofs, so none is recorded.
			State::new(genesis.clone(), None, false, count).map_err(|error| anyhow!(error))
		};
		Ok(Self {
			timed: state(false)?,
			counted: state(true)?,
			executor,
			code,
		})
	}

	/// Calls the runtime over one of the states.
	pub fn call<Answer: Decode>(
		&self,
		state: &State,
		method: &str,
		argument: &[u8],
	) -> Result<Answer> {
		let fetcher = WrappedRuntimeCode(self.code.as_slice().into());
		let code = runtime_code(&fetcher);
		let mut changes = Default::default();
		let mut extensions = Default::default();
		let answer = StateMachine::new(
			state,
			&mut changes,
			&self.executor,
			method,
			argument,
			&mut extensions,
			&code,
			CallContext::Offchain,
		)
		.execute()
		.map_err(|error| anyhow!("{method}: {error}"))?;
		Answer::decode(&mut answer.as_slice()).with_context(|| format!("answer of {method}"))
	}
}

fn runtime_code<'a>(fetcher: &'a WrappedRuntimeCode<'a>) -> RuntimeCode<'a> {
	RuntimeCode {
		code_fetcher: fetcher,
		heap_pages: None,
		hash: sp_io::hashing::blake2_256(&fetcher.0).to_vec(),
	}
}

/// The storage that a preset's genesis builds.
fn genesis(executor: &WasmExecutor<HostFunctions>, code: &[u8], preset: &str) -> Result<Storage> {
	let defaults = preset_of(executor, code, None)?.context("the runtime has no genesis")?;
	let patch = preset_of(executor, code, Some(preset))?
		.with_context(|| format!("the runtime has no preset {preset}"))?;
	let mut config: Value = serde_json::from_slice(&defaults)?;
	merge(&mut config, serde_json::from_slice(&patch)?);
	let mut state = BasicExternalities::new_empty();
	let argument = serde_json::to_vec(&config)?.encode();
	let built: Result<(), String> = call(
		executor,
		code,
		&mut state,
		"GenesisBuilder_build_state",
		&argument,
	)?;
	if let Err(message) = built {
		bail!("genesis of {preset}: {message}");
	}
	Ok(state.into_storages())
}

fn preset_of(
	executor: &WasmExecutor<HostFunctions>,
	code: &[u8],
	preset: Option<&str>,
) -> Result<Option<Vec<u8>>> {
	let mut state = BasicExternalities::new_empty();
	call(
		executor,
		code,
		&mut state,
		"GenesisBuilder_get_preset",
		&preset.encode(),
	)
}

/// Calls the runtime over a state that holds nothing but what the call writes.
fn call<Answer: Decode>(
	executor: &WasmExecutor<HostFunctions>,
	code: &[u8],
	state: &mut BasicExternalities,
	method: &str,
	argument: &[u8],
) -> Result<Answer> {
	let fetcher = WrappedRuntimeCode(code.into());
	let (answer, _) = executor.call(
		state,
		&runtime_code(&fetcher),
		method,
		argument,
		CallContext::Offchain,
	);
	let answer = answer.map_err(|error| anyhow!("{method}: {error}"))?;
	Answer::decode(&mut answer.as_slice()).with_context(|| format!("answer of {method}"))
}

/// Lays `patch` over `base` as RFC 7386 says; presets remove nothing, so `null` is a value like
/// any other.
fn merge(base: &mut Value, patch: Value) {
	match (base, patch) {
		(Value::Object(base), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(base.entry(key).or_insert(Value::Null), value);
			}
		}
		(base, patch) => *base = patch,
	}
}

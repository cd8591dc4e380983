// SPDX-License-Identifier: Apache-2.0
//! Compiles the runtime to WebAssembly, with the metadata digest if `metadata-hash` is on.

fn main() {
	#[cfg(all(feature = "std", not(feature = "metadata-hash")))]
	substrate_wasm_builder::WasmBuilder::build_using_defaults();

	#[cfg(all(feature = "std", feature = "metadata-hash"))]
	substrate_wasm_builder::WasmBuilder::init_with_defaults()
		.enable_metadata_hash("OPEN", 12)
		.build();
}

// SPDX-License-Identifier: Apache-2.0
//! One file per noun.

pub mod advertise;
pub mod channel;
pub mod datanet;
pub mod earnings;
pub mod explain;
pub mod infer;
pub mod model;
pub mod operator;
pub mod rights;
pub mod text;

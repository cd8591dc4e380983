// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod backend;
pub mod batch;
pub mod channels;
pub mod config;
pub mod corpus;
pub mod http;
pub mod port;
pub mod refusal;
pub mod service;
pub mod session;
pub mod settle;
pub mod start;
pub mod store;

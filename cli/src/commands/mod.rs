// SPDX-License-Identifier: Apache-2.0
//! One file per noun.

pub mod advertise;
pub mod card;
pub mod channel;
pub mod contribute;
pub mod contribution;
pub mod datanet;
pub mod earnings;
pub mod explain;
pub mod infer;
pub mod licence;
pub mod model;
pub mod operator;
pub mod report_duplicate;
pub mod review;
pub mod rights;
pub mod status;
pub mod text;

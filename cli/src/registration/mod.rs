// SPDX-License-Identifier: Apache-2.0
//! Many files to contributions: prepared side by side, priced, committed and revealed in lots, and
//! remembered, so that a run that was killed goes on where it stood.

mod book;
mod pieces;
mod quote;
mod run;

pub use book::{Book, Standing};
pub use pieces::{gather, prepare, record_set, Form, Piece, Prepared, Settings, Skipped};
pub use quote::{quote, Quote};
pub use run::{Outcome, Run};

//! Expands `step!(…)`.
//!
//! ```text
//! // Input:
//! step!("parse", fields(length), { parse(text) })
//!
//! // Output, with `$crate::__private::` left out:
//! run_by(
//!     callsite!(step, target: module, name: "parse", keys: ["length"])
//!         .fields(|__tr_fields| __tr_fields.write(&[field(value(&length).shown())])),
//!     || { parse(text) },
//!     |__tr_ended| __tr_ended.by_display(),
//! )
//! ```
//!
//! A future goes to `timed_by`, a stream to `timed_stream!`. A block becomes a
//! closure, so `return` and `?` in it end the step rather than the function,
//! and it cannot `.await`. So the outcome of a step is always read from its
//! value.

mod args;
mod generate;
mod work;

use proc_macro2::TokenStream;

use self::{args::Args, generate::generate};

/// Expands `$crate; "name", options…, work`.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    Args::parse(input).map_or_else(|errors| errors.to_compile_error(), |args| generate(&args))
}

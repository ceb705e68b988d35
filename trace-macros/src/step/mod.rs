//! What does `step!(…)` become?
//!
//! ```text
//! // Input:
//! step!("parse", fields(length), { parse(text) })
//!
//! // Output, with `$crate::__private::` left out:
//! run_by(
//!     callsite!(kind: Step, level: Info, target: module, name: "parse", keys: ["length"])
//!         .fields(|__tr_fields| __tr_fields.write(&[field(value(&length).shown())])),
//!     || { parse(text) },
//!     |__tr_ended| __tr_ended.by_display(),
//! )
//! ```
//!
//! A future goes to `timed_by` instead, a stream to `timed_stream!`. A block is a
//! closure, so that it cannot leave the step by `return` or `?`, and cannot wait
//! inside it: what the step ended with is always its value.

mod args;
mod generate;
mod work;

use proc_macro2::TokenStream;

use self::{args::Args, generate::generate};

/// What the step becomes: `$crate; "name", options…, body`
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    Args::parse(input).map_or_else(|errors| errors.to_compile_error(), |args| generate(&args))
}

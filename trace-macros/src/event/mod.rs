//! What does `info!(…)` become?
//!
//! The macros of the levels are `macro_rules` in the runtime, which pass `$crate`
//! and the level on to here, and so find the runtime under any name. Parsing is
//! in `args`, the rest in `generate`.

mod args;
mod generate;
mod message;

use proc_macro2::TokenStream;

use self::args::Args;

/// What the event becomes: `$crate; Level; fields…, "message"…`
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    match Args::parse(input) {
        Ok(args) => generate::generate(&args),
        Err(errors) => errors.to_compile_error(),
    }
}

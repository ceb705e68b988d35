//! Expands `info!(…)` and the other event macros.
//!
//! They are `macro_rules` of the runtime, which pass on `$crate` and the level,
//! so that the runtime is found under any name. `args` and `message` parse,
//! `generate` writes.

mod args;
mod generate;
mod message;

use proc_macro2::TokenStream;

use self::args::Args;

/// Expands `$crate; Level; fields…, "message"…`.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    match Args::parse(input) {
        Ok(args) => generate::generate(&args),
        Err(errors) => errors.to_compile_error(),
    }
}

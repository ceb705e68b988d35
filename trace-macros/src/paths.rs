//! Writes the paths of the names that an expansion may use.
//!
//! All of them are under `::trace_runtime::__private`, so a user's own
//! `mod core`, `struct Ok` or `#![no_implicit_prelude]` does not affect an
//! expansion. The runtime's `__private.rs` exports them:
//!
//! | for | names |
//! |---|---|
//! | facts | `callsite!`, `event_callsite!`, `keys!` |
//! | scopes | `timed`, `handler`, `run`, `block`, `enter`, and each `…_with` a reading |
//! | scopes | `timed_by`, `run_by`, `call`, `pin_box`, `timed_stream!` |
//! | types | `Future`, `Infallible`, `returns`, `checked`, `called` |
//! | outcomes | `outcome!`, `reading`, `Succeeds` |
//! | values | `field`, `value`, `as_text`, `display`, `debug`, `covered` |
//! | events | `event`, `event_at`, `Some`, `format_args!` |
//! | late | `record`, `record_request`, `carry`, `count_request`, `amount` |

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Token, parse::ParseStream};

/// `::trace_runtime::__private`, or `__private` in the crate that
/// `crate = path` names.
///
/// `quote!(#private::timed)` reads as the path that it becomes.
#[derive(Clone)]
pub(crate) struct Private(TokenStream);

impl Private {
    /// The names of the runtime at this path.
    pub(crate) fn of(runtime: &impl ToTokens) -> Self {
        Self(quote!(#runtime::__private))
    }

    /// The names of the runtime under its own name.
    pub(crate) fn by_name() -> Self {
        Self(quote_spanned!(Span::mixed_site()=> ::trace_runtime::__private))
    }

    /// Parses the path that a `macro_rules` of the runtime passes on:
    /// `$crate; …`.
    pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut runtime = TokenStream::new();
        while !input.peek(Token![;]) {
            runtime.extend(Some(input.parse::<TokenTree>()?));
        }
        input.parse::<Token![;]>()?;
        Ok(Self::of(&runtime))
    }

    /// Returns the same names, whose errors are reported at `place`.
    pub(crate) fn at(&self, place: Span) -> Self {
        let located = self.0.clone().into_iter().map(|mut token| {
            token.set_span(token.span().located_at(place));
            token
        });
        Self(located.collect())
    }
}

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

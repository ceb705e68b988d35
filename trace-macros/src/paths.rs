//! Which names may an expansion use?
//!
//! Those under `::trace_runtime::__private`, and no others: so a user's own
//! `mod core`, `struct Ok` or `#![no_implicit_prelude]` cannot reach an
//! expansion. The names are those of the runtime's `__private.rs`:
//!
//! | for | names |
//! |---|---|
//! | facts | `callsite!`, `event_callsite!`, `keys!` |
//! | scopes | `timed`, `handler`, `run`, `block`, and the same `_with` a reading; `enter`, `pin_box`, `timed_stream!` |
//! | types | `Future`, `Infallible`, `returns` |
//! | outcomes | `outcome!`, `Succeeds` |
//! | values | `field`, `value`, `as_text`, `display`, `debug`, `covered` |
//! | events | `event`, `event_at`, `Some`, `format_args!` |
//! | late | `record`, `record_request`, `carry`, `count_request`, `amount` |

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Token, parse::ParseStream};

/// `::trace_runtime::__private`, or the same below what `crate = path` says:
/// `quote!(#private::timed)` reads as the path that it becomes.
#[derive(Clone)]
pub(crate) struct Private(TokenStream);

impl Private {
    /// The names of the runtime that is found at `runtime`.
    pub(crate) fn of(runtime: &impl ToTokens) -> Self {
        Self(quote!(#runtime::__private))
    }

    /// The names of the runtime under its own name.
    pub(crate) fn by_name() -> Self {
        Self(quote_spanned!(Span::mixed_site()=> ::trace_runtime::__private))
    }

    /// The names of the runtime that hands its macro's tokens on: `$crate; …`.
    pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut runtime = TokenStream::new();
        while !input.peek(Token![;]) {
            runtime.extend(Some(input.parse::<TokenTree>()?));
        }
        input.parse::<Token![;]>()?;
        Ok(Self::of(&runtime))
    }

    /// The same names; what goes wrong with them points at `place`.
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

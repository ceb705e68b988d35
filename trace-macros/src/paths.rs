//! Writes the paths of the names that an expansion may use.
//!
//! All of them are under `::trace_runtime::__private`, so a user's own
//! `mod core`, `struct Ok` or `#![no_implicit_prelude]` does not affect an
//! expansion. The runtime's `__private/mod.rs` exports them:
//!
//! | for | names |
//! |---|---|
//! | facts | `callsite!`, `event_callsite!`, `keys!` |
//! | editors | `options!` |
//! | scopes | `timed`, `handler`, `run`, `block`, `enter`, and each `…_with` a reading |
//! | scopes | `timed_by`, `run_by`, `call`, `pin_box`, `timed_stream!` |
//! | types | `Future`, `Infallible`, `returns`, `checked`, `called` |
//! | outcomes | `outcome!`, `reading`, `Succeeds` |
//! | values | `field`, `value`, `as_text`, `display`, `debug`, `covered` |
//! | events | `event`, `event_at`, `Some`, `format_args!` |
//! | late | `record`, `record_request`, `carry`, `count_request`, `amount` |

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Token, parse::ParseStream};

use crate::spans::Spans;

/// `::trace_runtime::__private`, or `__private` in the crate that
/// `crate = path` names.
///
/// `quote!(#private::timed)` reads as the path that it becomes.
#[derive(Clone)]
pub(crate) struct Private {
    path: TokenStream,
    /// The hygiene of tokens that stand beside the path.
    hygiene: Span,
}

impl Private {
    /// The names of the runtime at this path.
    pub(crate) fn of(runtime: &impl ToTokens) -> Self {
        Self { path: quote!(#runtime::__private), hygiene: Span::mixed_site() }
    }

    /// The names of the runtime under its own name.
    pub(crate) fn by_name() -> Self {
        Self::of(&quote_spanned!(Span::mixed_site()=> ::trace_runtime))
    }

    /// Parses the path that a `macro_rules` of the runtime passes on:
    /// `$crate; …`.
    pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (mut runtime, hygiene) = (TokenStream::new(), input.span());
        while !input.peek(Token![;]) {
            runtime.extend(Some(input.parse::<TokenTree>()?));
        }
        input.parse::<Token![;]>()?;
        Ok(Self { hygiene, ..Self::of(&runtime) })
    }

    /// Returns the same names, whose errors are reported at `place`.
    pub(crate) fn at(&self, place: Span) -> Self {
        let located = self.path.clone().into_iter().map(|mut token| {
            token.set_span(token.span().located_at(place));
            token
        });
        Self { path: located.collect(), hygiene: self.hygiene }
    }

    /// Returns these spans for tokens that stand beside a name of the runtime:
    /// rustc joins the spans of one macro's tokens only.
    pub(crate) fn spans(&self, place: Spans) -> Spans {
        let [first, last] = [place.first, place.last].map(|it| self.hygiene.located_at(it));
        Spans { first, last }
    }

    /// Returns a call of one of the runtime's functions. The call, the function
    /// and its arguments all point at `place`.
    pub(crate) fn call(&self, function: &str, place: Spans, arguments: TokenStream) -> TokenStream {
        let place = self.spans(place);
        let (private, function) = (self.at(place.first), Ident::new(function, place.last));
        let arguments = place.arguments(arguments);
        quote_spanned!(place.first=> #private::#function #arguments)
    }
}

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.path.to_tokens(tokens);
    }
}

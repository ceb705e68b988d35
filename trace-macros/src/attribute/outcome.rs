//! How does a scope learn how its function ended?
//!
//! From the third argument of the call. Where the value cannot be an error, that
//! says so; where its type is named, it is the reading that the runtime has for
//! such a type; and where the type has parts that only the body knows, a closure
//! around the runtime's `outcome!`, which is looked at after the body.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Type;

use super::args::ErrorText;
use crate::paths::Private;

/// The third argument.
pub(crate) struct Outcome {
    pub(crate) tokens: TokenStream,
    /// Whether it is a reading, and not a closure.
    pub(crate) is_reading: bool,
}

impl Outcome {
    /// The outcome by a type that is known: of `returns`.
    pub(crate) fn of_type(returns: &TokenStream, error: ErrorText, span: Span) -> Self {
        let method = method(error, span);
        Self { tokens: quote_spanned!(span=> #returns.#method()), is_reading: true }
    }

    /// The outcome by the type that the value turns out to have.
    pub(crate) fn of_value(
        private: &Private,
        ty: Option<&Type>,
        error: ErrorText,
        span: Span,
    ) -> Self {
        Self { tokens: of_value(private, ty, error, span), is_reading: false }
    }

    /// The outcome of a function that can only return or panic.
    pub(crate) fn succeeds(private: &Private, span: Span) -> Self {
        Self { tokens: quote_spanned!(span=> #private::Succeeds), is_reading: true }
    }
}

/// How a reading is found, by the text that is asked for.
fn method(error: ErrorText, span: Span) -> Ident {
    let method = match error {
        ErrorText::Display => "by_display",
        ErrorText::Debug => "by_debug",
        ErrorText::Off => "by_variant",
    };
    Ident::new(method, span)
}

/// A closure that names the reading of a value whose type it is given: in a type
/// that a future holds, it would be one that rustc does not know to be `Send`.
pub(crate) fn by_value(error: ErrorText, span: Span) -> TokenStream {
    let method = method(error, span);
    quote_spanned!(span=> |__tr_ended| __tr_ended.#method())
}

/// A closure around `outcome!`.
///
/// The type is given only where nothing else in the call says it: a second
/// mention is linted, and reported as wrong, a second time.
pub(crate) fn of_value(
    private: &Private,
    ty: Option<&Type>,
    error: ErrorText,
    span: Span,
) -> TokenStream {
    let ty = ty.map(|ty| quote_spanned!(span=> : &#ty));
    let mode = match error {
        ErrorText::Display => None,
        ErrorText::Debug => Some(quote_spanned!(span=> debug)),
        ErrorText::Off => Some(quote_spanned!(span=> off)),
    };
    quote_spanned!(span=> |__tr_value #ty| #private::outcome!(#mode __tr_value))
}

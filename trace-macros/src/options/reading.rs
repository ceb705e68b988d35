//! How does a scope learn how its function ended?
//!
//! From the third argument of the call. Where the value cannot be an error, that
//! says so; where its type is named, it is the reading that the runtime has for
//! such a type; and where the type has parts that only the body knows, a closure
//! around the runtime's `outcome!`, which is looked at after the body.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Type;

use super::error_text::ErrorText;
use crate::{paths::Private, spans::site};

/// The last argument of the call around a body.
pub(crate) enum Reading {
    /// The runtime's reading for the type.
    OfType(TokenStream),
    /// A closure, which looks at the value.
    OfValue(TokenStream),
}

impl Reading {
    /// The reading for a type that is known: of `returns`. What an error says by a
    /// closure is looked at when it is there.
    pub(crate) fn of_type(
        private: &Private,
        returns: &TokenStream,
        error: &ErrorText,
        span: Span,
    ) -> Self {
        let Some(method) = method(error, span) else {
            let read = of_value(private, None, error, span);
            return Self::OfType(quote_spanned!(span=> #private::reading(#returns, #read)));
        };
        Self::OfType(quote_spanned!(span=> #returns.#method()))
    }

    /// The reading for the type that the value turns out to have.
    pub(crate) fn of_value(
        private: &Private,
        ty: Option<&Type>,
        error: &ErrorText,
        span: Span,
    ) -> Self {
        Self::OfValue(of_value(private, ty, error, span))
    }

    /// The reading for a function that can only return or panic.
    pub(crate) fn succeeds(private: &Private, span: Span) -> Self {
        Self::OfType(quote_spanned!(span=> #private::Succeeds))
    }
}

impl ToTokens for Reading {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::OfType(reading) | Self::OfValue(reading) => reading.to_tokens(tokens),
        }
    }
}

/// How a reading is found, by the text that is asked for; a closure is one itself.
fn method(error: &ErrorText, span: Span) -> Option<Ident> {
    let method = match error {
        ErrorText::Display => "by_display",
        ErrorText::Debug => "by_debug",
        ErrorText::Off => "by_variant",
        ErrorText::By(_) => return None,
    };
    Some(Ident::new(method, span))
}

/// A closure that names the reading of a value whose type it is given: in a type
/// that a future holds, it would be one that rustc does not know to be `Send`.
///
/// None where what to say of an error is a closure already.
pub(crate) fn by_value(error: &ErrorText, span: Span) -> Option<TokenStream> {
    let method = method(error, span)?;
    Some(quote_spanned!(span=> |__tr_ended| __tr_ended.#method()))
}

/// A closure around `outcome!`.
///
/// The type is given only where nothing else in the call says it: a second
/// mention is linted, and reported as wrong, a second time.
pub(crate) fn of_value(
    private: &Private,
    ty: Option<&Type>,
    error: &ErrorText,
    span: Span,
) -> TokenStream {
    // What is wrong with the user's closure is reported at that.
    let place = match error {
        ErrorText::By(say) => say.clone().into_iter().next().map(|first| site(first.span())),
        ErrorText::Display | ErrorText::Debug | ErrorText::Off => None,
    };
    let (private, span) = match place {
        Some(place) => (private.at(place), place),
        None => (private.clone(), span),
    };
    let ty = ty.map(|ty| quote_spanned!(span=> : &#ty));
    let mode = match error {
        ErrorText::Display => None,
        ErrorText::Debug => Some(quote_spanned!(span=> debug)),
        ErrorText::Off => Some(quote_spanned!(span=> off)),
        ErrorText::By(say) => Some(quote_spanned!(span=> by (#say))),
    };
    quote_spanned!(span=> |__tr_value #ty| #private::outcome!(#mode __tr_value))
}

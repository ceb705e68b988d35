//! Writes out how a scope reads its outcome from the value of its body.
//!
//! It stands last in the call around the body. A value that cannot be an error
//! has the reading `Succeeds`. A value whose type is written has the runtime's
//! reading for that type. Where only the body determines the type, a closure
//! around the runtime's `outcome!` looks at the value, and is type-checked
//! after the body.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Type;

use super::error_text::ErrorText;
use crate::{paths::Private, spans::site};

/// The last argument of the call around a body.
pub(crate) enum Reading {
    /// The runtime's reading for a type.
    OfType(TokenStream),
    /// A closure that looks at the value.
    OfValue(TokenStream),
}

impl Reading {
    /// Returns the reading for the type of `returns`, an expression.
    ///
    /// If the user gave a closure, its type is inferred when the value is
    /// there.
    pub(crate) fn of_type(
        private: &Private,
        returns: &TokenStream,
        error: &ErrorText,
        span: Span,
    ) -> Self {
        if let Some(method) = method(error, span) {
            return Self::OfType(quote_spanned!(span=> #returns.#method()));
        }
        let closure = outcome_closure(private, None, error, span);
        Self::OfType(quote_spanned!(span=> #private::reading(#returns, #closure)))
    }

    /// Returns the reading for the type that the value turns out to have.
    pub(crate) fn of_value(
        private: &Private,
        ty: Option<&Type>,
        error: &ErrorText,
        span: Span,
    ) -> Self {
        Self::OfValue(outcome_closure(private, ty, error, span))
    }

    /// Returns the reading for a function that can only return or panic.
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

/// The method that finds the runtime's reading. A closure of the user's needs
/// none.
fn method(error: &ErrorText, span: Span) -> Option<Ident> {
    let method = match error {
        ErrorText::Display => "by_display",
        ErrorText::Debug => "by_debug",
        ErrorText::Off => "by_variant",
        ErrorText::By(_) => return None,
    };
    Some(Ident::new(method, span))
}

/// Returns a closure that finds the runtime's reading for a value: in the type
/// of a future, the reading itself would keep rustc from knowing that it is
/// `Send`.
///
/// `None` if the user gave a closure.
pub(crate) fn method_closure(error: &ErrorText, span: Span) -> Option<TokenStream> {
    let method = method(error, span)?;
    Some(quote_spanned!(span=> |__tr_ended| __tr_ended.#method()))
}

/// Returns a closure around `outcome!`.
///
/// `ty` is given only where nothing else in the call determines the type: a
/// second mention would repeat rustc's lints and errors.
pub(crate) fn outcome_closure(
    private: &Private,
    ty: Option<&Type>,
    error: &ErrorText,
    span: Span,
) -> TokenStream {
    let (private, span) = match user_closure(error) {
        Some(place) => (private.at(place), place),
        None => (private.clone(), span),
    };
    let ty = ty.map(|ty| quote_spanned!(span=> : &#ty));
    let mode = match error {
        ErrorText::Display => None,
        ErrorText::Debug => Some(quote_spanned!(span=> debug)),
        ErrorText::Off => Some(quote_spanned!(span=> off)),
        ErrorText::By(by) => Some(quote_spanned!(span=> by (#by))),
    };
    quote_spanned!(span=> |__tr_value #ty| #private::outcome!(#mode __tr_value))
}

/// Where the user's closure begins: its mistakes are reported there.
fn user_closure(error: &ErrorText) -> Option<Span> {
    match error {
        ErrorText::By(by) => by.clone().into_iter().next().map(|first| site(first.span())),
        ErrorText::Display | ErrorText::Debug | ErrorText::Off => None,
    }
}

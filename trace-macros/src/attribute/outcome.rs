//! How does a scope learn how its function ended?
//!
//! From the third argument of the call: where the value cannot be an error, the
//! function `succeeded`; else a closure around the runtime's `outcome!`, which
//! reads an error by its type.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Type;

use super::args::ErrorText;
use crate::paths::Private;

/// The outcome of a value that may be an error.
///
/// Its type is given only where nothing else in the call says it: a second
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

/// The outcome of a function that can only return or panic.
pub(crate) fn succeeded(private: &Private, span: Span) -> TokenStream {
    quote_spanned!(span=> #private::succeeded)
}

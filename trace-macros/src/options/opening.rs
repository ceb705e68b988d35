//! Writes out what a scope opens with: its callsite and its fields.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote_spanned};

use crate::{
    callsite::{Callsite, keys},
    field::Fields,
    paths::Private,
};

/// Returns the callsite, followed by `.method(|__tr_fields| …)` if there are
/// fields.
///
/// `method` is `fields`, or `fields_now` where the scope opens at once. A value
/// that is awaited cannot stand in the closure, so `wants_…` is called first,
/// and the value is evaluated outside.
pub(crate) fn with_fields(
    fields: &Fields,
    callsite: &Callsite<'_>,
    method: &str,
    span: Span,
) -> TokenStream {
    if fields.is_empty() {
        return callsite.to_token_stream();
    }
    let method = Ident::new(method, span);
    let call = |values| quote_spanned!(span=> #method(|__tr_fields| __tr_fields.write(#values)));
    if !fields.has_await() {
        let call = call(fields.values(callsite.private));
        return quote_spanned!(span=> #callsite.#call);
    }
    let wants = format_ident!("wants_{method}", span = span);
    let written = fields.with_values(callsite.private, |values| {
        let call = call(values);
        quote_spanned!(span=> __tr_callsite.#call)
    });
    quote_spanned!(span=> match #callsite {
        __tr_callsite if __tr_callsite.#wants() => #written,
        __tr_callsite => __tr_callsite.#method(|_| {}),
    })
}

/// Returns the opening, followed by `.carry(keys![…], …)` if there is anything
/// to carry.
pub(crate) fn with_carried(
    carried: &Fields,
    opening: TokenStream,
    private: &Private,
    span: Span,
) -> TokenStream {
    if carried.is_empty() {
        return opening;
    }
    let keys = keys(carried);
    carried.with_values(private, |values| {
        quote_spanned!(span=>
            #opening.carry(#private::keys! #keys, |__tr_fields| __tr_fields.write(#values))
        )
    })
}

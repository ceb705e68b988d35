//! Writes out what a scope opens with: its callsite and its fields.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};

use crate::{
    callsite::{Callsite, keys},
    field::Fields,
    paths::Private,
};

/// Returns the callsite, with its fields if it has any.
///
/// `wants` is `wants_fields`, or `wants_fields_now` where the scope opens at
/// once. It is called first, because values are evaluated only if they are
/// recorded. There is no closure around them: rustc would compile one, and all
/// that takes it, for each function. The place is a variable of a block, because
/// a future would keep what a `match` looks at.
pub(crate) fn with_fields(
    fields: &Fields,
    callsite: &Callsite<'_>,
    wants: &str,
    span: Span,
) -> TokenStream {
    if fields.is_empty() {
        return callsite.to_token_stream();
    }
    let wants = Ident::new(wants, span);
    let written =
        fields.with_values(callsite.private, |values| quote_spanned!(span=> __.fields(#values)));
    quote_spanned!(span=> {
        let __ = #callsite;
        if __.#wants() { #written } else { __.no_fields() }
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
            #opening.carry(#private::keys! #keys, |__| __.write(#values))
        )
    })
}

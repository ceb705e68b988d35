//! Writes out the value of a field.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Token, spanned::Spanned as _};

use super::written::{Field, Show};
use crate::{
    paths::Private,
    spans::{Spans, site},
    words::{reserved::is_text, secret::looks_secret},
};

impl Field {
    /// `field(value(&user_id).shown())`
    ///
    /// All of it points at the value, so that a type that cannot be logged is
    /// reported there. A secret is reported at its name. The `&` has the user's
    /// span, or rustc would point at the macro.
    pub(super) fn encoded(&self, private: &Private) -> TokenStream {
        self.encoded_as(private, &self.value)
    }

    /// The same for `value`, a name that the value is bound to.
    pub(super) fn encoded_as(&self, private: &Private, value: &TokenStream) -> TokenStream {
        let Self { key, show, .. } = self;
        let tokens: Vec<_> = value.clone().into_iter().collect();
        let name = Spans { first: key.span, last: key.span };
        let whole = Spans::of(&tokens).unwrap_or(name);
        match show {
            Show::Value if looks_secret(&key.text) => call(private, name, "covered", value),
            Show::Value if is_text(&key.text) => {
                by_type(private, whole, &call(private, whole, "as_text", value))
            }
            Show::Value => by_type(private, whole, &call(private, whole, "value", value)),
            Show::Display => by_type(private, whole, &call(private, whole, "display", value)),
            Show::Debug => call(private, whole, "debug", value),
        }
    }

    /// `&user_id`
    pub(super) fn reference(&self) -> TokenStream {
        let (reference, value) = (Token![&](self.value.span()), &self.value);
        quote!(#reference #value)
    }

    /// `__tr_0`
    pub(super) fn bound_name(&self, index: usize) -> Ident {
        format_ident!("__tr_{index}", span = site(self.value.span()))
    }
}

/// `value(&user_id)`
fn call(private: &Private, place: Spans, function: &str, value: &TokenStream) -> TokenStream {
    let (private, reference) = (private.at(place.first), Token![&](place.first));
    let place = place.site();
    let function = Ident::new(function, place.first);
    let argument = quote_spanned!(place.first=> #reference #value);
    let arguments = place.arguments(argument);
    quote_spanned!(place.first=> #private::#function #arguments)
}

/// `field(value(&user_id).shown())`: the method finds how the type is written.
fn by_type(private: &Private, place: Spans, value: &TokenStream) -> TokenStream {
    let (private, place) = (private.at(place.first), place.site());
    let none = place.arguments(TokenStream::new());
    let shown = quote_spanned!(place.last=> .shown #none);
    let arguments = place.arguments(quote!(#value #shown));
    quote_spanned!(place.first=> #private::field #arguments)
}

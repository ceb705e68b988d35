//! What is known at compile time about one place in the code?
//!
//! Its facts go as they are into `callsite!` or `event_callsite!` of the runtime,
//! which make one static of them; escaping them is the runtime's business, which
//! has the only escaper.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use crate::field::Fields;
use crate::paths::{Private, site};
use crate::reserved::Kind;

/// The facts of a scope, found at `place`.
pub(crate) struct Callsite<'a> {
    pub(crate) private: &'a Private,
    pub(crate) place: Span,
    pub(crate) kind: Kind,
    pub(crate) level: Ident,
    pub(crate) target: Option<&'a TokenStream>,
    pub(crate) name: TokenStream,
    pub(crate) fields: &'a Fields,
    /// In nanoseconds.
    pub(crate) slow: Option<u64>,
}

impl ToTokens for Callsite<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { private, level, name, .. } = self;
        let span = site(self.place);
        let kind = Ident::new(if self.kind == Kind::Request { "Request" } else { "Step" }, span);
        let target = target(private, self.target, span);
        let keys = self.fields.keys();
        let slow = self.slow.map(|nanoseconds| {
            let nanoseconds = Literal::u64_suffixed(nanoseconds);
            quote_spanned!(span=> , slow: #nanoseconds)
        });
        tokens.extend(quote_spanned!(span=> #private::callsite!(
            kind: #kind, level: #level, target: #target, name: #name, keys: #keys #slow
        )));
    }
}

/// The facts of an event.
pub(crate) struct EventCallsite<'a> {
    pub(crate) private: &'a Private,
    pub(crate) level: Ident,
    pub(crate) target: Option<&'a TokenStream>,
    /// The text, if it is the same each time.
    pub(crate) message: Option<Literal>,
    pub(crate) fields: &'a Fields,
}

impl ToTokens for EventCallsite<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { private, level, .. } = self;
        let span = Span::mixed_site();
        let target = target(private, self.target, span);
        let message = self.message.as_ref().map(ToTokens::to_token_stream);
        let message = message.unwrap_or_else(|| quote_spanned!(span=> _));
        let keys = self.fields.keys();
        tokens.extend(quote_spanned!(span=> #private::event_callsite!(
            level: #level, target: #target, message: #message, keys: #keys
        )));
    }
}

/// The module, unless the user says otherwise.
fn target(private: &Private, target: Option<&TokenStream>, span: Span) -> TokenStream {
    target.map_or_else(|| quote_spanned!(span=> #private::module_path!()), Clone::clone)
}

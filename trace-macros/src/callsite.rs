//! Writes out what is known at compile time about one place in the code.
//!
//! The facts go into the runtime's `callsite!` or `event_callsite!`, which
//! makes one static of them. Only the runtime escapes text. Text without
//! anything to escape stands there without parentheses, which costs rustc less.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::LitStr;

use crate::{field::Fields, paths::Private, spans::site, words::reserved::LineKind};

/// The facts about a scope that opens at `place`.
pub(crate) struct Callsite<'a> {
    pub(crate) private: &'a Private,
    pub(crate) place: Span,
    pub(crate) kind: LineKind,
    /// Whether it is a job rather than a request.
    pub(crate) is_job: bool,
    pub(crate) level: Ident,
    pub(crate) target: Option<&'a TokenStream>,
    pub(crate) name: TokenStream,
    pub(crate) fields: &'a Fields,
    /// In nanoseconds.
    pub(crate) slow: Option<u64>,
    /// A variant of `Level`, or `Off`.
    pub(crate) cancelled: Option<&'a Ident>,
}

impl ToTokens for Callsite<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { private, .. } = self;
        let span = site(self.place);
        let name = part(&self.name);
        let kind = Ident::new(self.constructor(), span);
        let (target, level) = (target(self.target, span), level(&self.level));
        let keys = some_keys(self.fields);
        let slow = self.slow.map(|nanoseconds| {
            let nanoseconds = Literal::u64_suffixed(nanoseconds);
            quote_spanned!(span=> , slow: #nanoseconds)
        });
        let cancelled = self.cancelled.map(|level| quote_spanned!(span=> , cancelled: #level));
        tokens.extend(quote_spanned!(span=> #private::callsite!(
            #kind, target: #target, name: #name #level #keys #slow #cancelled
        )));
    }
}

impl Callsite<'_> {
    /// The first word of `callsite!`.
    fn constructor(&self) -> &'static str {
        match self.kind {
            LineKind::Request if self.is_job => "job",
            LineKind::Request => "request",
            LineKind::Step | LineKind::Event => "step",
        }
    }
}

/// The facts about an event.
pub(crate) struct EventCallsite<'a> {
    pub(crate) private: &'a Private,
    pub(crate) level: Ident,
    pub(crate) target: Option<&'a TokenStream>,
    /// The text, if it is constant.
    pub(crate) message: Option<Literal>,
    pub(crate) fields: &'a Fields,
}

impl ToTokens for EventCallsite<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { private, level, .. } = self;
        let span = Span::mixed_site();
        let target = target(self.target, span);
        let message = self.message.as_ref().map(|text| part(&text.to_token_stream()));
        let message = message.unwrap_or_else(|| quote_spanned!(span=> _));
        let keys = keys(self.fields);
        tokens.extend(quote_spanned!(span=> #private::event_callsite!(
            level: #level, target: #target, message: #message, keys: #keys
        )));
    }
}

/// `, level: Debug`, unless it is the usual level.
fn level(level: &Ident) -> Option<TokenStream> {
    (level != "Info").then(|| quote!(, level: #level))
}

/// `, keys: […]`, if there are any.
fn some_keys(fields: &Fields) -> Option<TokenStream> {
    let keys = keys(fields);
    (!fields.is_empty()).then(|| quote!(, keys: #keys))
}

/// The target, or `module` without one.
fn target(target: Option<&TokenStream>, span: Span) -> TokenStream {
    target.map_or_else(|| quote_spanned!(span=> module), part)
}

/// `["user_id", "http.route"]`
pub(crate) fn keys(fields: &Fields) -> TokenStream {
    let keys = fields.keys().map(|key| part(&key.to_token_stream()));
    quote!([#(#keys),*])
}

/// Text for the line: a literal without anything to escape as it is, anything
/// else in parentheses.
pub(crate) fn part(text: &TokenStream) -> TokenStream {
    match syn::parse2::<LitStr>(text.clone()) {
        Ok(literal) if literal.value().chars().all(is_plain) => literal.into_token_stream(),
        _ => quote!((#text)),
    }
}

fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~') && c != '"' && c != '\\'
}

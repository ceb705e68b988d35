//! Makes generated code point at the user's code.
//!
//! rustc then reports a mistake in a call around a value at the value.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// Returns a span for generated tokens: errors and debuggers point at `place`,
/// but lints know that a macro wrote the tokens.
pub(crate) fn site(place: Span) -> Span {
    Span::mixed_site().located_at(place)
}

/// The spans of the first and the last of some tokens.
///
/// A stable compiler cannot join two spans. But rustc lets a generated
/// expression point at everything between the spans of its first and its last
/// token.
#[derive(Clone, Copy)]
pub(crate) struct Spans {
    pub(crate) first: Span,
    pub(crate) last: Span,
}

impl Spans {
    /// Returns the spans of these tokens, if there are any.
    pub(crate) fn of(tokens: &[TokenTree]) -> Option<Self> {
        let last = match tokens.last()? {
            TokenTree::Group(group) if group.delimiter() != Delimiter::None => group.span_close(),
            token => token.span(),
        };
        Some(Self { first: tokens.first()?.span(), last })
    }

    /// Returns the spans for generated tokens: see [`site`].
    pub(crate) fn site(self) -> Self {
        Self { first: site(self.first), last: site(self.last) }
    }

    /// Returns the parentheses of a call whose name has the first span.
    pub(crate) fn arguments(self, arguments: TokenStream) -> Group {
        let mut group = Group::new(Delimiter::Parenthesis, arguments);
        group.set_span(self.last);
        group
    }
}

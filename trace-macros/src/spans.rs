//! Where does generated code point?
//!
//! At something of the user's: what rustc finds wrong with a call around a value
//! is then reported at the value.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// A span for generated tokens: it points at something of the user's, so
/// that errors and debuggers do, yet is known to lints as a macro's.
pub(crate) fn site(place: Span) -> Span {
    Span::mixed_site().located_at(place)
}

/// Where some tokens begin and end.
///
/// Two spans cannot be joined in a stable compiler. But what is generated points
/// at all that is between its first token and its last, if these point there.
#[derive(Clone, Copy)]
pub(crate) struct Spans {
    pub(crate) first: Span,
    pub(crate) last: Span,
}

impl Spans {
    /// Of some tokens, if there are any.
    pub(crate) fn of(tokens: &[TokenTree]) -> Option<Self> {
        let last = match tokens.last()? {
            TokenTree::Group(group) if group.delimiter() != Delimiter::None => group.span_close(),
            token => token.span(),
        };
        Some(Self { first: tokens.first()?.span(), last })
    }

    /// For generated tokens: see [`site`].
    pub(crate) fn site(self) -> Self {
        Self { first: site(self.first), last: site(self.last) }
    }

    /// The parentheses of a call whose name stands at the first.
    pub(crate) fn arguments(self, arguments: TokenStream) -> Group {
        let mut group = Group::new(Delimiter::Parenthesis, arguments);
        group.set_span(self.last);
        group
    }
}

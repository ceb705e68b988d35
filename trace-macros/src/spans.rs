//! Makes generated code point at the user's code.
//!
//! rustc then reports a mistake in a call around a value at the value. An
//! editor takes a token that lies over a word of the user's for what the word
//! became, and shows its documentation, too. So generated tokens are empty, and
//! lie before or behind the user's.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// Returns a span for generated tokens: errors and debuggers point before
/// `place`, but lints know that a macro wrote the tokens.
pub(crate) fn site(place: Span) -> Span {
    over(before(place))
}

/// Returns a span for a generated token that spells the user's word at `place`.
///
/// An editor completes a word by expanding the call a second time, with a mark
/// in the word. It has to find every place where the mark ends up.
pub(crate) fn over(place: Span) -> Span {
    Span::mixed_site().located_at(place)
}

/// Returns the empty span before a place.
#[allow(clippy::incompatible_msrv, unstable_name_collisions, reason = "see `Ends`")]
pub(crate) fn before(place: Span) -> Span {
    if proc_macro::is_available() { place.unwrap().start().into() } else { place }
}

/// Returns the empty span behind a place.
#[allow(clippy::incompatible_msrv, unstable_name_collisions, reason = "see `Ends`")]
pub(crate) fn behind(place: Span) -> Span {
    if proc_macro::is_available() { place.unwrap().end().into() } else { place }
}

/// What spans can do from Rust 1.88 on. Until then the methods of the same name
/// are unstable, and these are found instead: generated tokens lie over the
/// user's.
#[allow(dead_code, reason = "newer compilers find their own methods first")]
trait Ends: Copy {
    fn start(&self) -> Self {
        *self
    }

    fn end(&self) -> Self {
        *self
    }
}

impl Ends for proc_macro::Span {}

/// Where some tokens begin and where they end, as empty spans.
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
        let real = tokens.iter().rposition(|token| !is_made_up(token));
        let last = match &tokens[real.unwrap_or_default()..].first()? {
            TokenTree::Group(group) if group.delimiter() != Delimiter::None => group.span_close(),
            token => token.span(),
        };
        Some(Self { first: before(tokens.first()?.span()), last: behind(last) })
    }

    /// Returns the spans of one token.
    pub(crate) fn at(place: Span) -> Self {
        Self { first: before(place), last: behind(place) }
    }

    /// Returns the spans for generated tokens: see [`site`].
    pub(crate) fn site(self) -> Self {
        Self { first: over(self.first), last: over(self.last) }
    }

    /// Returns the parentheses of a call whose name has the first span.
    pub(crate) fn arguments(self, arguments: TokenStream) -> Group {
        let mut group = Group::new(Delimiter::Parenthesis, arguments);
        group.set_span(self.last);
        group
    }
}

/// Returns whether rust-analyzer may have put the token where code is
/// unfinished. It takes all out of the expansion that lies in its place.
fn is_made_up(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => word == "__ra_fixup",
        TokenTree::Group(block) => {
            block.delimiter() == Delimiter::Brace && block.stream().is_empty()
        }
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    }
}

//! Parses and checks the key of a field.
//!
//! A key stands once in a line, so a second one is refused, and one that the
//! runtime writes itself.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{LitStr, Token, ext::IdentExt as _, parse::ParseStream};

use crate::{
    errors::fails,
    spans::site,
    words::reserved::{LineKind, reserved},
};

/// The key of a field: what stands before the `=`, or alone.
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// As the user wrote it: the value of a key that stands alone.
    pub(crate) tokens: TokenStream,
    pub(crate) is_literal: bool,
}

/// What the fields belong to. It decides which keys are reserved, and which
/// help an error gives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Event,
    Handler,
    Timed,
    Step,
    Record,
}

impl Owner {
    /// Returns the kind of the line. A late field may end up on a request's.
    fn line_kind(self) -> LineKind {
        match self {
            Self::Event => LineKind::Event,
            Self::Timed | Self::Step => LineKind::Step,
            Self::Handler | Self::Record => LineKind::Request,
        }
    }
}

impl Key {
    /// Parses `user_id`, `http.route` or `"http-route"`.
    pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let literal = input.parse::<LitStr>()?;
            let (text, span) = (literal.value(), literal.span());
            return Ok(Self { text, span, tokens: literal.into_token_stream(), is_literal: true });
        }
        let first = input.call(Ident::parse_any)?;
        let mut text = first.unraw().to_string();
        let mut tokens = first.to_token_stream();
        while input.peek(Token![.]) && input.peek2(Ident::peek_any) && !input.peek(Token![..]) {
            let dot = input.parse::<Token![.]>()?;
            let segment = input.call(Ident::parse_any)?;
            text = format!("{text}.{}", segment.unraw());
            tokens.extend(quote!(#dot #segment));
        }
        Ok(Self { text, span: first.span(), tokens, is_literal: false })
    }

    /// Refuses a key that some reader would take for an earlier one.
    pub(crate) fn check_unique<'a>(
        &self,
        earlier: impl IntoIterator<Item = &'a Self>,
    ) -> syn::Result<()> {
        earlier.into_iter().try_for_each(|earlier| self.check_differs(earlier))
    }

    fn check_differs(&self, earlier: &Self) -> syn::Result<()> {
        let (text, other) = (&self.text, &earlier.text);
        if text == other {
            return self.fails(format_args!("field `{text}` is given twice"));
        }
        if text.eq_ignore_ascii_case(other) {
            return self.fails(format_args!(
                "fields `{other}` and `{text}` differ only in case, which some readers ignore\n\
                 help: rename one of them"
            ));
        }
        for (outer, inner) in [(earlier, self), (self, earlier)] {
            if inner.is_inside(outer) {
                return self.fails(format_args!(
                    "`{}` cannot be a value and hold the field `{}`\nhelp: rename one of them",
                    outer.text, inner.text
                ));
            }
        }
        Ok(())
    }

    /// `"user_id"`
    pub(crate) fn literal(&self) -> Literal {
        let mut literal = Literal::string(&self.text);
        literal.set_span(site(self.span));
        literal
    }

    /// Refuses a key that is no name, or that the runtime writes itself.
    pub(crate) fn check(&self, owner: Owner) -> syn::Result<()> {
        if self.text.is_empty() || self.text.contains(|c: char| c.is_whitespace() || c.is_control())
        {
            return self.fails(
                "a field name must not be empty, or contain spaces or control characters\n\
                 help: write a name such as `user_id` or `http.route`",
            );
        }
        if let Some(word) = reserved(&self.text, owner.line_kind()) {
            let (text, instead) = (&self.text, instead_of(word, owner));
            let read_as =
                if text == word { String::new() } else { format!("is read as `{word}`, which ") };
            return self.fails(format_args!(
                "`{text}` {read_as}is set by the runtime\n\
                 help: rename it, for example to `order_{word}`{instead}"
            ));
        }
        Ok(())
    }

    /// Returns whether this is `a.b` where the other is `a`.
    fn is_inside(&self, other: &Key) -> bool {
        let rest = self.text.strip_prefix(&other.text);
        rest.is_some_and(|rest| rest.starts_with('.'))
    }

    /// Fails at the key.
    pub(crate) fn fails<T>(&self, message: impl std::fmt::Display) -> syn::Result<T> {
        fails(self.span, message)
    }
}

/// Returns what else the user can do about a reserved key than rename it.
fn instead_of(word: &str, owner: Owner) -> &'static str {
    match (word, owner) {
        ("trace_id", _) => ", or use `#[traced_handler(trace_id = ..)]`",
        (_, Owner::Record) => "",
        ("message", Owner::Event) => ", or write the message as the last argument",
        ("target", Owner::Event) => ", or write `target: \"..\"` first",
        ("level", Owner::Event) => ", or use the macro of that level",
        ("name", Owner::Step) => "; the step's own name is its first argument",
        ("name", Owner::Handler | Owner::Timed) => ", or use the option `name = \"..\"`",
        ("target", _) => ", or use the option `target = \"..\"`",
        ("level", _) => ", or use the option `level = \"..\"`",
        ("slow", Owner::Handler | Owner::Timed | Owner::Step) => {
            ", or use the option `slow = \"..\"`"
        }
        _ => "",
    }
}

//! How may a field be called?
//!
//! A key stands once in a line, so one that is given twice is refused, and one
//! that the runtime writes itself.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{LitStr, Token, ext::IdentExt as _, parse::ParseStream};

use crate::{
    errors::fails,
    spans::site,
    words::reserved::{LineKind, reserved},
};

/// What stands before the `=`, or alone.
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// How the user wrote it, for a key that is its own value.
    pub(crate) tokens: TokenStream,
    pub(crate) is_literal: bool,
}

/// What the fields stand in: it says which keys are reserved, and what else can
/// be done about them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Event,
    Handler,
    Timed,
    Step,
    Record,
}

impl Owner {
    /// What the line is about. Whatever is recorded may end up on a request line.
    fn line_kind(self) -> LineKind {
        match self {
            Self::Event => LineKind::Event,
            Self::Timed | Self::Step => LineKind::Step,
            Self::Handler | Self::Record => LineKind::Request,
        }
    }
}

impl Key {
    /// Refuses a key that is there already, or would be to some reader.
    pub(crate) fn check_unique<'a>(
        &self,
        earlier: impl IntoIterator<Item = &'a Self>,
    ) -> syn::Result<()> {
        for earlier in earlier {
            if self.text == earlier.text {
                return self.fails(format_args!("field `{}` is given twice", self.text));
            }
            if self.text.eq_ignore_ascii_case(&earlier.text) {
                return self.fails(format_args!(
                    "fields `{}` and `{}` differ in case alone, which not all readers tell apart\n\
                     help: rename one of them",
                    earlier.text, self.text
                ));
            }
            if self.is_inside(earlier) || earlier.is_inside(self) {
                return self.fails(format_args!(
                    "fields `{}` and `{}` would be a value and an object of one name\n\
                     help: rename one of them",
                    earlier.text, self.text
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

    /// Refuses a key that is no name, or that the runtime needs.
    pub(crate) fn check(&self, owner: Owner) -> syn::Result<()> {
        if self.text.is_empty() || self.text.contains(|c: char| c.is_whitespace() || c.is_control())
        {
            return self.fails(
                "field names are identifiers, `a.b` paths, or string literals without spaces and \
                 control characters",
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

    /// Whether this is `a.b` where the other is `a`.
    fn is_inside(&self, other: &Key) -> bool {
        let rest = self.text.strip_prefix(&other.text);
        rest.is_some_and(|rest| rest.starts_with('.'))
    }

    pub(crate) fn fails<T>(&self, message: impl std::fmt::Display) -> syn::Result<T> {
        fails(self.span, message)
    }
}

/// What else can be done about a reserved key than to rename it.
fn instead_of(word: &str, owner: Owner) -> &'static str {
    match (word, owner) {
        ("trace_id", _) => ", or use `#[traced_handler(trace_id = ..)]`",
        (_, Owner::Record) => "",
        ("message", Owner::Event) => ", or write the message as the last argument",
        ("target", Owner::Event) => ", or write `target: \"..\"` first",
        ("level", Owner::Event) => ", or use the macro of that level",
        ("name", Owner::Step) => "; the step's own name stands first",
        ("name", Owner::Handler | Owner::Timed) => ", or use the option `name = \"..\"`",
        ("target", _) => ", or use the option `target = \"..\"`",
        ("level", _) => ", or use the option `level = \"..\"`",
        ("slow", Owner::Handler | Owner::Timed | Owner::Step) => {
            ", or use the option `slow = \"..\"`"
        }
        _ => "",
    }
}

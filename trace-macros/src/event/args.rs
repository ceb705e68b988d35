//! Parses the arguments of an event.
//!
//! ```text
//! target: "…",  field, field, …,  "message {hole}", argument, …
//! ```
//!
//! The target is optional. So are the fields and the message, but one of them
//! must be there. A macro may take the place of the message's literal, as in
//! `println!`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens as _;
use syn::{
    Expr, Token, parenthesized,
    parse::{ParseStream, Parser as _},
    token,
};

use super::message::Message;
use crate::{
    errors::{Errors, comma_separated, fails},
    field::{Fields, key::Owner},
    paths::Private,
};

/// The arguments of one event.
pub(crate) struct Args {
    pub(crate) private: Private,
    pub(crate) level: Level,
    pub(crate) target: Option<TokenStream>,
    pub(crate) fields: Fields,
    pub(crate) message: Option<Message>,
}

/// The level of an event.
pub(crate) enum Level {
    /// A variant of the runtime's `Level`.
    Variant(Ident),
    /// An expression: the first argument of `event!`.
    Computed(TokenStream),
}

impl Args {
    /// Parses `$crate; Level; …`, and fails with all mistakes in the rest.
    pub(crate) fn parse(input: TokenStream) -> syn::Result<Self> {
        Self::parse_all.parse2(input)
    }

    fn parse_all(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut args = Self {
            private: Private::parse(input)?,
            level: Level::parse(input)?,
            target: None,
            fields: Fields::new(Owner::Event),
            message: None,
        };
        if input.is_empty() {
            return fails(
                Span::call_site(),
                "expected fields or a message\nhelp: write a message, such as `\"started\"`",
            );
        }
        let mut errors = Errors::default();
        comma_separated(input, &mut errors, |input, errors| args.parse_next(input, errors));
        errors.finish().map(|()| args)
    }

    fn parse_next(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        if input.peek(syn::Ident) && input.peek2(Token![:]) && !input.peek2(Token![::]) {
            return self.parse_label(input);
        }
        if Message::begins(input) {
            self.message = Some(Message::parse(input, errors)?);
            return Ok(());
        }
        self.fields.parse_next(input, None)
    }

    /// Parses `target: "…"`.
    fn parse_label(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let label = input.parse::<Ident>()?;
        input.parse::<Token![:]>()?;
        let target = input.parse::<Expr>()?;
        if label != "target" {
            let message =
                format!("unknown label `{label}:`\nhelp: the only label of an event is `target:`");
            return fails(label.span(), message);
        }
        if self.target.is_some() || !self.fields.is_empty() {
            return fails(label.span(), "`target:` must come first, and only once");
        }
        self.target = Some(target.into_token_stream());
        Ok(())
    }
}

impl Level {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let level = if input.peek(token::Paren) {
            let content;
            parenthesized!(content in input);
            Self::Computed(content.parse()?)
        } else {
            Self::Variant(input.parse()?)
        };
        input.parse::<Token![;]>()?;
        Ok(level)
    }
}

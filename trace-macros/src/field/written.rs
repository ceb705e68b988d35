//! Parses one field.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::{Expr, Token, ext::IdentExt as _, parse::ParseStream, spanned::Spanned as _};

use super::key::{Key, Owner};
use crate::{errors::fails, spans::site, words::secret::looks_secret};

/// One field.
pub(super) struct Field {
    pub(super) key: Key,
    pub(super) show: Show,
    pub(super) value: TokenStream,
}

/// The trait by which a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    /// As a JSON value of its own type.
    Value,
    /// `%`
    Display,
    /// `?`
    Debug,
}

impl Field {
    pub(super) fn parse(
        input: ParseStream<'_>,
        owner: Owner,
        end: Option<Span>,
    ) -> syn::Result<Self> {
        let start = input.fork();
        let show = Show::parse(input)?;
        let Ok(key) = Key::parse(input) else {
            return Err(nameless(&start, owner));
        };
        if show == Show::Value && input.peek(Token![=]) && !input.peek(Token![==]) {
            return Self::parse_value(key, input, end);
        }
        if ends_here(input) && !key.is_literal {
            let value = key.tokens.clone();
            return Ok(Self { key, show, value });
        }
        if show == Show::Value && (key.is_literal || input.peek(Ident::peek_any)) {
            let wanted = if key.is_literal { "`=`" } else { "`,` or `=`" };
            return Err(input.error(format_args!("expected {wanted} after `{}`", key.text)));
        }
        Err(nameless(&start, owner))
    }

    fn parse_value(key: Key, input: ParseStream<'_>, end: Option<Span>) -> syn::Result<Self> {
        let equals = input.parse::<Token![=]>()?;
        let show = Show::parse(input)?;
        if ends_here(input) {
            let place = if input.is_empty() { end.unwrap_or(equals.span) } else { input.span() };
            return fails(place, "expected a value after `=`");
        }
        let value = operand(&input.parse()?);
        Ok(Self { key, show, value })
    }
}

impl Show {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.parse::<Option<Token![%]>>()?.is_some() {
            return Ok(Self::Display);
        }
        let debug = input.parse::<Option<Token![?]>>()?;
        Ok(if debug.is_some() { Self::Debug } else { Self::Value })
    }
}

/// Refuses a key that no field may have, and text that may be a secret.
pub(super) fn check_name(field: &Field, owner: Owner) -> syn::Result<()> {
    let Field { key, show, value } = field;
    key.check(owner)?;
    if *show != Show::Value && looks_secret(&key.text) {
        return key.fails(format_args!(
            "`{}` looks like a secret\n\
             help: wrap the value: `Secret({value})` hides it, `Public({value})` shows it",
            key.text
        ));
    }
    Ok(())
}

/// Returns the error for an expression where a field was expected.
fn nameless(start: ParseStream<'_>, owner: Owner) -> syn::Error {
    let place = start.span();
    let sigil = match Show::parse(start) {
        Ok(Show::Display) => "%",
        Ok(Show::Debug) => "?",
        _ => "",
    };
    let mut value = TokenStream::new();
    while !ends_here(start) {
        value.extend(start.parse::<TokenTree>());
    }
    let name = if owner == Owner::Event { "error" } else { "value" };
    syn::Error::new(
        place,
        format_args!("this field has no name\nhelp: write `{name} = {sigil}{value}`"),
    )
}

/// Returns whether the field ends here.
pub(crate) fn ends_here(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// Returns the expression in parentheses, unless `&` can stand before it as it
/// is.
pub(crate) fn operand(expr: &Expr) -> TokenStream {
    match expr {
        Expr::Await(_)
        | Expr::Call(_)
        | Expr::Field(_)
        | Expr::Index(_)
        | Expr::Lit(_)
        | Expr::Macro(_)
        | Expr::MethodCall(_)
        | Expr::Paren(_)
        | Expr::Path(_)
        | Expr::Reference(_)
        | Expr::Try(_)
        | Expr::Tuple(_) => expr.to_token_stream(),
        _ => {
            let span = site(expr.span());
            quote_spanned!(span=> (#expr))
        }
    }
}

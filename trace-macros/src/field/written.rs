//! Parses one field.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::{
    Expr, Lit, Token,
    ext::IdentExt as _,
    parse::{ParseStream, discouraged::Speculative as _},
    spanned::Spanned as _,
};

use super::{
    key::{Key, Owner},
    nameless::nameless,
};
use crate::{
    errors::fails,
    spans::{behind, site},
    tokens::is_punct,
    words::secret::looks_secret,
};

/// One field.
pub(super) struct Field {
    pub(super) key: Key,
    pub(super) show: Show,
    pub(super) value: TokenStream,
    /// What is wrong with the value, if something was put in for what is missing.
    pub(super) mistake: Option<syn::Error>,
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
        let Ok(mut key) = Key::parse(input) else {
            return Err(nameless(&start, owner));
        };
        if show == Show::Value && input.peek(Token![=]) && !input.peek(Token![==]) {
            return Self::parse_value(key, input, owner, end);
        }
        if !key.is_literal && !is_in_attribute(owner, end) && is_last_dot(input) {
            // Only an editor sees the key: rustc refuses the value.
            input.parse::<Token![.]>()?.to_tokens(&mut key.tokens);
        }
        if ends_here(input) && !key.is_literal {
            let value = key.tokens.clone();
            return Ok(Self { key, show, value, mistake: None });
        }
        let is_other = input.peek(Ident::peek_any) || input.peek(Lit);
        if show == Show::Value && (key.is_literal || is_other) {
            let wanted = if key.is_literal { "`=`" } else { "`,` or `=`" };
            return Err(input.error(format_args!("expected {wanted} after `{}`", key.text)));
        }
        Err(nameless(&start, owner))
    }

    fn parse_value(
        key: Key,
        input: ParseStream<'_>,
        owner: Owner,
        end: Option<Span>,
    ) -> syn::Result<Self> {
        let equals = input.parse::<Token![=]>()?;
        let show = Show::parse(input)?;
        if ends_here(input) {
            let place = if input.is_empty() { end.unwrap_or(equals.span) } else { input.span() };
            return fails(place, "expected a value after `=`");
        }
        let (value, mistake) =
            if is_in_attribute(owner, end) { finished(input)? } else { (value(input), None) };
        Ok(Self { key, show, value, mistake })
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
    let Field { key, show, value, .. } = field;
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

/// Returns whether the field is an attribute's. Its mistakes must not cost the
/// user the function.
fn is_in_attribute(owner: Owner, end: Option<Span>) -> bool {
    end.is_some() && owner != Owner::Step
}

/// Returns whether the field ends behind a dot, as while it is being typed.
fn is_last_dot(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Token![.]>().is_ok() && ends_here(&ahead)
}

/// Returns whether the field ends here.
pub(crate) fn ends_here(input: ParseStream<'_>) -> bool {
    input.is_empty() || input.peek(Token![,])
}

/// Takes the value of a field off the input.
///
/// Tokens that are no expression, as while one is being typed, are passed on as
/// they are: rustc reports the mistake in them, and an editor completes them.
pub(crate) fn value(input: ParseStream<'_>) -> TokenStream {
    let ahead = input.fork();
    if let Ok(expr) = ahead.parse::<Expr>() {
        input.advance_to(&ahead);
        return operand(&expr);
    }
    let mut value = TokenStream::new();
    while !ends_here(input) {
        value.extend(input.parse::<TokenTree>());
    }
    value
}

/// Takes the value of an attribute's field off the input. If it ends behind a
/// dot, as while it is being typed, it gets a name there for an editor, and the
/// mistake is returned, too.
fn finished(input: ParseStream<'_>) -> syn::Result<(TokenStream, Option<syn::Error>)> {
    let ahead = input.fork();
    let mistake = match ahead.parse::<Expr>() {
        Ok(expr) => {
            input.advance_to(&ahead);
            return Ok((operand(&expr), None));
        }
        Err(mistake) => mistake,
    };
    let mut tokens: Vec<_> = value(input).into_iter().collect();
    let Some(TokenTree::Punct(dot)) = tokens.last().filter(|it| is_punct(it, '.')) else {
        return Err(mistake);
    };
    let (mistake, name) = (
        syn::Error::new(dot.span(), "expected a name after `.`"),
        Ident::new("__", behind(dot.span())),
    );
    tokens.push(name.into());
    Ok((operand(&syn::parse2(tokens.into_iter().collect())?), Some(mistake)))
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

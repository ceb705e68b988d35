//! Says what is wrong where a field was expected and no name was found.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{BinOp, Expr, Token, parse::ParseStream};

use super::key::Owner;

/// Returns the error for what stands in the place of a field.
pub(super) fn nameless(start: ParseStream<'_>, owner: Owner) -> syn::Error {
    let place = start.span();
    let mut written = TokenStream::new();
    while !start.is_empty() && !start.peek(Token![,]) {
        written.extend(start.parse::<TokenTree>());
    }
    let (sigil, value) = split(&written);
    let message = match syn::parse2(value.clone()) {
        Err(_) | Ok(Expr::Range(_)) => {
            "expected a field\nhelp: write `name = value`, or a variable's name alone".to_owned()
        }
        Ok(Expr::Assign(field)) => in_quotes(&field.left),
        Ok(Expr::Binary(sum)) if is_sum(sum.op) => {
            format!("a field is set by `=`\nhelp: to add to a sum, write `count_request!({value})`")
        }
        Ok(value) => no_name(owner, &sigil, &value),
    };
    syn::Error::new(place, message)
}

/// Splits off the `%` or the `?` in front.
fn split(written: &TokenStream) -> (String, TokenStream) {
    let mut rest = written.clone().into_iter().peekable();
    let is_sigil =
        |it: &TokenTree| matches!(it, TokenTree::Punct(it) if "%?".contains(it.as_char()));
    let sigil = rest.next_if(is_sigil).map(|it| it.to_string());
    (sigil.unwrap_or_default(), rest.collect())
}

fn is_sum(op: BinOp) -> bool {
    matches!(op, BinOp::AddAssign(_) | BinOp::SubAssign(_))
}

fn in_quotes(name: &Expr) -> String {
    let name = name.to_token_stream().to_string().replace(' ', "");
    format!("`{name}` is no name\nhelp: write it in quotes: `\"{name}\" = ..`")
}

/// In an event, a part of something is most often an error.
fn no_name(owner: Owner, sigil: &str, value: &Expr) -> String {
    let is_part = matches!(value, Expr::Field(_) | Expr::MethodCall(_));
    let name = if owner == Owner::Event && is_part { "error" } else { "value" };
    let value = value.to_token_stream();
    format!("this field has no name\nhelp: write `{name} = {sigil}{value}`")
}

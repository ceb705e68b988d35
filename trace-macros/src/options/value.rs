//! Parses what follows the name of an option, where several options share it.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens as _;
use syn::{ExprPath, LitStr, Path, Token, parenthesized, parse::ParseStream, token};

use crate::{
    errors::{Errors, comma_separated, fails, skip_to_comma},
    field::Fields,
};

/// Parses the `=`, and fails unless a value follows.
pub(super) fn equals(option: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    let Some(equals) = input.parse::<Option<Token![=]>>()? else {
        return fails(option.span(), format_args!("expected `{option} = ..`"));
    };
    if input.is_empty() || input.peek(Token![,]) {
        return fails(equals.span, "expected a value after `=`");
    }
    Ok(())
}

/// Parses a string literal that is not empty, or the path of a constant.
pub(crate) fn constant(option: &str, input: ParseStream<'_>) -> syn::Result<TokenStream> {
    if input.peek(LitStr) {
        let literal = input.parse::<LitStr>()?;
        if literal.value().is_empty() {
            return fails(literal.span(), format_args!("`{option}` must not be empty"));
        }
        return Ok(literal.into_token_stream());
    }
    let place = input.span();
    match input.parse::<ExprPath>() {
        Ok(path) if !input.peek(Token![!]) => Ok(path.into_token_stream()),
        _ => fails(
            place,
            format_args!("`{option}` takes a string literal, or the path of a `&'static str`"),
        ),
    }
}

/// Parses `(a, b = c)`, and adds the fields to `to`.
pub(super) fn fields(
    to: &mut Fields,
    option: &Ident,
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<()> {
    if !input.peek(token::Paren) {
        let message = format!("expected a list after `{option}`\nhelp: write `{option}(a, b = c)`");
        return fails(option.span(), message);
    }
    let content;
    let end = parenthesized!(content in input).span.close();
    comma_separated(&content, errors, |input, _| to.parse_next(input, Some(end)));
    Ok(())
}

/// Parses the path of the runtime.
pub(super) fn runtime(input: ParseStream<'_>) -> syn::Result<Path> {
    if input.peek(LitStr) {
        let literal = input.parse::<LitStr>()?;
        let path = literal.value();
        return fails(
            literal.span(),
            format_args!("expected a path\nhelp: write it without quotes: `crate = ::{path}`"),
        );
    }
    input.call(Path::parse_mod_style)
}

/// Skips the value of a refused option, if it has one.
pub(super) fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![=]) {
        skip_to_comma(input);
    } else if input.peek(token::Paren) {
        let _arguments;
        parenthesized!(_arguments in input);
    }
    Ok(())
}

//! Parses the value of `err`: what the line says about an error.
//!
//! ```text
//! err = off            nothing
//! err = debug          the error's `Debug` text
//! err = .0             one of its fields
//! err = |error| expr   the value of a closure
//! err = path           the value of a function
//! ```

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::{Expr, Token, ext::IdentExt as _, parse::ParseStream};

use super::value::{equals, skip_value};
use crate::{errors::fails, spans::site, words::suggest::nearest};

/// What a line says about the error that a function returned.
pub(crate) enum ErrorText {
    Display,
    Debug,
    Off,
    /// The value of this closure or function.
    By(TokenStream),
}

/// What to write.
const WANTED: &str = "expected `off`, `debug`, a field such as `.0`, a closure or a function\n\
                      help: write `err = |error| ..`";

/// Parses what follows the word `err`.
pub(super) fn parse(option: &Ident, input: ParseStream<'_>) -> syn::Result<ErrorText> {
    if !input.peek(Token![=]) {
        skip_value(input)?;
        return fails(
            option.span(),
            "errors are always recorded\n\
             help: remove `err`, or write `err = off`, `err = debug`, `err = .0` or \
             `err = |error| ..`",
        );
    }
    equals(option, input)?;
    if input.peek(Token![.]) {
        return field_of_error(input).map(ErrorText::By);
    }
    let word = input.fork().call(Ident::parse_any).map(|word| word.to_string());
    let word = word.unwrap_or_default();
    if let Some(mode) = mode(&word) {
        input.call(Ident::parse_any)?;
        return Ok(mode);
    }
    closure_or_function(&word, input).map(ErrorText::By)
}

/// Parses anything else; `word` is its first one.
fn closure_or_function(word: &str, input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let place = input.span();
    match ungrouped(input.parse()?) {
        Expr::Path(path) if path.path.get_ident().is_some() => match misspelt(word) {
            Some(message) => fails(place, message),
            None => Ok(path.into_token_stream()),
        },
        by @ (Expr::Closure(_) | Expr::Path(_)) => Ok(by.into_token_stream()),
        _ => fails(place, WANTED),
    }
}

/// Removes the invisible group around what a `macro_rules` was given.
fn ungrouped(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => ungrouped(*group.expr),
        expr => expr,
    }
}

/// Returns what a word of this grammar stands for.
fn mode(word: &str) -> Option<ErrorText> {
    match word {
        "off" => Some(ErrorText::Off),
        "debug" => Some(ErrorText::Debug),
        _ => None,
    }
}

/// Returns the error for a name that is more likely a misspelt mode than a
/// function.
fn misspelt(word: &str) -> Option<String> {
    if word == "display" {
        return Some("the `Display` text is always recorded\nhelp: remove `err`".to_owned());
    }
    let meant = nearest(word, &["off", "debug"])?;
    Some(format!("unknown mode `{word}`\nhelp: did you mean `{meant}`?"))
}

/// Parses `.0` or `.inner.source`, and returns a closure that reads the field.
///
/// All of the closure points at the user's first token, the dot.
fn field_of_error(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let (dot, mut path) = (input.span(), TokenStream::new());
    while !input.is_empty() && !input.peek(Token![,]) {
        path.extend(Some(input.parse::<TokenTree>()?));
    }
    let span = site(dot);
    let field = quote_spanned!(span=> __tr_error #path);
    if !syn::parse2(field.clone()).is_ok_and(|field: Expr| is_field(&field)) {
        return fails(
            dot,
            "expected a field of the error, such as `.0` or `.inner.source`\n\
             help: for anything else, write `err = |error| ..`",
        );
    }
    Ok(quote_spanned!(span=> |__tr_error| &#field))
}

/// Returns whether this is a name, or a field of one.
fn is_field(expr: &Expr) -> bool {
    match expr {
        Expr::Field(field) => is_field(&field.base),
        Expr::Path(_) => true,
        _ => false,
    }
}

//! What does `err = …` say of an error?
//!
//! ```text
//! err = off            no text
//! err = debug          its `Debug` text
//! err = .0             a field of it
//! err = |error| expr   what a closure makes of it
//! err = path           what a function makes of it
//! ```

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote_spanned};
use syn::{Expr, Token, ext::IdentExt as _, parse::ParseStream};

use super::value::{equals, skip_value};
use crate::{errors::fails, spans::site, words::suggest::nearest};

/// What a line says of the error that ended the function.
pub(crate) enum ErrorText {
    Display,
    Debug,
    Off,
    /// What a closure, or a function, makes of it.
    By(TokenStream),
}

/// Parses what stands behind the word `err`.
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
    let place = input.span();
    let word = input.fork().call(Ident::parse_any).map(|word| word.to_string());
    let word = word.unwrap_or_default();
    if let Some(mode) = mode(&word) {
        input.call(Ident::parse_any)?;
        return Ok(mode);
    }
    match input.parse()? {
        Expr::Path(path) if path.path.get_ident().is_some() => misspelt(&word)
            .map_or_else(|| Ok(ErrorText::By(path.into_token_stream())), |help| fails(place, help)),
        by @ (Expr::Closure(_) | Expr::Path(_)) => Ok(ErrorText::By(by.into_token_stream())),
        _ => fails(place, WANTED),
    }
}

/// What a word stands for, if it is one of ours.
fn mode(word: &str) -> Option<ErrorText> {
    match word {
        "off" => Some(ErrorText::Off),
        "debug" => Some(ErrorText::Debug),
        _ => None,
    }
}

/// What to say of a name that is more likely a mode than a function.
fn misspelt(word: &str) -> Option<String> {
    if word == "display" {
        return Some("the `Display` text is always recorded\nhelp: remove `err`".to_owned());
    }
    let meant = nearest(word, &["off", "debug"])?;
    Some(format!("unknown mode `{word}`\nhelp: did you mean `{meant}`?"))
}

const WANTED: &str = "expected `off`, `debug`, a field such as `.0`, or what to say of an error\n\
                      help: write `err = |error| ..`";

/// Parses `.0` or `.inner.source`, and makes a closure of it.
///
/// All of it points at the user's first token, the dot.
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
            "expected the fields of an error, such as `.0` or `.inner.source`\n\
             help: for anything else, write `err = |error| ..`",
        );
    }
    Ok(quote_spanned!(span=> |__tr_error| &#field))
}

/// Whether this is a name, or a field of one.
fn is_field(expr: &Expr) -> bool {
    match expr {
        Expr::Field(field) => is_field(&field.base),
        Expr::Path(_) => true,
        _ => false,
    }
}

//! Collects the mistakes in one macro call.
//!
//! One run of the compiler should report all of them, so a mistake does not end
//! the parse: it is kept here, and the parse goes on after the next comma.

use std::fmt::Display;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Token, ext::IdentExt as _, parse::ParseStream};

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Adds a mistake.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Keeps the error, or returns the value.
    pub(crate) fn catch<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Fails with all mistakes, if there are any.
    pub(crate) fn finish(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Writes out the mistakes, for where they cost nothing else.
impl ToTokens for Errors {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.as_ref().map(syn::Error::to_compile_error));
    }
}

/// Fails with one mistake, at `place`.
pub(crate) fn fails<T>(place: Span, message: impl Display) -> syn::Result<T> {
    Err(syn::Error::new(place, message))
}

/// Parses `element, element, …` up to the end of the input, and reports each
/// mistake to `errors`.
pub(crate) fn comma_separated(
    input: ParseStream<'_>,
    errors: &mut Errors,
    mut element: impl FnMut(ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    while !input.is_empty() {
        if let Err(error) = element(input, errors) {
            errors.push(error);
            skip_to_comma(input);
        }
        if errors.catch(comma_or_end(input)).is_none() && !input.peek(Ident::peek_any) {
            // What follows is no element, and has been reported.
            skip_to_comma(input);
            errors.catch(comma_or_end(input));
        }
    }
}

/// Parses the comma that must stand between two elements.
fn comma_or_end(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.parse::<Option<Token![,]>>()?.is_some() {
        return Ok(());
    }
    let found = input.cursor().token_tree().map(|(token, _)| token.to_string());
    Err(input.error(format_args!("expected `,` before `{}`", found.unwrap_or_default())))
}

/// Skips to the next comma that is not inside brackets, or to the end.
pub(crate) fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        // There is a token tree, and any will do.
        let _ = input.parse::<TokenTree>();
    }
}

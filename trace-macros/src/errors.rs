//! Where do mistakes go until all of them are known?
//!
//! A user should see every mistake of one attribute in one run of the
//! compiler, so a mistake does not end the parse: it is put down here, and the
//! parse goes on behind the next comma.

use std::fmt::Display;

use proc_macro2::{Span, TokenTree};
use syn::{Token, parse::ParseStream};

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

    /// Keeps the mistake, if it is one, and hands on the value.
    pub(crate) fn catch<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Fails with all mistakes together, if there are any.
    pub(crate) fn finish(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Fails with one mistake, at `place`.
pub(crate) fn fails<T>(place: Span, message: impl Display) -> syn::Result<T> {
    Err(syn::Error::new(place, message))
}

/// Parses `element, element, …` up to the end, or until `element` says
/// that the list ends before it.
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
        errors.catch(comma_or_end(input));
    }
}

/// Takes the comma that must stand between two elements.
fn comma_or_end(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.parse::<Option<Token![,]>>()?.is_some() {
        return Ok(());
    }
    let found = input.cursor().token_tree().map(|(token, _)| token.to_string());
    Err(input.error(format_args!("expected `,` before `{}`", found.unwrap_or_default())))
}

/// Goes on at the next comma that is not inside brackets, or at the end.
pub(crate) fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        // Any token tree will do, and one is there.
        let _ = input.parse::<TokenTree>();
    }
}

//! Lets an editor complete the name of an option.
//!
//! A word that is no option yet becomes the end of a path to one, in the
//! runtime's `options!`. An editor completes the path with what the runtime
//! documents there; for rustc the macro is nothing.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;

use super::ScopeMacro;
use crate::{paths::Private, tokens::is_punct};

/// `options! { timed: fi }`
pub(crate) fn completion(
    scope_macro: ScopeMacro,
    private: &Private,
    args: &TokenStream,
) -> TokenStream {
    let span = Span::mixed_site();
    let (name, words) = (Ident::new(scope_macro.name(), span), words(args));
    quote_spanned!(span=> #private::options! { #name: #(#words)* })
}

/// Returns the words that begin an option. `crate` cannot end a path.
fn words(args: &TokenStream) -> Vec<Ident> {
    let (mut words, mut is_first) = (Vec::new(), true);
    for token in args.clone() {
        let is_comma = is_punct(&token, ',');
        match token {
            TokenTree::Ident(word) if is_first && word != "crate" => words.push(word),
            _ => {}
        }
        is_first = is_comma;
    }
    words
}

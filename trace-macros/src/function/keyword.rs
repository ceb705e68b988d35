//! Refuses items that are no functions, and kinds of functions that cannot be
//! wrapped.

use std::fmt::Display;

use proc_macro2::Ident;
use syn::{ext::IdentExt as _, parse::ParseStream};

use crate::errors::fails;

/// Looks for `fn`, and refuses the item by the word that is wrong.
pub(super) fn expect_function(
    attribute: impl Display + Copy,
    input: ParseStream<'_>,
) -> syn::Result<()> {
    let ahead = input.fork();
    let mut words = Vec::new();
    while let Ok(word) = ahead.call(Ident::parse_any) {
        if word == "fn" {
            return words.iter().try_for_each(|word| expect_qualifier(attribute, word));
        }
        words.push(word);
        let _abi = ahead.parse::<Option<syn::LitStr>>()?;
    }
    // In `unsafe impl` and `default impl`, the second word names the item.
    let names_item = |word: &&Ident| !["auto", "default", "unsafe"].iter().any(|it| *word == it);
    let Some(keyword) = words.iter().find(names_item) else {
        return Err(input.error(format_args!("{attribute} goes on a function")));
    };
    let word = keyword.to_string();
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let message = format!("{attribute} goes on a function; found {article} `{keyword}`");
    fails(keyword.span(), message)
}

/// Refuses a function by a word before its `fn`. A `const fn` is refused later,
/// with the other mistakes.
fn expect_qualifier(attribute: impl Display, word: &Ident) -> syn::Result<()> {
    const KNOWN: [&str; 6] = ["async", "const", "default", "extern", "final", "unsafe"];
    let text = word.to_string();
    let reason = match text.as_str() {
        word if KNOWN.contains(&word) => return Ok(()),
        "gen" => {
            "only building the iterator would be timed\n\
             help: time the function that consumes it"
        }
        "safe" => "a foreign function has no body\nhelp: time the caller",
        _ => "this kind of function is not supported\nhelp: time the caller",
    };
    let message = format!("{attribute} cannot be applied to a `{word} fn`: {reason}");
    fails(word.span(), message)
}

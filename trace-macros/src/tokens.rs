//! What can be seen of tokens that are not parsed?

use proc_macro2::{TokenStream, TokenTree};

/// Whether a word occurs anywhere in the tokens.
pub(crate) fn has_word(tokens: &TokenStream, word: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => has_word(&group.stream(), word),
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    })
}
